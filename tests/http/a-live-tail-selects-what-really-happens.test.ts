// The live feed of a whole daemon: an attempt says of which event, which incident and how its delivery stands, and can be selected by what
// was sent and what came back.

import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TailLine } from '../../src/http/wire/api-types.js';
import { untilTrue } from '../kit/wait.js';
import { ask } from './kit/listener.js';
import { type Served, startServed } from './kit/served.js';

let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterAll(() => served.close());

async function tail(query: string): Promise<TailLine[]> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request({ socketPath: served.at, path: `/api/v1/tail?${query}`, agent: false }, resolve);
    call.on('error', reject);
    call.end();
  });
  const lines: TailLine[] = [];
  response.on('data', (chunk) => {
    for (const line of String(chunk).split('\n')) if (line !== '') lines.push(JSON.parse(line) as TailLine);
  });
  return lines;
}

it('an attempt is found by what it carried, by how it ended and by its event', async () => {
  const all = await tail('kind=attempt');
  const byBody = await tail('body=ORDER%204711&destination=integration/wall');
  const byEnd = await tail('status=delivered&result=2xx&type=incident.triggered&channel=ops');
  const none = await tail('status=failed&type=incident.triggered');
  const alert = (title: string) => ask(served.at, 'POST', served.alertPath, { title, key: title });
  await alert('order 9');
  const { json } = await alert('order 4711');
  // Two alerts, each to one integration and two URLs.
  await untilTrue('the attempts are told', () => all.length >= 6 && byBody.length >= 1 && byEnd.length >= 2);
  const [attempt] = byBody;
  expect(attempt).toMatchObject({
    kind: 'attempt',
    event: expect.stringMatching(/^evt_/),
    event_type: 'incident.triggered',
    incident: json.alerts[0].incident,
    destination: 'integration/wall',
    url: expect.stringContaining('/wall'),
    state: 'delivered',
    result: '204',
  });
  expect(byEnd).toContainEqual(attempt);
  expect([byBody.length, byEnd.length, none]).toEqual([1, 2, []]);
});

// Nothing lies between an end and a later beginning: to answer "none" would hide the mistake.

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask } from './kit/listener.js';
import { type Served, startServed } from './kit/served.js';

let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterAll(() => served.close());

const api = (method: string, path: string, body?: object) => ask(served.at, method, `/api/v1${path}`, body);

it.each(['/deliveries', '/events', '/incidents', '/sources/generic/rejects'])(
  'by the list %s',
  async (path) => {
    const { status, json } = await api('GET', `${path}?since=1h&until=2h`);
    expect([status, json.error?.code]).toEqual([400, 'usage.invalid_time']);
    expect(json.error.message).toBe('"until" (2h) is before "since" (1h)');
    expect((await api('GET', `${path}?since=2h&until=1h`)).status).toBe(200);
  },
);

it.each(['/deliveries/redeliver', '/events/replay'])('by %s', async (path) => {
  const wrong = await api('POST', path, { since: '1h', until: '2h', dry_run: true });
  expect([wrong.status, wrong.json.error?.code]).toEqual([400, 'usage.invalid_time']);
  expect((await api('POST', path, { since: '2h', until: '1h', dry_run: true })).status).toBe(200);
});

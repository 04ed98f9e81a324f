// Resuming over the API: with deliveries held the request says whether they are sent or dropped; without a word nothing changes.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryItem } from '../../src/http/wire/api-types.js';
import { untilTrue } from '../kit/wait.js';
import { ask } from './kit/listener.js';
import { type Served, startServed } from './kit/served.js';

let served: Served;
beforeEach(async () => {
  served = await startServed();
});
afterEach(() => served.close());

const post = (path: string, body?: object) => ask(served.at, 'POST', `/api/v1${path}`, body);
async function deliveries(destination: string): Promise<DeliveryItem[]> {
  return (await ask(served.at, 'GET', `/api/v1/deliveries?destination=${destination}`)).json.items;
}
const statesOf = async (destination: string) => (await deliveries(destination)).map(({ state }) => state);
const stateOf = async (path: string) => (await ask(served.at, 'GET', `/api/v1${path}`)).json.state;

async function alert(title: string): Promise<void> {
  expect((await ask(served.at, 'POST', served.alertPath, { title, key: title })).status).toBe(202);
}

describe.each([
  ['webhook', 'crm', 2],
  ['integration', 'wall', 1],
] as const)('a paused %s with deliveries held', (noun, name, each) => {
  const path = `/${noun}s/${name}`;
  const ref = `${noun}/${name}`;
  const resume = (body?: object) => post(`${path}/resume`, body);

  beforeEach(async () => {
    await post(`${path}/pause`);
    await alert('one');
    await alert('two');
    expect(await statesOf(ref)).toEqual(Array(2 * each).fill('held'));
  });

  it('is not resumed without a word: how many there are, why it matters, and both ways out', async () => {
    const { status, json } = await resume();
    expect([status, json.error.code]).toEqual([409, 'delivery.held']);
    expect(json.error.message).toBe(`${2 * each} deliveries are held for ${ref}: send or drop?`);
    expect(json.error.why).toContain('paused or disabled');
    expect(json.error.fix).toBe(
      `POST /api/v1${path}/resume with {"held": "send"}, or {"held": "drop"} to cancel them`,
    );
    expect(await stateOf(path)).toBe('paused');
    expect(await statesOf(ref)).toEqual(Array(2 * each).fill('held'));
  });

  it('sends them when it is told to', async () => {
    const { status, json } = await resume({ held: 'send' });
    expect([status, json]).toEqual([200, { name, sent: 2 * each, dropped: 0 }]);
    await untilTrue('all are delivered', async () =>
      (await statesOf(ref)).every((state) => state === 'delivered'),
    );
    expect(await stateOf(path)).toBe('active');
  });

  it('drops them when it is told to, and sends what comes from then on', async () => {
    const { status, json } = await resume({ held: 'drop' });
    expect([status, json]).toEqual([200, { name, sent: 0, dropped: 2 * each }]);
    for (const delivery of await deliveries(ref))
      expect([delivery.state, delivery.reason]).toEqual(['cancelled', expect.stringContaining('dropped')]);
    await alert('three');
    await untilTrue('the new one is delivered', async () => (await statesOf(ref))[0] === 'delivered');
  });
});

it('with nothing held it just resumes, whatever the request says of it', async () => {
  await post('/webhooks/crm/pause');
  expect((await post('/webhooks/crm/resume')).json).toEqual({ name: 'crm', sent: 0, dropped: 0 });
  expect(await stateOf('/webhooks/crm')).toBe('active');
  expect((await post('/webhooks/crm/resume', { held: 'drop' })).status).toBe(200);
});

it('refuses another word, and a name that is not there', async () => {
  const { status, json } = await post('/webhooks/crm/resume', { held: 'keep' });
  expect([status, json.error.fix]).toEqual([422, 'one of: send, drop']);
  expect((await post('/webhooks/crn/resume')).status).toBe(404);
});

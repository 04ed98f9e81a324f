// `webhook test` and `integration test`: one request, whatever the answer, shown in the history as what it was. Refused, with what to
// do, where nothing would be sent.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({
    config: {
      channels: [
        { name: 'ops', integrations: [{ name: 'wall', kind: 'webhook', url: `${receiver.url}/wall` }] },
      ],
      webhooks: [
        { name: 'crm', urls: [{ url: `${receiver.url}/crm` }, { url: `${receiver.url}/second` }] },
        { name: 'other', urls: [{ url: `${receiver.url}/other` }], events: ['*'] },
      ],
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

describe.each(['integration/wall', 'webhook/crm', 'webhook/crm#2'])('a test of %s', (ref) => {
  it.each([
    [200, 'delivered', 'delivered'],
    [503, 'retry', 'dead'],
  ] as const)('that is answered %i is %s, with one attempt', async (status, outcome, state) => {
    receiver.answer({ status, body: 'thanks' });
    const before = receiver.requests.length;
    const answer = await running.runtime.test(ref);
    expect(answer).toMatchObject({ destination: ref, outcome, attempt: { status, trigger: 'test' } });

    const [delivery] = (await running.store.listDeliveries({ destination: ref, limit: 1 })).items;
    expect(delivery).toMatchObject({ destination: ref, state, tries: 1, eventType: 'relay.test' });
    const attempts = await running.store.listAttempts(delivery?.id as string);
    expect(attempts).toMatchObject([{ trigger: 'test', outcome, status, responseBody: 'thanks' }]);
    expect(receiver.requests.length).toBe(before + 1);
    expect(receiver.requests.at(-1)?.text).toBe(attempts[0]?.requestBody);
  });
});

describe('a test', () => {
  it('goes to nobody else, opens no incident and is no news when it fails', async () => {
    expect(receiver.requests.some(({ path }) => path.endsWith('/other'))).toBe(false);
    expect((await running.store.listIncidents({})).items).toEqual([]);
    const { items } = await running.store.listEvents({ limit: 100 });
    expect(new Set(items.map(({ type }) => type))).toEqual(new Set(['relay.test']));
  });

  it('is never taken up again by a range, a replay or the sweep, however it ended', async () => {
    receiver.answer({ status: 503 });
    await running.runtime.test('webhook/other');
    const { store, runtime } = running;
    const before = receiver.requests.length;
    const tests = (await store.listDeliveries({ limit: 100 })).items;
    expect(tests.filter(({ state }) => state === 'dead').length).toBeGreaterThan(0);
    const selection = { status: ['failed', 'dead', 'cancelled', 'held'], withoutTests: true } as const;
    expect(await store.countDeliveries(selection)).toBe(0);
    for (const trigger of ['redelivery', 'sweep'] as const)
      expect(await store.redeliver(selection, trigger, Date.now(), 100)).toEqual({ changed: 0, next: null });
    // One of the receivers here takes every type.
    const event = tests[0]?.event as string;
    expect(await runtime.replay(event, { dryRun: false })).toMatchObject({
      destinations: [],
      deliveries: [],
    });
    const range = { since: 0, until: Date.now() + 1 };
    const step = await runtime.replayStep({ selection: range, dryRun: false, run: null, limit: 100 });
    expect(step).toMatchObject({ looked: tests.length, wanted: 0, deliveries: 0 });
    expect(receiver.requests.length).toBe(before);
    // An event of somebody's own that happens to be called so is none.
    receiver.answer({ status: 200 });
    const own = await runtime.send('relay.test', null, '{}', 'cli:dana');
    expect((await runtime.replay(own.event.id, { dryRun: true })).destinations).toEqual(['webhook/other']);
    await running.settled();
  });

  it('of what is paused is refused, with how to resume it, and leaves nothing behind', async () => {
    const { control } = running.runtime;
    await control.setPaused('webhook', 'crm', true);
    const before = await running.store.counts(0);
    await expect(running.runtime.test('webhook/crm')).rejects.toMatchObject({
      code: 'delivery.destination_disabled',
      fix: 'relay webhook resume crm',
    });
    expect(await running.store.counts(0)).toEqual(before);
  });

  it('of what Relay disabled is refused, with why', async () => {
    receiver.answer({ status: 410 });
    expect(await running.runtime.test('integration/wall')).toMatchObject({ outcome: 'gone' });
    await expect(running.runtime.test('integration/wall')).rejects.toMatchObject({
      code: 'delivery.destination_disabled',
      why: expect.stringContaining('410'),
      fix: 'relay integration resume wall',
    });
    await running.runtime.control.setPaused('integration', 'wall', false);
    receiver.answer({ status: 200 });
    expect(await running.runtime.test('integration/wall')).toMatchObject({ outcome: 'delivered' });
  });
});

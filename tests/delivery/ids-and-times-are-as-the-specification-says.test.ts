// Standard Webhooks 1.0.0, "Webhook headers": an id of its own for every message, without a full stop and the same on every try; the time
// of the attempt in whole seconds; the payload as JSON in the body of a POST.

import { afterEach, expect, it } from '@jest/globals';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

it('every message has an id of its own, without a full stop, and every try the time it was made', async () => {
  const receiver = await aReceiver((_request, count) => ({ status: count <= 3 ? 500 : 200 }));
  const [one, two] = [aDestination('one', receiver.url), aDestination('two', receiver.url)];
  const rig = await openRig([one, two]);
  await rig.publish([one.ref, two.ref]);
  await rig.publish([one.ref]);
  await rig.attempted(3);
  const firstAt = rig.clock.now();
  rig.advance(5_400);
  await rig.attempted(6);
  const ids = receiver.requests.map(({ headers }) => String(headers['webhook-id']));
  // Two destinations of one event are two messages; the three tries that follow bear the same three ids.
  expect(new Set(ids.slice(0, 3)).size).toBe(3);
  expect(ids.slice(3).sort()).toEqual(ids.slice(0, 3).sort());
  for (const id of ids) expect(id).toMatch(/^[a-z0-9_]+$/);
  const times = receiver.requests.map(({ headers }) => String(headers['webhook-timestamp']));
  for (const time of times) expect(time).toMatch(/^\d+$/);
  const seconds = (ms: number): string => String(Math.floor(ms / 1_000));
  expect(times.slice(0, 3)).toEqual(Array(3).fill(seconds(firstAt)));
  expect(times.slice(3)).toEqual(Array(3).fill(seconds(firstAt + 5_400)));
  for (const { method, headers, json } of receiver.requests) {
    expect([method, headers['content-type']]).toEqual(['POST', 'application/json']);
    expect(Object.keys(json)).toEqual(['type', 'timestamp', 'data']);
  }
});

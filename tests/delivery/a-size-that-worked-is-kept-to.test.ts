// After a 413 later requests of the destination are smaller from the start; larger ones are tried again now and then.

import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchSize, MAX_BATCH_BYTES, TAKEN_BEFORE_MORE } from '../../src/delivery/batch-size.js';
import type { Destination } from '../../src/model/topology.js';
import type { ClaimedDelivery } from '../../src/store/store.js';
import type { ReceivedRequest } from '../kit/receiver.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

const REF = 'webhook/crm';
const TEXT = 'x'.repeat(1_000);
const countOf = ({ json }: ReceivedRequest): number => json.data.events.length;
const taking = (url: string, change: Partial<Destination> = {}): Destination =>
  aDestination('crm', url, { batch: { maxEvents: 8, lingerMs: 0 }, concurrency: 1, ...change });

/** So many events of 1 kB, all of them there before the first is sent, and waits for their delivery. */
async function sendAtOnce(rig: Rig, destination: Destination, count: number): Promise<void> {
  await rig.configure({ ...destination, paused: true });
  const ids: string[] = [];
  for (let step = 0; step < count; step++) ids.push(...(await rig.publish([REF], { step, text: TEXT })));
  await rig.configure(destination);
  for (const id of ids) await rig.reaches(id, 'delivered');
}

afterEach(closeAll);

describe('after a 413', () => {
  it('the next requests are of a size that was taken', async () => {
    const receiver = await aReceiver((request) => ({ status: request.text.length > 4_000 ? 413 : 200 }));
    const destination = taking(receiver.url);
    const rig = await openRig([destination]);
    await sendAtOnce(rig, destination, 8);
    const before = receiver.requests.length;
    expect(receiver.requests.filter(({ text }) => text.length > 4_000).length).toBeGreaterThan(0);
    expect(rig.engine.laneState(REF)?.learntBatchBytes).toBeLessThan(4_000);
    await sendAtOnce(rig, destination, 8);
    expect(receiver.requests.slice(before).map(countOf)).toEqual([2, 2, 2, 2]);
  });

  it('new settings begin with full requests again', async () => {
    const receiver = await aReceiver((_request, count) => ({ status: count === 1 ? 413 : 200 }));
    const destination = taking(receiver.url);
    const rig = await openRig([destination]);
    await sendAtOnce(rig, destination, 8);
    expect(rig.engine.laneState(REF)?.learntBatchBytes).not.toBeNull();
    const changed = { ...destination, settings: { ...destination.settings, headers: { 'x-new': '1' } } };
    await sendAtOnce(rig, changed, 8);
    expect(rig.engine.laneState(REF)?.learntBatchBytes).toBeNull();
    expect(countOf(receiver.requests.at(-1) as ReceivedRequest)).toBe(8);
  });
});

describe('the size that is kept to', () => {
  const events = (...bytes: number[]): ClaimedDelivery[] =>
    bytes.map((length) => ({ event: { data: 'x'.repeat(length) } }) as unknown as ClaimedDelivery);

  it('is half of what was too much, and is never raised by a second 413', () => {
    const size = new BatchSize();
    expect([size.maxBytes, size.learntBytes]).toEqual([MAX_BATCH_BYTES, null]);
    size.tooLarge(events(600, 400));
    expect(size.learntBytes).toBe(500);
    size.tooLarge(events(50_000, 50_000));
    expect(size.maxBytes).toBe(500);
    size.forget();
    expect(size.learntBytes).toBeNull();
  });

  it('doubles once enough requests near it were taken, and small ones say nothing', () => {
    const size = new BatchSize();
    size.tooLarge(events(600, 400));
    for (let i = 0; i < 10 * TAKEN_BEFORE_MORE; i++) size.delivered(events(100));
    expect(size.maxBytes).toBe(500);
    for (let i = 1; i < TAKEN_BEFORE_MORE; i++) size.delivered(events(200, 200));
    expect(size.maxBytes).toBe(500);
    size.delivered(events(200, 200));
    expect(size.maxBytes).toBe(1_000);
    for (let i = 0; i < 20 * TAKEN_BEFORE_MORE; i++) size.delivered(events(MAX_BATCH_BYTES));
    expect([size.maxBytes, size.learntBytes]).toEqual([MAX_BATCH_BYTES, null]);
  });
});

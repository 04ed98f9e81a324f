import { afterEach, describe, expect, it } from '@jest/globals';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

describe('ten destinations, one of them dead', () => {
  it('nine get all their events while every request to the tenth hangs', async () => {
    const dead = await aReceiver('hang');
    const healthy = await aReceiver();
    const names = ['dead', ...Array.from({ length: 9 }, (_, index) => `healthy${index}`)];
    const rig = await openRig(
      names.map((name) => aDestination(name, name === 'dead' ? dead.url : `${healthy.url}/${name}`)),
    );
    const refs = names.map((name) => `webhook/${name}`);
    for (let i = 0; i < 100; i++) await rig.publish(refs, { i });
    await healthy.received(900);
    const held = rig.engine.laneState('webhook/dead');
    expect(held?.inFlight).toBe(4);
    expect(dead.requests.length).toBeLessThanOrEqual(4);
    // The dead lane holds its window; the rest of its backlog stays in the store. Answers of the healthy ones may still be on their way in.
    const deliveries = await untilTrue('only the dead lane is still sending', async () => {
      const counts = (await rig.store.counts(0)).deliveries;
      return counts.sending <= 16 ? counts : null;
    });
    expect(deliveries.pending + deliveries.sending).toBeGreaterThanOrEqual(100);
    expect(deliveries.delivered).toBe(900);
  });

  it('get fair turns under the cap of all requests', async () => {
    const order: string[] = [];
    const receiver = await aReceiver(({ path }) => {
      order.push(path);
      return { status: 200, delayMs: 2 };
    });
    const flooded = aDestination('flooded', `${receiver.url}/flooded`, { paused: true, concurrency: 50 });
    const quiet = aDestination('quiet', `${receiver.url}/quiet`, { paused: true, concurrency: 50 });
    const rig = await openRig([flooded, quiet], { maxRequests: 2 });
    for (let i = 0; i < 100; i++) await rig.publish(['webhook/flooded']);
    for (let i = 0; i < 10; i++) await rig.publish(['webhook/quiet']);
    await rig.configure({ ...flooded, paused: false }, { ...quiet, paused: false });
    await untilTrue(
      'the quiet one is through',
      () => order.filter((path) => path.endsWith('quiet')).length === 10,
    );
    // One turn each: the quiet one is through after about twice its own number, not after the flood.
    expect(order.length).toBeLessThan(60);
  });
});

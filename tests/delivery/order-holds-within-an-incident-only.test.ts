import { afterEach, describe, expect, it } from '@jest/globals';
import { runSeed, seededRandom } from '../kit/random.js';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

interface Sent {
  readonly data: { readonly name: string; readonly step: number };
}

afterEach(closeAll);

describe('events of one incident', () => {
  it('wait for a failing one before them, while another incident flows', async () => {
    let isWell = false;
    const receiver = await aReceiver(({ json }) => ({
      status: !isWell && (json as Sent).data.name === 'stuck' ? 500 : 200,
    }));
    const rig = await openRig([aDestination('crm', receiver.url)]);
    await rig.publishIncident('webhook/crm', 'stuck', 3);
    await rig.publishIncident('webhook/crm', 'fine', 5);
    const of = (name: string): number[] =>
      receiver.requests
        .map(({ json }) => (json as Sent).data)
        .filter((data) => data.name === name)
        .map(({ step }) => step);
    await untilTrue('the other incident is through', () => of('fine').length === 5);
    expect(of('fine')).toEqual([1, 2, 3, 4, 5]);
    expect(of('stuck')).toEqual([1]);
    isWell = true;
    rig.advance(5_000);
    await untilTrue('the first incident is through', () => of('stuck').length === 4);
    expect(of('stuck')).toEqual([1, 1, 2, 3]);
  });

  it('keep their order under concurrency and random failures', async () => {
    const random = seededRandom(runSeed());
    console.info(`RELAY_SEED=${random.seed} repeats this run`);
    const delivered = new Map<string, number[]>();
    const receiver = await aReceiver(({ json }) => {
      if (random.next() < 0.25) return { status: 500 };
      const { name, step } = (json as Sent).data;
      delivered.set(name, [...(delivered.get(name) ?? []), step]);
      return { status: 200, delayMs: random.between(0, 4) };
    });
    const retry = { max: 50, baseMs: 1_000, factor: 1, jitter: 0 };
    const rig = await openRig([aDestination('crm', receiver.url, { retry, concurrency: 8 })]);
    for (let i = 0; i < 20; i++) await rig.publishIncident('webhook/crm', `incident ${i}`, 5);
    await untilTrue('all are through', () => {
      rig.advance(1_000);
      return [...delivered.values()].flat().length === 100;
    });
    for (const steps of delivered.values()) expect(steps).toEqual([1, 2, 3, 4, 5]);
  });
});

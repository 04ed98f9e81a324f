import { afterEach, describe, expect, it } from '@jest/globals';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

describe('a request that cannot be built', () => {
  it('is a failed attempt with its message, retried by schedule and no more, while others flow', async () => {
    const receiver = await aReceiver();
    const broken = aDestination('broken', receiver.url, {
      settings: { url: receiver.url, signing_keys: ['not a key'] },
      retry: { max: 1, baseMs: 1_000, factor: 1, jitter: 0 },
    });
    const rig = await openRig([broken, aDestination('fine', receiver.url)]);
    const [delivery = '', fine = ''] = await rig.publish(['webhook/broken', 'webhook/fine']);
    await rig.reaches(fine, 'delivered');
    await rig.attempted(2);
    rig.advance(1_000);
    expect(await rig.reaches(delivery, 'failed')).toMatchObject({ tries: 2, result: 'build' });
    expect(await rig.store.listAttempts(delivery)).toMatchObject(
      Array.from({ length: 2 }, () => ({
        error: 'build',
        status: null,
        outcome: 'retry',
        reason: expect.stringContaining('a signing key is not whsec_'),
      })),
    );
    expect(receiver.requests).toHaveLength(1);
    expect(rig.engine.faults()).toBe(0);
  });

  it('says nothing of the receiver when it is the event that the template cannot be filled with', async () => {
    const receiver = await aReceiver();
    const rig = await openRig([
      aDestination('tickets', receiver.url, {
        settings: { url: receiver.url, format: 'template', body: '{"env": {{ data.tags.env }}}' },
        circuit: { failures: 2, probeMs: 60_000, maxProbeMs: 60_000 },
        disableAfter: { failures: 5 },
      }),
    ]);
    for (let count = 0; count < 6; count++) {
      const [bad = ''] = await rig.publish(['webhook/tickets'], {});
      expect(await rig.reaches(bad, 'dead')).toMatchObject({ tries: 1, result: 'build' });
    }
    const [good = ''] = await rig.publish(['webhook/tickets'], { tags: { env: 'prod' } });
    await rig.reaches(good, 'delivered');
    expect(receiver.requests).toHaveLength(1);
    expect(rig.notices.map(({ type }) => type)).toEqual(Array(6).fill('delivery.failed'));
  });
});

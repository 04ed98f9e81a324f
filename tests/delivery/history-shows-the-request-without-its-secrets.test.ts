import { afterEach, describe, expect, it } from '@jest/globals';
import { maskUrl } from '../../src/core/redaction.js';
import { RESPONSE_CAP_BYTES } from '../../src/delivery/transport.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

describe('an attempt in the history', () => {
  it('tells request and answer; the receiver got the secrets, the history did not', async () => {
    const receiver = await aReceiver({ status: 201, body: 'made', headers: { 'x-request-token': 't0p' } });
    const url = `${receiver.url}?token=hunter2&team=a`;
    const settings = {
      url,
      method: 'PUT',
      headers: { Authorization: 'Bearer hunter2', 'X-Team': 'payments' },
    };
    const rig = await openRig([aDestination('crm', url, { settings, displayUrl: maskUrl(url) })]);
    const [delivery = ''] = await rig.publish(['webhook/crm'], { n: 1 });
    await rig.reaches(delivery, 'delivered');
    expect(receiver.requests[0]).toMatchObject({ method: 'PUT', path: '/hook?token=hunter2&team=a' });
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer hunter2');
    const [attempt] = await rig.store.listAttempts(delivery);
    expect(attempt).toMatchObject({
      method: 'PUT',
      url: `${receiver.url}?token=***&team=a`,
      status: 201,
      responseBody: 'made',
      outcome: 'delivered',
      requestBody: receiver.requests[0]?.text,
    });
    expect(attempt?.requestHeaders).toMatchObject({ authorization: '***', 'x-team': 'payments' });
    expect(attempt?.responseHeaders['x-request-token']).toBe('***');
    expect(JSON.stringify([attempt, await rig.store.getDelivery(delivery)])).not.toContain('hunter2');
  });

  it('that failed has its status, how long it took, the beginning of the answer, and when it goes again', async () => {
    const body = 'x'.repeat(RESPONSE_CAP_BYTES + 1);
    const receiver = await aReceiver({ status: 418, body, delayMs: 20 });
    const rig = await openRig([aDestination('crm', receiver.url)]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    const [attempt] = await rig.store.listAttempts(delivery);
    expect(attempt).toMatchObject({
      outcome: 'retry',
      status: 418,
      reason: 'answered 418',
      responseBody: body.slice(0, RESPONSE_CAP_BYTES),
      responseTruncated: true,
      startedAt: rig.clock.now(),
    });
    expect(attempt?.durationMs).toBeGreaterThan(0);
    const { state, dueAt, reason } = await rig.store.getDelivery(delivery);
    expect([state, dueAt, reason]).toEqual(['pending', rig.clock.now() + 5_000, 'retry 1 of 3 after 418']);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { maskUrl } from '../../src/core/redaction.js';
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
});

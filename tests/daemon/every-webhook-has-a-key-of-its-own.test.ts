// Standard Webhooks 1.0.0, "Additional considerations": keys are unique to an endpoint. The endpoint is the webhook, all its URLs.

import { afterEach, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;
afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

it('no two webhooks share a key, the URLs of one do, and a generated one is random and long enough', async () => {
  receiver = await startReceiver();
  const urls = [{ url: `${receiver.url}/1` }, { url: `${receiver.url}/2` }];
  running = await startRunning({
    config: { webhooks: ['crm', 'erp'].map((name) => ({ name, urls, signature: ['v1', 'v1a'] })) },
  });
  const { destinations } = running.runtime.topology();
  const keysOf = (ref: string) => destinations.get(ref)?.settings.signing_keys as [string, string];
  const [crm, crmPrivate] = keysOf('webhook/crm');
  const [erp, erpPrivate] = keysOf('webhook/erp');
  expect(keysOf('webhook/crm#2')).toEqual([crm, crmPrivate]);
  expect(new Set([crm, erp, crmPrivate, erpPrivate]).size).toBe(4);
  expect(crm).toMatch(/^whsec_/);
  expect(crmPrivate).toMatch(/^whsk_/);
  for (const key of [crm, erp]) {
    const { length } = Buffer.from(key.replace('whsec_', ''), 'base64');
    expect(length).toBeGreaterThanOrEqual(24);
    expect(length).toBeLessThanOrEqual(64);
  }
  await running.runtime.test('webhook/crm#2');
  const { text, headers } = receiver.requests.at(-1) as (typeof receiver.requests)[number];
  const verify = (key: string) => new Webhook(key).verify(text, headers as Record<string, string>);
  expect(verify(crm)).toBeTruthy();
  expect(() => verify(erp)).toThrow();
});

import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { webhookIntegrationDriver } from '../../src/destinations/webhook/integration.js';
import { outgoingWebhookDriver } from '../../src/destinations/webhook/outgoing.js';
import { AT, anEvent } from './sample-events.js';

const REFUSED = [
  'webhook-id',
  'Webhook-Signature',
  'WEBHOOK-TIMESTAMP',
  'webhook-anything',
  'Host',
  'content-length',
  'Content-Type',
  'Connection',
  'Keep-Alive',
  'Transfer-Encoding',
  'TE',
  'Upgrade',
  'Proxy-Authorization',
  'Expect',
  'two words',
  'line\nend',
  '',
];
const ALLOWED = ['Authorization', 'X-Team', 'x-webhook-id', 'Hostname', 'User-Agent', 'Idempotency-Key'];
const DRIVERS = [webhookIntegrationDriver, outgoingWebhookDriver];
const CONTEXT = { messageId: 'dlv_1_a', now: AT, publicUrl: 'http://relay', version: '9', sentBody: null };

describe.each(DRIVERS)('headers of $title', (driver) => {
  const validate = new Ajv({ strict: true }).compile(driver.settings);

  it.each(REFUSED)('refuses %j in the settings', (name) => {
    expect(validate({ url: 'https://example.org', headers: { [name]: 'x' } })).toBe(false);
  });

  it.each(ALLOWED)('takes %s', (name) => {
    expect(validate({ url: 'https://example.org', headers: { [name]: 'x' } })).toBe(true);
  });

  it('refuses a value that would begin a new header', () => {
    expect(validate({ url: 'https://example.org', headers: { 'X-A': 'b\r\nwebhook-id: c' } })).toBe(false);
  });

  it('drops reserved ones should they get past the settings', () => {
    const headers = {
      'Webhook-Id': 'forged',
      'Webhook-Signature': 'v1,forged',
      HOST: 'evil',
      'Content-Type': 'text/html',
      'X-Team': 'payments',
    };
    const request = driver.build(anEvent(), { url: 'https://example.org', headers }, CONTEXT);
    if (request.via !== 'http') throw new Error('expected an HTTP request');
    expect(request.headers).toMatchObject({
      'webhook-id': 'dlv_1_a',
      'content-type': 'application/json',
      'x-team': 'payments',
    });
    // It is not signed, so nothing of Relay's stands in the way.
    expect(Object.keys(request.headers)).not.toContain('webhook-signature');
    expect(Object.keys(request.headers)).not.toContain('host');
  });
});

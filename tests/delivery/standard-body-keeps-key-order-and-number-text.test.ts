import { describe, expect, it } from '@jest/globals';
import { outgoingWebhookDriver } from '../../src/destinations/webhook/outgoing.js';
import { AT, anEvent } from './sample-events.js';

const CONTEXT = { messageId: 'dlv_1_a', now: AT, publicUrl: 'http://relay', version: '0', sentBody: null };

describe('format standard', () => {
  it('puts the data of the event into the body as it is', () => {
    const data = '{"z":1,"a":12345678901234567890.10,"ü":"\\u00fc😀","10":[1e3]}';
    const request = outgoingWebhookDriver.build(anEvent({ data }), { url: 'http://x' }, CONTEXT);
    expect(request.body).toBe(
      `{"type":"deploy.finished","timestamp":"2026-11-21T03:12:00.000Z","data":${data}}`,
    );
  });

  it('sends the bytes of an earlier attempt again rather than new ones', () => {
    const sentBody = '{"type":"deploy.finished","as":"it was"}';
    const request = outgoingWebhookDriver.build(anEvent(), { url: 'http://x' }, { ...CONTEXT, sentBody });
    expect(request.body).toBe(sentBody);
  });

  it('bears one id on every attempt, the time of each, and a signature of its own', () => {
    const settings = { url: 'http://x', signing_keys: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] };
    const [first, second] = [CONTEXT, { ...CONTEXT, now: AT + 61_500 }].map((context) =>
      outgoingWebhookDriver.build(anEvent(), settings, context),
    );
    if (first?.via !== 'http' || second?.via !== 'http') throw new Error('expected HTTP requests');
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(Number(second.headers['webhook-timestamp']) - Number(first.headers['webhook-timestamp'])).toBe(61);
    const signatures = [first, second].map(({ headers }) => headers['webhook-signature']);
    expect(signatures).toEqual([expect.stringMatching(/^v1,/), expect.stringMatching(/^v1,/)]);
    expect(signatures[0]).not.toBe(signatures[1]);
    expect(second.body).toBe(first.body);
  });
});

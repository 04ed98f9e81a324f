import { describe, expect, it } from '@jest/globals';
import { outgoingWebhookDriver } from '../../src/destinations/webhook/outgoing.js';
import { AT } from './sample-events.js';

function judge(status: number | null, headers: Record<string, string> = {}) {
  const error = status === null ? ({ code: 'refused', message: 'connection refused' } as const) : null;
  return outgoingWebhookDriver.classify({ status, headers, body: '', error }, { url: 'http://x' }, AT);
}

describe('an answer to a webhook', () => {
  it.each([200, 201, 202, 204, 299])('%i is success', (status) => {
    expect(judge(status).kind).toBe('delivered');
  });

  it.each([300, 301, 302, 307, 308, 304, 400, 401, 403, 404, 408, 409, 422, 500, 502, 503, 504, 599])(
    '%i is tried again',
    (status) => {
      expect(judge(status)).toMatchObject({ kind: 'retry', afterMs: null, throttled: false });
    },
  );

  it('410 ends it', () => {
    expect(judge(410).kind).toBe('gone');
  });

  it('429 is tried again and is no fault', () => {
    expect(judge(429)).toMatchObject({ kind: 'retry', throttled: true });
  });

  it('no answer is tried again', () => {
    expect(judge(null)).toMatchObject({ kind: 'retry', reason: 'connection refused' });
  });

  it('200 whose body never ended is tried again', () => {
    const error = { code: 'timeout', message: 'no complete answer' } as const;
    const response = { status: 200, headers: {}, body: 'par', error };
    expect(outgoingWebhookDriver.classify(response, { url: 'http://x' }, AT).kind).toBe('retry');
  });

  it.each([
    ['120', 120_000],
    ['0.5', 500],
    ['Sat, 21 Nov 2026 03:13:30 GMT', 90_000],
    ['Saturday, 21-Nov-26 03:13:30 GMT', 90_000],
    ['Sat Nov 21 03:13:30 2026', 90_000],
    ['2592000', 2_592_000_000],
  ])('Retry-After: %s is heard', (header, afterMs) => {
    expect(judge(503, { 'retry-after': header })).toMatchObject({ kind: 'retry', afterMs });
  });

  it.each([
    '',
    '0',
    '-5',
    'soon',
    '999999999999',
    'Infinity',
    '1e9',
    'Fri, 20 Nov 2026 03:13:30 GMT',
    'Sat, 21 Nov 2099 03:13:30 GMT',
    'Sat, 99 Nov 2026 03:13:30 GMT',
    '2026-11-21',
  ])('Retry-After: %j has no effect', (header) => {
    expect(judge(503, { 'retry-after': header })).toMatchObject({ kind: 'retry', afterMs: null });
  });
});

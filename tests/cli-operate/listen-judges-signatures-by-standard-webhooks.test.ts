// The local judge of `relay listen --secret` against the reference library and the specification's own vector.

import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { judgeWithKey } from '../../src/cli/commands/listen/signature.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const VECTOR = {
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  body: '{"test": 2432232314}',
  now: 1_614_265_330_000,
};

describe('judgeWithKey', () => {
  it("verifies the specification's vector", () => {
    expect(judgeWithKey(SECRET, VECTOR.headers, VECTOR.body, VECTOR.now)).toEqual({
      state: 'verified',
      by: '--secret',
    });
  });

  it('verifies what the reference library signs, alone and among other signatures', () => {
    const at = new Date(1_700_000_000_000);
    const body = '{"type":"incident.triggered","data":{"title":"é ü"}}';
    const signature = new Webhook(SECRET).sign('dlv_1', at, body);
    for (const line of [signature, `v1,AAAA v1a,xyz ${signature}`]) {
      const headers = { 'webhook-id': 'dlv_1', 'webhook-timestamp': '1700000000', 'webhook-signature': line };
      expect(judgeWithKey(SECRET, headers, body, at.getTime()).state).toBe('verified');
    }
  });

  it.each([
    ['another body', {}, '{"test": 1}', VECTOR.now, /does not fit/],
    ['another id', { 'webhook-id': 'msg_other' }, VECTOR.body, VECTOR.now, /does not fit/],
    ['an old timestamp', {}, VECTOR.body, VECTOR.now + 300_001, /5 minutes/],
    ['a timestamp from the future', {}, VECTOR.body, VECTOR.now - 300_001, /5 minutes/],
    [
      'a timestamp that is no number',
      { 'webhook-timestamp': 'now' },
      VECTOR.body,
      VECTOR.now,
      /not a number/,
    ],
    ['no id', { 'webhook-id': '' }, VECTOR.body, VECTOR.now, /missing/],
    ['half a signature', { 'webhook-signature': 'v1,' }, VECTOR.body, VECTOR.now, /does not fit/],
  ])('says WRONG for %s', (_name, change, body, now, why) => {
    const verdict = judgeWithKey(SECRET, { ...VECTOR.headers, ...change }, body, now);
    expect(verdict).toEqual({ state: 'wrong', why: expect.stringMatching(why) });
  });

  it('calls a message without a signature unsigned, not wrong', () => {
    expect(judgeWithKey(SECRET, { 'content-type': 'application/json' }, '{}', 0)).toEqual({
      state: 'unsigned',
    });
  });
});

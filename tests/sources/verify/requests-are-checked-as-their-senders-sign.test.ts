// Published vectors and official packages of the senders: what they sign is accepted, and nothing else.

import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sign as signAsGitHub } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import type { VerifyMethod } from '../../../src/model/topology.js';
import { NOW, NOW_SECONDS, requestOf, verdictOf, wordFor } from './kit/requests.js';

const GITHUB: VerifyMethod = { method: 'hmac', header: 'X-Hub-Signature-256', prefix: 'sha256=' };
const SENTRY: VerifyMethod = { method: 'hmac', header: 'Sentry-Hook-Signature' };
const PAGERDUTY: VerifyMethod = {
  method: 'hmac',
  header: 'X-PagerDuty-Signature',
  prefix: 'v1=',
  separator: ',',
};
const SLACK: VerifyMethod = {
  method: 'hmac',
  header: 'X-Slack-Signature',
  prefix: 'v0=',
  signed: 'v0:{timestamp}:{body}',
  timestamp_header: 'X-Slack-Request-Timestamp',
};
const GITLAB: readonly VerifyMethod[] = [
  { method: 'token', header: 'X-Gitlab-Token' },
  { method: 'standard-webhooks' },
];

const hex = (secret: string, body: string): string => createHmac('sha256', secret).update(body).digest('hex');

describe('GitHub', () => {
  const secret = "It's a Secret to Everybody";
  const body = 'Hello, World!';
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  it('is accepted with the vector of its documentation', async () => {
    const request = requestOf({ 'X-Hub-Signature-256': signature }, body);
    expect(await wordFor(GITHUB, secret, request)).toBe('ok');
  });

  it('is accepted as its official package signs, over any text', async () => {
    for (const text of ['{}', '{"title":"Überlast – 100 %"}', '\u0000 \r\n']) {
      const header = await signAsGitHub(secret, text);
      expect(await wordFor(GITHUB, secret, requestOf({ 'x-hub-signature-256': header }, text))).toBe('ok');
    }
  });

  it.each([
    ['without the header', {}, 'missing'],
    ['with an empty one', { 'X-Hub-Signature-256': '' }, 'missing'],
    ['of another body', { 'X-Hub-Signature-256': `sha256=${hex(secret, 'Hello, World')}` }, 'wrong'],
    ['of another secret', { 'X-Hub-Signature-256': `sha256=${hex('other', body)}` }, 'wrong'],
    ['without the prefix', { 'X-Hub-Signature-256': signature.slice(7) }, 'wrong'],
    ['with half of it', { 'X-Hub-Signature-256': signature.slice(0, 40) }, 'wrong'],
    ['with more after it', { 'X-Hub-Signature-256': `${signature}00` }, 'wrong'],
    ['twice, joined by a comma', { 'X-Hub-Signature-256': `${signature}, ${signature}` }, 'wrong'],
    ['that is no hex', { 'X-Hub-Signature-256': 'sha256=zz' }, 'wrong'],
    ['in the old header alone', { 'X-Hub-Signature': signature }, 'missing'],
  ])('is refused %s', async (_what, headers, word) => {
    expect(await wordFor(GITHUB, secret, requestOf(headers as Record<string, string>, body))).toBe(word);
  });

  it('is checked over the bytes, not over a text made of them', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    const signed = createHmac('sha256', secret).update(bytes).digest('hex');
    const request = requestOf({ 'X-Hub-Signature-256': `sha256=${signed}` }, bytes);
    expect(await wordFor(GITHUB, secret, request)).toBe('ok');
    const asText = { ...request, body: Buffer.from(bytes.toString('utf8')) };
    expect(await wordFor(GITHUB, secret, asText)).toBe('wrong');
  });
});

describe('a secret that is rotated', () => {
  it('is accepted old and new, and no longer once it is out of the list', async () => {
    const request = requestOf({ 'X-Hub-Signature-256': `sha256=${hex('old', '{}')}` }, '{}');
    expect(await wordFor(GITHUB, ['new', 'old'], request)).toBe('ok');
    expect(await wordFor(GITHUB, ['new'], request)).toBe('wrong');
  });
});

describe('Sentry', () => {
  it('signs the body in hex with its client secret', async () => {
    const body = '{"action":"triggered","data":{}}';
    const signed = requestOf({ 'Sentry-Hook-Signature': hex('client-secret', body) }, body);
    expect(await wordFor(SENTRY, 'client-secret', signed)).toBe('ok');
    expect(await wordFor(SENTRY, 'client-secret', { ...signed, body: Buffer.from('{}') })).toBe('wrong');
  });
});

describe('PagerDuty', () => {
  const body = '{"event":{"event_type":"incident.triggered"}}';
  const v1 = `v1=${hex('secret', body)}`;
  const other = `v1=${hex('other', body)}`;

  it.each([
    ['one', v1, 'ok'],
    ['two, the second of ours', `${other},${v1}`, 'ok'],
    ['two with a space between', `${other}, ${v1}`, 'ok'],
    ['another version beside it', `v2=${'0'.repeat(64)},${v1}`, 'ok'],
    ['none of ours', `${other},${other}`, 'wrong'],
    ['another version alone', `v2=${hex('secret', body)}`, 'wrong'],
  ])('signs with %s', async (_what, header, word) => {
    expect(await wordFor(PAGERDUTY, 'secret', requestOf({ 'X-PagerDuty-Signature': header }, body))).toBe(
      word,
    );
  });
});

describe('Slack', () => {
  // The example of Slack's page on verifying requests.
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const seconds = 1531420618;
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const headers = {
    'X-Slack-Request-Timestamp': String(seconds),
    'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  };

  it.each([
    ['at that moment', 0, 'ok'],
    ['five minutes later', 300, 'ok'],
    ['five minutes and a second later', 301, 'stale'],
    ['before it was sent, by a clock that is late', -301, 'stale'],
  ])('is checked with the example of its page, %s', async (_when, later, word) => {
    const request = requestOf(headers, body, (seconds + later) * 1_000);
    expect(await wordFor(SLACK, secret, request)).toBe(word);
  });

  it('is refused with a time that is not the one signed, or is none', async () => {
    const at = seconds * 1_000;
    const other = { ...headers, 'X-Slack-Request-Timestamp': String(seconds + 1) };
    expect(await wordFor(SLACK, secret, requestOf(other, body, at))).toBe('wrong');
    const none = { 'X-Slack-Signature': headers['X-Slack-Signature'] };
    expect(await wordFor(SLACK, secret, requestOf(none, body, at))).toBe('missing');
    const odd = { ...headers, 'X-Slack-Request-Timestamp': '1531420618.0' };
    expect(await wordFor(SLACK, secret, requestOf(odd, body, at))).toBe('wrong');
  });

  it('takes the tolerance that is given', async () => {
    const request = requestOf(headers, body, (seconds + 600) * 1_000);
    expect(await wordFor({ ...SLACK, tolerance: '10m' }, secret, request)).toBe('ok');
    expect(await wordFor({ ...SLACK, tolerance: '9m' }, secret, request)).toBe('stale');
  });
});

describe('GitLab', () => {
  const key = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  const body = '{"object_kind":"pipeline"}';
  const headersOf = (secret: string, text: string, at = NOW): Record<string, string> => ({
    'webhook-id': 'f5d5',
    'webhook-timestamp': String(at / 1_000),
    'webhook-signature': new Webhook(secret).sign('f5d5', new Date(at), text),
  });

  it('is accepted by its secret token, and by its signing token, each in a list of both', async () => {
    expect(await wordFor(GITLAB, 's3cret', requestOf({ 'X-Gitlab-Token': 's3cret' }, body))).toBe('ok');
    expect(await wordFor(GITLAB, key, requestOf(headersOf(key, body), body))).toBe('ok');
  });

  it('is refused with neither, with a reason for each', async () => {
    const verdict = await verdictOf(GITLAB, 's3cret', requestOf({}, body));
    expect(verdict).toMatchObject({ ok: false, because: 'missing' });
    expect(JSON.stringify(verdict)).toMatch(/X-Gitlab-Token.*webhook-signature/);
    // One that is there and wrong tells more than one that is not there.
    expect(await wordFor(GITLAB, 's3cret', requestOf({ 'X-Gitlab-Token': 's3cre' }, body))).toBe('wrong');
  });

  it.each([
    ['of another body', headersOf(key, '{}'), 'wrong'],
    ['of another key', headersOf(`whsec_${Buffer.alloc(32, 6).toString('base64')}`, body), 'wrong'],
    ['of an hour ago', headersOf(key, body, NOW - 3_600_000), 'stale'],
    ['with an empty value', { ...headersOf(key, body), 'webhook-signature': 'v1,' }, 'wrong'],
    ['of a version of its own', { ...headersOf(key, body), 'webhook-signature': 'v2,AAAA' }, 'wrong'],
    ['without an id', { ...headersOf(key, body), 'webhook-id': '' }, 'missing'],
    ['at no time', { ...headersOf(key, body), 'webhook-timestamp': 'now' }, 'wrong'],
  ])('is refused with a signature %s', async (_what, headers, word) => {
    const method: VerifyMethod = { method: 'standard-webhooks' };
    expect(await wordFor(method, key, requestOf(headers, body))).toBe(word);
  });

  it('accepts nothing where no secret is a key of its own: it may be another method’s', async () => {
    const methods: VerifyMethod[] = [{ method: 'standard-webhooks' }, { method: 'basic' }];
    for (const signature of [
      'v1,',
      'v2,AAAA',
      'v1a,AAAA',
      headersOf(key, body)['webhook-signature'] as string,
    ]) {
      const headers = { ...headersOf(key, body), 'webhook-signature': signature };
      expect(await wordFor(methods, 'hunter2hunter2', requestOf(headers, body))).toBe('wrong');
    }
  });

  it('is accepted while its key is rotated, both signatures in one header', async () => {
    const old = headersOf(`whsec_${Buffer.alloc(32, 6).toString('base64')}`, body);
    const both = {
      ...old,
      'webhook-signature': `${old['webhook-signature']} ${headersOf(key, body)['webhook-signature']}`,
    };
    expect(await wordFor({ method: 'standard-webhooks' }, key, requestOf(both, body))).toBe('ok');
  });
});

describe('a secret that comes along', () => {
  const basic = (pair: string): Record<string, string> => ({
    Authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
  });

  it.each<[string, VerifyMethod, Record<string, string>, string]>([
    [
      'after a scheme',
      { method: 'token', header: 'Authorization', prefix: 'Bearer ' },
      { Authorization: 'bearer s3cret' },
      'ok',
    ],
    [
      'after another scheme',
      { method: 'token', header: 'Authorization', prefix: 'Bearer ' },
      { Authorization: 'Basic s3cret' },
      'wrong',
    ],
    ['in a header', { method: 'token', header: 'X-Token' }, { 'x-token': 's3cret' }, 'ok'],
    ['with more after it', { method: 'token', header: 'X-Token' }, { 'x-token': 's3cret2' }, 'wrong'],
    ['as a password', { method: 'basic' }, basic('anybody:s3cret'), 'ok'],
    ['as the password of a user', { method: 'basic', user: 'zabbix' }, basic('zabbix:s3cret'), 'ok'],
    ['as the password of another user', { method: 'basic', user: 'zabbix' }, basic('root:s3cret'), 'wrong'],
    ['as a password with more before it', { method: 'basic' }, basic('anybody:x:s3cret'), 'wrong'],
    ['without a user at all', { method: 'basic' }, basic('s3cret'), 'wrong'],
    ['in another scheme', { method: 'basic' }, { Authorization: 'Bearer s3cret' }, 'missing'],
    ['not at all', { method: 'basic' }, {}, 'missing'],
    ['in a header called as no header is', { method: 'token', header: 'constructor' }, {}, 'missing'],
  ])('%s', async (_how, method, headers, word) => {
    expect(await wordFor(method, 's3cret', requestOf(headers, '{}'))).toBe(word);
  });

  it('may hold a colon in a password', async () => {
    expect(await wordFor({ method: 'basic' }, 'a:b', requestOf(basic('u:a:b'), '{}'))).toBe('ok');
  });
});

describe('the variants of a keyed hash', () => {
  it.each<[string, VerifyMethod, string]>([
    [
      'sha1 in hex',
      { method: 'hmac', header: 'X-S', algorithm: 'sha1' },
      createHmac('sha1', 'k').update('{}').digest('hex'),
    ],
    [
      'sha512 in base64',
      { method: 'hmac', header: 'X-S', algorithm: 'sha512', encoding: 'base64' },
      createHmac('sha512', 'k').update('{}').digest('base64'),
    ],
    ['upper case hex', { method: 'hmac', header: 'X-S' }, hex('k', '{}').toUpperCase()],
    ['text after the body', { method: 'hmac', header: 'X-S', signed: '{body}|end' }, hex('k', '{}|end')],
    [
      'a time after a colon, as Grafana',
      { method: 'hmac', header: 'X-S', signed: '{timestamp}:{body}', timestamp_header: 'X-T' },
      hex('k', `${NOW_SECONDS}:{}`),
    ],
  ])('%s', async (_what, method, signature) => {
    const request = requestOf({ 'X-S': signature, 'X-T': String(NOW_SECONDS) }, '{}');
    expect(await wordFor(method, 'k', request)).toBe('ok');
    expect(await wordFor(method, 'l', request)).toBe('wrong');
  });

  it('tell nothing of the secret when they refuse', async () => {
    for (const method of [GITHUB, ...GITLAB, { method: 'basic' } as const]) {
      const headers = {
        'X-Hub-Signature-256': 'sha256=00',
        'X-Gitlab-Token': 'x',
        authorization: 'Basic eA==',
      };
      const verdict = JSON.stringify(await verdictOf(method, 'hunter2hunter2', requestOf(headers, 'body')));
      expect(verdict).not.toContain('hunter2');
      expect(verdict).not.toContain(hex('hunter2hunter2', 'body'));
    }
  });
});

// `relay listen` as a command: the blocks it prints, the judgement of the daemon or of --secret, its end and its count.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startReceiver } from '../../src/cli/commands/listen/receiver.js';
import { type Asked, type CannedApi, cannedApi } from './kit/canned-api.js';
import { NOW, type Ran, type RunStyle, run } from './kit/run.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = '{"type":"incident.triggered","data":{"incident":{"title":"CPU is high"}}}';
let api: CannedApi;

beforeEach(async () => {
  api = await cannedApi({
    'POST /webhooks/verify': ({ body }: Asked) => {
      const { headers, body: text } = body as { headers: Record<string, string>; body: string };
      const isRight = headers['webhook-signature'] === sign(text)['webhook-signature'];
      return isRight ? { verified: ['local'], reason: '' } : { verified: [], reason: 'no secret fits' };
    },
  });
});
afterEach(() => api.close());

function sign(body: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(NOW / 1000),
    'webhook-signature': new Webhook(SECRET).sign('msg_1', new Date(NOW), body),
  };
}

/** Runs `listen` until it ends by itself, and calls `talk` with its URL once it listens. */
async function listenWhile(
  flags: readonly string[],
  talk: (url: string) => Promise<unknown>,
  style: RunStyle = {},
): Promise<Ran> {
  let talked: Promise<unknown> | undefined;
  const ran = await run(api.socket, ['listen', '--port', '0', ...flags], {
    ...style,
    onHint: (text) => {
      const url = /^listening on (\S+),/.exec(text)?.[1];
      if (url) talked = talk(url);
    },
  });
  await talked;
  return ran;
}

const post = (url: string, headers: Record<string, string>, body = BODY, path = '/hook') =>
  fetch(`${url}${path}`, { method: 'POST', headers, body });

describe('relay listen', () => {
  it('prints time, method, path, type, title, size, answer, signature and the body', async () => {
    const ran = await listenWhile(['--once', '1'], (url) => post(url, sign(BODY)));
    expect(ran.code).toBe(0);
    expect(ran.stdout).toBe(
      [
        '2026-01-31T10:00:00.000Z  POST /hook  incident.triggered  “CPU is high”',
        '  73 B, answered 200, verified (webhook local)',
        '  webhook-id: msg_1',
        '  content-type: application/json',
        '  {',
        '    "type": "incident.triggered",',
        '    "data": {',
        '      "incident": {',
        '        "title": "CPU is high"',
        '      }',
        '    }',
        '  }',
        '',
        '',
      ].join('\n'),
    );
    expect(ran.stderr.split('\n').at(-2)).toBe('1 request: 1 verified; answered 200 × 1');
  });

  it('tells verified, wrong and unsigned apart, in the order they came, and counts them', async () => {
    const ran = await listenWhile(['--once', '3', '--fail', '503:1'], async (url) => {
      await post(url, sign(BODY));
      await post(url, sign(BODY), `${BODY} `);
      await post(url, { 'content-type': 'text/plain' }, 'hello\u001b[31m');
    });
    const facts = ran.stdout.split('\n').filter((line) => line.includes('answered'));
    expect(facts).toEqual([
      '  73 B, answered 503, verified (webhook local)',
      '  74 B, answered 200, WRONG signature: no secret fits',
      '  10 B, answered 200, not signed',
    ]);
    expect(ran.stdout).toContain('  hello\\x1b[31m\n');
    expect(ran.stderr).toContain(
      '3 requests: 1 verified, 1 not signed, 1 with a WRONG signature; answered 503 × 1, 200 × 2',
    );
  });

  it('asks nobody about unsigned requests, and hands the daemon signature headers alone', async () => {
    await listenWhile(['--once', '2'], async (url) => {
      await post(url, { 'content-type': 'application/json' });
      await post(url, { ...sign(BODY), authorization: 'Bearer hunter2' });
    });
    const verifications = api.asked.filter((asked) => asked.path === '/webhooks/verify');
    expect(verifications.length).toBe(1);
    const { headers } = (verifications[0] as Asked).body as { headers: Record<string, string> };
    expect(Object.keys(headers).sort()).toEqual(['webhook-id', 'webhook-signature', 'webhook-timestamp']);
  });

  it('checks with --secret from the environment, without a daemon', async () => {
    const style = { env: { MY_SECRET: SECRET } };
    const talk = async (url: string) => {
      await post(url, sign(BODY));
      await post(url, sign(BODY), '{}');
    };
    const ran = await listenWhile(['--once', '2', '--secret', 'env:MY_SECRET'], talk, style);
    expect(ran.stdout).toContain('verified (--secret)');
    expect(ran.stdout).toContain('WRONG signature: the signature does not fit this secret');
    expect(api.asked).toEqual([]);
  });

  it('shows requests all the same when no daemon runs, and says the signature was not checked', async () => {
    await api.die();
    const ran = await listenWhile(['--once', '1'], (url) => post(url, sign(BODY)));
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('signature not checked: the relay daemon cannot be reached');
  });

  it('suggests the test of the webhook that points here, or adding one', async () => {
    const urls: { url: string }[] = [];
    api.answer('GET /webhooks', ({ query }: Asked) => {
      urls.push({ url: `http://${query.search}/hook` });
      return { items: [{ name: 'local', urls }], next: null };
    });
    const known = await listenWhile(['--once', '1'], (url) => post(url, {}));
    expect(known.stderr).toContain('\nnext: relay webhook test local\n');
    const other = await listenWhile(['--once', '1', '--secret', 'env:S'], (url) => post(url, {}), {
      env: { S: SECRET },
    });
    expect(other.stderr).toMatch(/\nnext: relay webhook add listen --url http:\/\/127\.0\.0\.1:\d+\/\n/);
  });

  it('masks secret headers even when all are asked for', async () => {
    const talk = (url: string) => post(url, { authorization: 'Bearer hunter2', 'x-team': 'payments' });
    const screen = await listenWhile(['--once', '1', '--headers'], talk);
    expect(screen.stdout).toContain('  x-team: payments\n');
    expect(screen.stdout).toContain('  authorization: ***\n');
    const json = await listenWhile(['--once', '1'], talk, { format: 'json' });
    expect(screen.stdout + json.stdout).not.toContain('hunter2');
  });

  it('prints one JSON object a line with --json', async () => {
    const talk = async (url: string) => {
      await post(url, sign(BODY), BODY, '/a?b=c');
      await post(url, { 'content-type': 'application/x-www-form-urlencoded' }, 'title=Disk&text=full');
    };
    const ran = await listenWhile(['--once', '2', '--fail', '429:1'], talk, { format: 'json' });
    const [first, second] = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      number: 1,
      at: '2026-01-31T10:00:00.000Z',
      method: 'POST',
      path: '/a?b=c',
      type: 'incident.triggered',
      title: 'CPU is high',
      answered: 429,
      signature: 'verified',
      body: BODY,
      body_bytes: 73,
    });
    expect(second).toMatchObject({ number: 2, title: 'Disk', signature: 'unsigned', answered: 200 });
  });

  it.each([
    [['--port', '70000'], /--port 70000 is not a number from 0 to 65535/],
    [['--delay', '2'], /--delay 2 is not a span of time/],
    [['--fail', 'no'], /is not a way to fail/],
    [['--retry-after', '3s'], /--retry-after needs --fail/],
    [['--secret', SECRET], /--secret takes no secret itself/],
    [['--secret', 'env:NOT_SET'], /NOT_SET holds no signing secret/],
    [['--once', '0'], /--once 0 is not a number/],
  ])('refuses %j with exit code 2', async (flags, message) => {
    const ran = await run(api.socket, ['listen', '--port', '0', ...flags]);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(ran.stderr).not.toContain(SECRET);
  });

  it('ends with 6 when the port is in use', async () => {
    const other = await startReceiver({
      port: 0,
      plan: { fault: null, delayMs: 0, retryAfterSeconds: null },
      clock: { now: () => NOW },
      onRequest: () => {},
    });
    const ran = await run(api.socket, ['listen', '--port', String(other.port)]);
    await other.close();
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain(`error: port ${other.port} on 127.0.0.1 is in use [daemon.port_in_use]`);
  });
});

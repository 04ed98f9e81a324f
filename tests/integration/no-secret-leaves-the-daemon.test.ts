// Secrets of every kind go through a life of the daemon: alerts, deliveries that succeed and fail, lists, details, errors, logs. None of
// them may be read anywhere but at the receiver they are meant for.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';

const SECRETS = {
  SIGNING: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  BEARER: 'Bearer of-a-very-private-token',
  IN_URL: 'query-secret-5512',
  HEADER: 'api-key-value-7781',
  PASSWORD: 'basic-password-8812',
  HMAC: 'hmac-secret-8813',
  PROXY_PASSWORD: 'proxy-password-8814',
  CLIENT_SECRET: 'client-secret-8815',
  IN_TOKEN_URL: 'token-url-key-8816',
  TOKEN: 'bearer-token-8817',
};
/** A source's key is part of its Integration URL, which people must be able to copy: shown where they ask for it, and in the banner. */
const KEY = 'a-key-of-twenty-five-long';

/** They get no event of their own, but are shown and tried: what they try to reach is not there. */
const TRUSTED = [
  {
    name: 'proxied',
    proxy: 'env:PROXY',
    auth: { basic: { user: 'relay', password: 'env:PASSWORD' } },
    hmac: { header: 'X-Sig', secret: 'env:HMAC' },
  },
  {
    name: 'tokens',
    auth: { oauth2: { token_url: 'env:TOKEN_URL', client_id: 'relay', client_secret: 'env:CLIENT_SECRET' } },
  },
  { name: 'bearer', auth: { bearer: 'env:TOKEN' } },
].map((each) => ({
  ...each,
  urls: [{ url: 'http://127.0.0.1:1/' }],
  events: ['relay.never'],
  retry: { max: 0 },
}));

let receiver: Receiver;
let daemon: TestDaemon;
let url = '';

beforeAll(async () => {
  receiver = await startReceiver();
  url = `${receiver.url}?token=${SECRETS.IN_URL}`;
  daemon = await startDaemon({
    env: {
      ...SECRETS,
      HOOK_URL: url,
      PROXY: `http://relay:${SECRETS.PROXY_PASSWORD}@127.0.0.1:1`,
      TOKEN_URL: `http://127.0.0.1:1/token?api_key=${SECRETS.IN_TOKEN_URL}`,
      RELAY_LOG_LEVEL: 'trace',
    },
    config: {
      channels: [
        {
          name: 'ops',
          integrations: [
            { name: 'wall', kind: 'webhook', url: 'env:HOOK_URL', headers: { Authorization: 'env:BEARER' } },
          ],
        },
      ],
      sources: [{ name: 'scripts', pack: 'generic', channel: 'ops', key: KEY }],
      webhooks: [
        {
          name: 'crm',
          urls: [{ url: 'env:HOOK_URL' }],
          secret: 'env:SIGNING',
          headers: { 'X-Api-Key': 'env:HEADER', Authorization: 'env:BEARER' },
          retry: { max: 0 },
        },
        ...TRUSTED,
        {
          name: 'nowhere',
          urls: [{ url: `http://127.0.0.1:1/?token=${SECRETS.IN_URL}` }],
          retry: { max: 0 },
        },
      ],
    },
  });
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

const found = (text: string): string[] =>
  Object.entries({ ...SECRETS, KEY })
    .filter(([, secret]) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
    .map(([name]) => name);

describe('secrets', () => {
  it('reach the receiver', async () => {
    expect((await daemon.post('scripts', KEY, { id: 1, title: 'one' })).status).toBe(202);
    receiver.answer({ status: 500 });
    expect((await daemon.post('scripts', KEY, { id: 2, title: 'two' })).status).toBe(202);
    expect((await daemon.post('scripts', `${KEY}-wrong`, { id: 3 })).status).toBe(403);
    await receiver.received(4);
    const all = receiver.requests.map(({ path, headers }) => `${path} ${JSON.stringify(headers)}`).join('\n');
    expect(found(all)).toEqual(['BEARER', 'IN_URL', 'HEADER']);
    await untilTrue('nothing is under way', async () => {
      const { json } = await daemon.api('deliveries?status=sending');
      return json.items.length === 0;
    });
  });

  it('are in no list, no detail, no test, no export and no error', async () => {
    const { items } = (await daemon.api('deliveries?limit=100')).json;
    expect(items.length).toBe(6);
    const commands = [
      ...['source', 'channel', 'integration', 'webhook', 'event', 'incident', 'delivery'].flatMap((noun) => [
        [noun, 'list', '--json'],
        [noun, 'list', '-o', 'wide'],
      ]),
      ...items.map(({ id }: { id: string }) => ['delivery', 'show', id, '--attempts', '--body', '--json']),
      ...['crm', 'nowhere', 'proxied', 'tokens', 'bearer'].flatMap((name) => [
        ['webhook', 'show', name, '--json'],
        ['webhook', 'show', name],
        ['webhook', 'preview', name],
        ['webhook', 'test', name],
      ]),
      ['integration', 'show', 'wall', '--json'],
      ['integration', 'test', 'wall'],
      ['source', 'rejects', 'scripts', '--json'],
      ['config', 'show', '--json'],
      ['config', 'export'],
      ['status', '--json'],
      ['doctor', '--json'],
      ['webhook', 'edit', 'crm', '--timeout', '3s'],
    ];
    const leaks: string[] = [];
    let printed = 0;
    for (const command of commands) {
      const { stdout, stderr } = await daemon.relay(...command);
      printed += stdout.length;
      for (const name of found(stdout + stderr)) leaks.push(`${command.join(' ')}: ${name}`);
    }
    expect(printed).toBeGreaterThan(10_000);
    expect(leaks).toEqual([]);
  }, 180_000);

  it('are not in the log, the metrics or what strangers are answered', async () => {
    await daemon.relay('webhook', 'pause', 'crm');
    daemon.signal('SIGHUP');
    await untilTrue('it reloaded', () => daemon.stderr().includes('config reloaded'));
    expect(daemon.stderr().length).toBeGreaterThan(500);
    expect(found(daemon.stderr())).toEqual([]);
    const metrics = await fetch(`${daemon.url}/metrics`);
    expect(found(await metrics.text())).toEqual([]);
    const stranger = await daemon.post('scripts', 'not-the-key', { id: 1 });
    expect(found(stranger.text)).toEqual([]);
  });
});

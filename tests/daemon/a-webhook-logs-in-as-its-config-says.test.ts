// From the config to the wire: webhooks that log in, show a certificate, trust an authority of their own or none at all. What is unsafe
// is told wherever one looks, and no secret stays in the history.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OAuth2Server } from 'oauth2-mock-server';
import { doctor } from '../../src/daemon/watch/doctor.js';
import { readStatus } from '../../src/http/view/status.js';
import { trustOf } from '../../src/http/view/webhook-trust.js';
import type { Destination } from '../../src/model/topology.js';
import { AUTHORITY, pem, startTlsReceiver, type TlsReceiver } from '../faults/destinations/tls-receiver.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

const ENV = {
  PASSWORD: 'password-of-the-test-1',
  BEARER: 'bearer-of-the-test-2',
  CLIENT_SECRET: 'client-secret-of-the-test-3',
  API_KEY: 'api-key-"quoted"-of-the-test-6',
  OWN_HEADER: 'Bearer own-header-of-the-test-5',
  CERT: pem('relay.cert'),
  KEY: pem('relay.key'),
  CA: AUTHORITY,
};

let receiver: Receiver;
let asking: TlsReceiver;
let running: Running;
const server = new OAuth2Server();

beforeAll(async () => {
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  receiver = await startReceiver();
  asking = await startTlsReceiver('receiver', { requestCert: true, ca: AUTHORITY });
  const urls = [{ url: receiver.url }];
  const retry = { max: 0 };
  const secure = [{ url: `https://localhost:${asking.port}/` }];
  const oauth2 = { token_url: `http://127.0.0.1:${server.address().port}/token`, client_id: 'relay' };
  // `%40` is an `@` of the password.
  const URL_OF_USER = receiver.url.replace('//', '//dana:p%40ss-in-the-url-4@');
  running = await startRunning({
    env: { ...ENV, URL_OF_USER, URL_OF_TOKEN: `${receiver.url}?team=a&access_token=query-of-the-test-7` },
    config: {
      webhooks: [
        { name: 'basic', urls, retry, auth: { basic: { user: 'relay', password: 'env:PASSWORD' } } },
        { name: 'bearer', urls, retry, auth: { bearer: 'env:BEARER' } },
        { name: 'by-url', urls: [{ url: 'env:URL_OF_USER' }], retry },
        {
          name: 'by-header',
          urls: [{ url: 'env:URL_OF_USER' }],
          retry,
          headers: { Authorization: 'env:OWN_HEADER' },
        },
        { name: 'oauth2', urls, retry, auth: { oauth2: { ...oauth2, client_secret: 'env:CLIENT_SECRET' } } },
        {
          name: 'keys',
          urls: [{ url: 'env:URL_OF_TOKEN' }],
          retry,
          headers: { 'X-Api-Key': 'env:API_KEY', 'X-Team': 'payments' },
        },
        { name: 'mutual', urls: secure, retry, tls: { cert: 'env:CERT', key: 'env:KEY', ca: 'env:CA' } },
        { name: 'stranger', urls: secure, retry },
        {
          name: 'unchecked',
          urls: secure,
          retry,
          verify_ssl: false,
          tls: { cert: 'env:CERT', key: 'env:KEY' },
        },
      ],
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await Promise.all([receiver?.close(), asking?.close(), server.stop()]);
});

const test = (name: string) => running.runtime.test(`webhook/${name}`);

describe('a webhook', () => {
  it.each([
    ['basic', `Basic ${Buffer.from(`relay:${ENV.PASSWORD}`).toString('base64')}`],
    ['bearer', `Bearer ${ENV.BEARER}`],
    ['by-url', `Basic ${Buffer.from('dana:p@ss-in-the-url-4').toString('base64')}`],
    ['by-header', ENV.OWN_HEADER],
    ['oauth2', /^Bearer eyJ/],
  ])('logs in by %s, and the history does not tell how', async (name, expected) => {
    const { outcome, attempt } = await test(name);
    expect(outcome).toBe('delivered');
    const sent = String(receiver.requests.at(-1)?.headers.authorization);
    expect(sent).toMatch(expected);
    expect(attempt.request_headers.authorization).toBe('***');
    expect(JSON.stringify(attempt)).not.toContain(sent.split(' ')[1]);
  });

  it('keeps out of the history what the receiver repeats of it', async () => {
    receiver.answer(({ path, headers }) => ({
      status: 301,
      headers: { location: `https://elsewhere.test${path}` },
      body: `${path} ${JSON.stringify(headers)} ${Buffer.from(String(headers.authorization).split(' ')[1] ?? '', 'base64')}`,
    }));
    for (const name of ['basic', 'bearer', 'by-url', 'by-header', 'oauth2', 'keys']) {
      const { attempt } = await test(name);
      const kept = JSON.stringify(attempt);
      const sent = receiver.requests.at(-1)?.headers.authorization ?? 'no credentials';
      expect(kept).toContain('"status":301');
      expect(kept).not.toContain(sent.split(' ')[1]);
      expect(kept).not.toMatch(/of-the-test|p@ss-in|p%40ss-in|eyJ/);
    }
    const { response_headers: headers, response_body: body } = (await test('keys')).attempt;
    expect(headers.location).toBe('https://elsewhere.test/hook?team=a&access_token=***');
    expect(body).toContain('"x-api-key":"***"');
    expect(body).toContain('"x-team":"payments"');
    receiver.answer({ status: 200 });
  });

  it('shows its certificate, trusts its own authority, and fails without either', async () => {
    expect(await test('mutual')).toMatchObject({ outcome: 'delivered' });
    expect(asking.clients).toEqual(['relay']);
    expect(await test('stranger')).toMatchObject({ outcome: 'retry', attempt: { error: 'tls' } });
  });

  it('that does not check certificates works, and is warned of in config, status and doctor', async () => {
    expect(await test('unchecked')).toMatchObject({ outcome: 'delivered' });
    const { warnings } = running.runtime.config();
    expect(warnings.map(({ code, at }) => [code, at.line > 1])).toEqual([['unverified', true]]);
    const status = await readStatus(running.runtime);
    expect(status.warnings).toEqual([
      {
        object: 'webhook/unchecked',
        text: 'verify_ssl is off: its certificate is not checked',
        see: 'relay webhook show unchecked',
      },
    ]);
    const found = (await doctor(running.runtime)).filter(({ name }) => name === 'webhook/unchecked');
    expect(found).toEqual([
      expect.objectContaining({ level: 'warning', text: expect.stringContaining('verify_ssl') }),
    ]);
  });

  it('is shown with how it logs in and what it goes over, without the secrets of either', () => {
    const destination = running.runtime.topology().destinations.get('webhook/oauth2') as Destination;
    const { auth } = destination.settings as { auth: { oauth2: object } };
    const token_url = 'https://login.example.org/token?api_key=hidden';
    const settings = { ...destination.settings, auth: { oauth2: { ...auth.oauth2, token_url } } };
    const shown = trustOf({ ...destination, settings }, {}, 'http://relay:hidden@proxy.example.org:3128');
    expect(shown).toMatchObject({
      auth: 'OAuth2, tokens from https://login.example.org/token?api_key=***',
      proxy: 'http://***@proxy.example.org:3128',
    });
    expect(JSON.stringify(shown)).not.toMatch(/hidden|client-secret/);
  });

  it('leaves no secret in the log', () => {
    const log = running.logged.join('\n');
    const secrets = ['-of-the-test-', 'ss-in-the-url', 'PRIVATE KEY', 'eyJ'];
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  });
});

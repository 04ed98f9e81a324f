// Webhooks that log in by OAuth2 client credentials, with an authorization server that others wrote and a receiver that checks tokens.

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rootCertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OAuth2Server } from 'oauth2-mock-server';
import { createEgressRule } from '../../src/core/egress.js';
import { AccessTokens } from '../../src/delivery/access-tokens.js';
import { sendRequest } from '../../src/delivery/send-request.js';
import { Transport } from '../../src/delivery/transport.js';
import type { HttpRequest, TokenGrant } from '../../src/destinations/driver.js';
import { startProxy } from '../faults/destinations/proxy.js';
import { AUTHORITY, startTlsReceiver } from '../faults/destinations/tls-receiver.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';

const SECRET = 'a client secret: with %, ü and +';

/** Form-encoded before it is joined, as RFC 6749 §2.3.1 says. */
const basicOf = (...parts: string[]): string =>
  Buffer.from(parts.map((part) => new URLSearchParams({ a: part }).toString().slice(2)).join(':')).toString(
    'base64',
  );

interface Asked {
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}
interface Reply {
  status?: number;
  body?: unknown;
}

/** A token server that answers when it is told to. */
async function startWaiting() {
  const waiting: ServerResponse[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    asked += 1;
    waiting.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked: () => asked,
    answerAll(body: string): void {
      for (const response of waiting.splice(0)) response.end(body);
    },
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

describe('an access token', () => {
  const server = new OAuth2Server();
  let tokenUrl = '';
  let receiver: Receiver;
  let transport: Transport;
  let now = 1_000_000;
  let tokens: AccessTokens;
  let asked: Asked[] = [];
  /** What the server answers in place of a token. */
  let reply: Reply = {};

  beforeAll(async () => {
    await server.issuer.keys.generate('RS256');
    await server.start(0, '127.0.0.1');
    tokenUrl = `http://127.0.0.1:${server.address().port}/token`;
    server.service.on('beforeResponse', (answer, request) => {
      asked.push({ authorization: request.headers.authorization, form: { ...request.body } });
      if (reply.status !== undefined) answer.statusCode = reply.status;
      if (reply.body !== undefined) answer.body = reply.body as typeof answer.body;
    });
    let count = 0;
    server.service.on('beforeTokenSigning', (token) => {
      count += 1;
      token.payload.jti = `token-${count}`;
    });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    receiver = await startReceiver();
    transport = new Transport({ rule: createEgressRule({ allow: [], deny: [] }) });
    tokens = new AccessTokens({ now: () => now }, transport);
    asked = [];
    reply = {};
  });
  afterEach(async () => {
    await transport.close();
    await receiver.close();
  });

  const grant = (change: Partial<TokenGrant> = {}): TokenGrant => ({
    tokenUrl,
    clientId: 'relay client',
    clientSecret: SECRET,
    scope: null,
    audience: null,
    style: 'basic',
    ...change,
  });
  const aRequest = (change: Partial<HttpRequest> = {}): HttpRequest => ({
    via: 'http',
    method: 'POST',
    url: receiver.url,
    headers: { 'content-type': 'application/json', authorization: 'Bearer ***' },
    body: '{}',
    grant: grant(),
    ...change,
  });
  const send = (request = aRequest(), origin: 'file' | 'api' = 'file', timeoutMs = 5_000) =>
    sendRequest(request, { origin, timeoutMs }, { transport, tokens });
  const sentTokens = () => receiver.requests.map(({ headers }) => headers.authorization);

  it('is fetched once for all that wait, and used until shortly before its end', async () => {
    reply = { body: { access_token: 'first', token_type: 'Bearer', expires_in: 300 } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(asked.length).toBe(1);
    reply = { body: { access_token: 'second', token_type: 'bearer', expires_in: 300 } };
    now += 239_000;
    await send();
    expect([asked.length, sentTokens().at(-1)]).toEqual([1, 'Bearer first']);
    now += 2_000;
    await send();
    expect([asked.length, sentTokens().at(-1)]).toEqual([2, 'Bearer second']);
  });

  it('is asked for as RFC 6749 says, with the credentials in a header or in the form', async () => {
    await send(aRequest({ grant: grant({ scope: 'a b', audience: 'https://api.test' }) }));
    const { authorization, form } = asked[0] as Asked;
    expect(form).toEqual({ grant_type: 'client_credentials', scope: 'a b', audience: 'https://api.test' });
    const [id, secret] = Buffer.from(String(authorization).slice('Basic '.length), 'base64')
      .toString()
      .split(':');
    expect(new URLSearchParams(`id=${id}&secret=${secret}`).get('secret')).toBe(SECRET);
    expect(id).toBe('relay+client');
    await send(aRequest({ grant: grant({ style: 'body' }) }));
    expect(asked[1]).toEqual({
      authorization: undefined,
      form: { grant_type: 'client_credentials', client_id: 'relay client', client_secret: SECRET },
    });
    expect(sentTokens().every((token) => /^Bearer eyJ/.test(String(token)))).toBe(true);
  });

  it('that the receiver does not take is fetched again, once, within the same attempt', async () => {
    await send();
    receiver.answer(({ headers }) => ({ status: headers.authorization === sentTokens()[0] ? 401 : 200 }));
    expect(await send()).toMatchObject({ status: 200 });
    expect(asked.length).toBe(2);
    receiver.answer({ status: 401 });
    const before = receiver.requests.length;
    expect(await send()).toMatchObject({ status: 401, refusedNewToken: true });
    expect([asked.length, receiver.requests.length - before]).toEqual([3, 2]);
  });

  it('that many find refused at once is fetched again once', async () => {
    await send();
    const [old] = sentTokens();
    receiver.answer(({ headers }) => ({ status: headers.authorization === old ? 401 : 200 }));
    const answers = await Promise.all(Array.from({ length: 10 }, () => send()));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(asked.length).toBe(2);
  });

  it('that cannot be had is a fault of its own, says why, and asks nothing of the receiver', async () => {
    const cases: readonly [Reply, string][] = [
      [
        { status: 401, body: { error: 'invalid_client', error_description: `no client with ${SECRET}` } },
        'it answered 401 invalid_client: no client with ***',
      ],
      // As it was sent, and so long that the cut goes through it.
      [
        { status: 400, body: { error: 'bad', error_description: `got ${basicOf('relay client', SECRET)}` } },
        'it answered 400 bad: got ***',
      ],
      [{ status: 400, body: { error: 'bad', error_description: `${'-'.repeat(180)} ${SECRET}` } }, '- ***'],
      [{ status: 503, body: 'busy' }, 'it answered 503'],
      [{ body: { token_type: 'Bearer' } }, 'it answered 200 without an access_token'],
      [{ body: { access_token: 'two\nlines' } }, 'it answered 200 without an access_token'],
      [{ body: { access_token: 'x', token_type: 'mac' } }, 'another kind than Bearer'],
    ];
    for (const [answer, why] of cases) {
      reply = answer;
      const { status, error } = await send();
      expect(status).toBeNull();
      expect(error?.code).toBe('token');
      expect(error?.message).toContain(`no access token from ${tokenUrl}: `);
      expect(error?.message).toContain(why);
      expect(error?.message).not.toContain(SECRET.slice(0, 5));
    }
    expect(receiver.requests.length).toBe(0);
    reply = {};
    expect(await send()).toMatchObject({ status: 200 });
  });

  it('is in nothing that is kept, also when the receiver repeats it', async () => {
    reply = { body: { access_token: 'very-private', expires_in: 60 } };
    receiver.answer(({ headers }) => ({
      status: 400,
      headers: { 'x-echo': String(headers.authorization) },
      body: `you sent ${headers.authorization}`,
    }));
    const answer = await send();
    expect(answer).toMatchObject({ status: 400, body: 'you sent Bearer ***' });
    expect(answer.headers['x-echo']).toBe('Bearer ***');
    expect(sentTokens()).toEqual(['Bearer very-private']);
  });

  it('comes from no address that the rules refuse, and over the proxy of the webhook', async () => {
    const metadata = await send(aRequest({ grant: grant({ tokenUrl: 'http://169.254.169.254/token' }) }));
    expect(metadata.error).toMatchObject({ code: 'token', message: expect.stringContaining('link-local') });
    const publicUrl = 'http://93.184.216.34/hook';
    const inner = await send(aRequest({ url: publicUrl }), 'api');
    expect(inner.error).toMatchObject({ code: 'token', message: expect.stringContaining('loopback') });
    const proxy = await startProxy();
    expect(await send(aRequest({ proxy: proxy.url }))).toMatchObject({ status: 200 });
    expect(proxy.asked.map(({ what }) => what)).toEqual([`POST ${tokenUrl}`, `POST ${receiver.url}`]);
    await proxy.close();
  });

  it('is that of its credentials, scope and audience, and of nobody else', async () => {
    const others: Partial<TokenGrant>[] = [
      {},
      { clientId: 'another client' },
      { clientSecret: 'another secret' },
      { scope: 'read' },
      { audience: 'https://api.test' },
      { style: 'body' },
    ];
    for (const change of others) await send(aRequest({ grant: grant(change) }));
    expect(asked.length).toBe(others.length);
    expect(new Set(sentTokens()).size).toBe(others.length);
    for (const change of others) await send(aRequest({ grant: grant(change) }));
    expect(asked.length).toBe(others.length);
  });

  it('that the config may fetch inside is not lent to what the API made', async () => {
    expect(await send()).toMatchObject({ status: 200 });
    const theirs = await send(aRequest({ url: 'http://93.184.216.34/hook' }), 'api');
    expect(theirs.error).toMatchObject({ code: 'token', message: expect.stringContaining('loopback') });
  });

  it('comes from a server whose certificate is checked, whatever the webhook says of its receiver', async () => {
    const secure = await startTlsReceiver('receiver');
    const tokenUrlOf = grant({ tokenUrl: `https://localhost:${secure.port}/token` });
    const unchecked = await send(aRequest({ grant: tokenUrlOf, verifyTls: false }));
    expect(unchecked.error?.message).toContain('the TLS connection could not be made');
    expect(secure.clients).toEqual([]);
    // That server answers no JSON, but it was asked.
    const trusted = await send(aRequest({ grant: tokenUrlOf, verifyTls: false, tls: { ca: AUTHORITY } }));
    expect(trusted.error?.message).toContain('without an access_token');
    await secure.close();
  });

  it('comes from a server of the own authority or of one that everybody trusts', async () => {
    const requests: HttpRequest[] = [];
    const kept = new AccessTokens(
      { now: () => now },
      {
        send(request, timeoutMs, options) {
          requests.push(request);
          return transport.send(request, timeoutMs, options);
        },
      },
    );
    await kept.of(grant(), aRequest({ tls: { ca: AUTHORITY, cert: 'ours' } }), 5_000, {});
    const [asking] = requests;
    expect(asking?.tls?.ca).toContain(AUTHORITY);
    expect(asking?.tls?.ca).toContain(rootCertificates[0]);
    expect(asking?.tls?.cert).toBe('ours');
  });

  it('that cannot be had because the proxy is not there is the fault of the proxy', async () => {
    const proxy = await startProxy();
    await proxy.close();
    const gone = await send(aRequest({ proxy: proxy.url }));
    expect(gone.error).toMatchObject({
      code: 'proxy',
      message: expect.stringContaining(`no access token from ${tokenUrl}`),
    });
  });

  it('that is said to live for ever is still fetched again when it is refused', async () => {
    const endless = await startWaiting();
    const request = aRequest({ grant: grant({ tokenUrl: endless.url }) });
    const first = send(request);
    await untilTrue('it was asked', () => endless.asked() === 1);
    endless.answerAll('{"access_token":"endless","expires_in":1e999}');
    expect([(await first).status, sentTokens()]).toEqual([200, ['Bearer endless']]);
    receiver.answer(({ headers }) => ({ status: headers.authorization === 'Bearer endless' ? 401 : 200 }));
    const second = send(request);
    await untilTrue('it was asked again', () => endless.asked() === 2);
    endless.answerAll('{"access_token":"next","expires_in":300}');
    expect([(await second).status, sentTokens().at(-1)]).toEqual([200, 'Bearer next']);
    await endless.close();
  });

  it('that is slow to come fails those who cannot wait, and nobody else', async () => {
    const slow = await startWaiting();
    const request = aRequest({ grant: grant({ tokenUrl: slow.url }) });
    const impatient = send(request, 'file', 60);
    const patient = send(request, 'file', 60_000);
    const alsoImpatient = send(request, 'file', 80);
    for (const { status, error } of await Promise.all([impatient, alsoImpatient])) {
      expect([status, error?.code]).toEqual([null, 'token']);
      expect(error?.message).toMatch(/no answer within 0\.0\d+ s$/);
    }
    slow.answerAll('{"access_token":"late","expires_in":300}');
    expect(await patient).toMatchObject({ status: 200 });
    expect(await send(request, 'file', 1_000)).toMatchObject({ status: 200 });
    expect([slow.asked(), sentTokens()]).toEqual([1, ['Bearer late', 'Bearer late']]);
    await slow.close();
  });

  it('that does not come in time ends with the attempt', async () => {
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    const slow = grant({ tokenUrl: `http://127.0.0.1:${port}/token` });
    const answer = await send(aRequest({ grant: slow }), 'file', 200);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    expect(answer.error).toMatchObject({ code: 'token', message: expect.stringContaining('within 0.2 s') });
  });
});

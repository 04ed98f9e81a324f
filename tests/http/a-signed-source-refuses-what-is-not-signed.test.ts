// Over the wire, with the real runtime: once a source has a secret, what is not signed with it is refused, kept and told; nothing of it
// becomes an alert.

import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SourceDetail } from '../../src/http/wire/api-types.js';
import { type Running, startRunning } from '../kit/running.js';
import { tempDir, untilTrue } from '../kit/wait.js';
import { ask, type Running as Listener, refusalOf, startSocket, startTcp } from './kit/listener.js';

const SECRET = 'hunter2hunter2hunter2';
const TOKEN = 'tok-0123456789';
const BODY = '{"title":"Überlast","status":"firing"}';
const PACK = `
slug: signed
title: Signed
description: A pack of its own that signs as GitHub does, or sends a token
verify:
  - { method: hmac, header: X-Hub-Signature-256, prefix: "sha256=" }
  - { method: token, header: X-Token }
templates: { title: "{{ payload.title }} {{ headers | tojson }}", grouping_id: "{{ payload.title }}" }
`;

let running: Running;
let tcp: Listener;
let socket: Listener;

const configOf = (secret: unknown) => ({
  packs: ['./packs'],
  channels: [{ name: 'ops' }],
  sources: [
    { name: 'hub', pack: 'signed', channel: 'ops', key: 'key-of-hub-0123456', secret },
    { name: 'open', pack: 'signed', channel: 'ops', key: 'key-of-open-012345' },
    { name: 'plain', pack: 'generic', channel: 'ops', key: 'key-of-plain-01234' },
    {
      name: 'slack',
      pack: 'generic',
      channel: 'ops',
      key: 'key-of-slack-01234',
      secret: 'env:SLACK_SECRET',
      verify: {
        method: 'hmac',
        header: 'X-S',
        signed: '{timestamp}.{body}',
        timestamp_header: 'X-T',
      },
    },
    {
      name: 'basic',
      pack: 'generic',
      channel: 'ops',
      key: 'key-of-basic-01234',
      secret: 'env:SLACK_SECRET',
      verify: { method: 'basic', user: 'zabbix' },
    },
  ],
});

beforeAll(async () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'packs', 'signed'), { recursive: true });
  writeFileSync(join(dir, 'packs', 'signed', 'pack.yaml'), PACK);
  const env = { HUB_SECRET: SECRET, HUB_TOKEN: TOKEN, SLACK_SECRET: SECRET };
  running = await startRunning({ dir, env, config: configOf(['env:HUB_SECRET', 'env:HUB_TOKEN']) });
  [tcp, socket] = await Promise.all([startTcp(running.runtime), startSocket(running.runtime)]);
});
afterAll(async () => {
  await Promise.all([tcp.close(), socket.close()]);
  await running.remove();
});

const signed = (body: string | Buffer, secret = SECRET): Record<string, string> => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

const post = (
  source: string,
  headers: Record<string, string> = {},
  body: string | Buffer = BODY,
  key = running.runtime.topology().sources.get(source)?.key,
): Promise<Response> =>
  fetch(`${tcp.at}/in/${source}/${key}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

const alertsOf = async (source: string) => (await running.store.listAlerts({ source, limit: 100 })).items;
const rejectsOf = async (source: string) => (await running.store.listRejects({ source, limit: 100 })).items;

describe('a source with a secret', () => {
  it('takes what is signed with it, also packed: the bytes as sent are what is signed', async () => {
    expect((await post('hub', signed(BODY))).status).toBe(202);
    const packed = gzipSync(BODY);
    expect((await post('hub', { ...signed(packed), 'content-encoding': 'gzip' }, packed)).status).toBe(202);
    const unpacked = await post('hub', { ...signed(BODY), 'content-encoding': 'gzip' }, packed);
    expect(await refusalOf(unpacked)).toEqual([401, 'ingest.bad_signature']);
  });

  // Each body has a length of its own: by it the refusal is found among those kept.
  it.each([
    ['is not signed', '{"title":"a"}', {}, 'ingest.unsigned'],
    [
      'is signed with another secret',
      '{"title":"bb"}',
      signed('{"title":"bb"}', 'other'),
      'ingest.bad_signature',
    ],
    [
      'is signed, but changed on its way',
      '{"title":"ccc"}',
      signed('{"title":"ddd"}'),
      'ingest.bad_signature',
    ],
  ])('refuses what %s, keeps that it did, and makes nothing of it', async (_what, body, headers, code) => {
    const alerts = await alertsOf('hub');
    const answer = await post('hub', headers as Record<string, string>, body);
    expect(await refusalOf(answer)).toEqual([401, code]);
    expect(await alertsOf('hub')).toEqual(alerts);
    const kept = async () => (await rejectsOf('hub')).filter(({ bodyBytes }) => bodyBytes === body.length);
    await untilTrue('the refusal is kept', async () => (await kept()).length > 0);
    expect(await kept()).toEqual([expect.objectContaining({ code, body: '', source: 'hub' })]);
    expect((await kept())[0]?.reason).toContain('X-Hub-Signature-256');
  });

  it('says what to do, and nothing of the secret', async () => {
    const text = await (await post('hub', signed(BODY, 'other'))).text();
    expect(JSON.parse(text).error).toMatchObject({
      message: 'this request is not signed rightly',
      why: expect.stringContaining('X-Hub-Signature-256'),
      fix: expect.stringContaining('source hub'),
    });
    expect(text + running.logged.join('')).not.toContain(SECRET);
  });

  it('still asks for the key in the URL first', async () => {
    expect(await refusalOf(await post('hub', signed(BODY), BODY, 'wrong'))).toEqual([
      403,
      'ingest.wrong_key',
    ]);
    expect(await refusalOf(await post('hub', {}, BODY, 'wrong'))).toEqual([403, 'ingest.wrong_key']);
  });

  it('takes a token too, and shows it to no template', async () => {
    expect((await post('hub', { 'x-token': TOKEN, 'x-other': 'seen' }, '{"title":"by token"}')).status).toBe(
      202,
    );
    const [alert] = (await alertsOf('hub')).filter(({ title }) => title.startsWith('by token'));
    expect(alert?.title).toContain('x-other');
    expect(alert?.title).not.toContain('x-token');
    expect(alert?.title).not.toContain(TOKEN);
  });

  it('is not asked for a signature over the local socket, whose user may do everything', async () => {
    const answer = await ask(socket.at, 'POST', '/in/hub/key-of-hub-0123456', { title: 'local' });
    expect(answer.status).toBe(202);
  });

  it('ends the old secret with the next config, at once', async () => {
    running.write(configOf('env:HUB_TOKEN'));
    await running.runtime.control.reload({ dryRun: false });
    expect(await refusalOf(await post('hub', signed(BODY)))).toEqual([401, 'ingest.bad_signature']);
    running.write(configOf(['env:HUB_SECRET', 'env:HUB_TOKEN']));
    await running.runtime.control.reload({ dryRun: false });
    expect((await post('hub', signed(BODY))).status).toBe(202);
  });
});

describe('a source that says itself how it is signed', () => {
  const at = (seconds: number, text = BODY): Record<string, string> => ({
    'x-t': String(seconds),
    'x-s': createHmac('sha256', SECRET).update(`${seconds}.${text}`).digest('hex'),
  });
  const now = (): number => Math.floor(Date.now() / 1_000);

  it('takes what is fresh and refuses what is old', async () => {
    expect((await post('slack', at(now()))).status).toBe(202);
    expect(await refusalOf(await post('slack', at(now() - 3_600)))).toEqual([401, 'ingest.stale_signature']);
  });

  it('asks for HTTP Basic where that is how', async () => {
    const unasked = await post('basic');
    expect(unasked.headers.get('www-authenticate')).toBe('Basic realm="relay"');
    expect(await refusalOf(unasked)).toEqual([401, 'ingest.unsigned']);
    const authorization = `Basic ${Buffer.from(`zabbix:${SECRET}`).toString('base64')}`;
    expect((await post('basic', { authorization })).status).toBe(202);
    expect((await post('slack')).headers.get('www-authenticate')).toBe('Bearer realm="relay"');
  });
});

describe('a source without a secret', () => {
  it('checks nothing, whatever stands in the headers', async () => {
    expect((await post('open', { 'x-hub-signature-256': 'sha256=00' })).status).toBe(202);
    expect((await post('plain')).status).toBe(202);
  });
});

describe('source show', () => {
  it.each([
    ['hub', 'checked (signed)'],
    ['open', 'not checked: give it a secret'],
    ['plain', 'none for this kind'],
    ['slack', 'checked (hmac)'],
    ['basic', 'checked (basic)'],
  ])('says of %s: %s', async (name, signature) => {
    const answer = await ask(socket.at, 'GET', `/api/v1/sources/${name}`);
    expect((answer.json as SourceDetail).signature).toBe(signature);
    expect(answer.text).not.toContain(SECRET);
  });
});

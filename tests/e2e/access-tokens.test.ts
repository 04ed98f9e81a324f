// A token's life on a real daemon: made in the terminal, used over TCP for what its scopes cover, revoked; kept over a crash, never in plain text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startDaemon({
    config: { sources: [{ name: 'generic', pack: 'generic' }] },
    env: { RELAY_TEST_HIDDEN: 'a-secret-of-the-daemon' },
  });
});
afterAll(() => daemon.remove());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever came
  readonly json: any;
}

async function over(tcp: { token: string }, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${daemon.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tcp.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json() };
}

async function create(name: string, ...scopes: string[]): Promise<{ token: string }> {
  const made = await daemon.relay('token', 'create', name, '--scope', scopes.join(','), '--json');
  expect(made.stderr).not.toContain('error');
  return JSON.parse(made.stdout) as { token: string };
}

it('is shown once, and nothing that is kept or printed later holds it', async () => {
  const made = await daemon.relay('token', 'create', 'wallboard', '--scope', 'read', '--expires', '90d');
  const token = /\n {2}(rly_[\w-]{40})\n/.exec(made.stdout)?.[1] as string;
  expect(made.stdout).toMatch(/^created token wallboard \(read\), good until \d{4}-.*, shown once:\n/);
  expect((await over({ token }, 'GET', '/webhooks')).status).toBe(200);
  const list = await daemon.relay('token', 'list', '-o', 'wide');
  const show = await daemon.relay('token', 'show', 'wallboard', '--json');
  expect(list.stdout).toMatch(/wallboard +read +active +\d{4}-\S+ +\d{4}-\S+ +…/);
  expect(JSON.parse(show.stdout)).toMatchObject({
    tail: token.slice(-4),
    created_by: expect.stringMatching(/^cli:/),
  });
  await daemon.stop();
  const files = readdirSync(daemon.dataDir).map((name) => join(daemon.dataDir, name));
  const kept = files.flatMap((file) => (/\.db/.test(file) ? [readFileSync(file, 'latin1')] : []));
  expect(kept.length).toBeGreaterThan(0);
  const texts = [...kept, list.stdout, show.stdout, daemon.stdout(), daemon.stderr()];
  expect(texts.filter((text) => text.includes(token.slice(4)))).toEqual([]);
  await daemon.restart();
  expect((await over({ token }, 'GET', '/webhooks')).status).toBe(200);
});

it('lets only those with the scope webhooks add, pause and remove webhooks', async () => {
  const [reader, manager] = [await create('reader', 'read'), await create('manager', 'webhooks')];
  const spec = { name: 'crm', urls: [{ url: 'https://crm.example.org/hook' }], events: ['incident.*'] };
  const steps = [
    ['POST', '/webhooks', spec],
    ['PATCH', '/webhooks/crm', { description: 'Tickets' }],
    ['POST', '/webhooks/crm/pause', undefined],
    ['POST', '/webhooks/crm/rotate-secret', {}],
    ['POST', '/webhooks/crm/resume', undefined],
    ['DELETE', '/webhooks/crm', undefined],
  ] as const;
  for (const [method, path, body] of steps) {
    const refused = await over(reader, method, path, body);
    expect([refused.status, refused.json.error.code]).toEqual([403, 'auth.forbidden']);
    expect(refused.json.error.fix).toContain('--scope webhooks');
    expect((await over(manager, method, path, body)).status).toBe(
      method === 'POST' && path === '/webhooks' ? 201 : 200,
    );
  }
  expect((await over(manager, 'POST', '/channels', { name: 'ops' })).status).toBe(403);
});

it('reaches neither the environment and the files of the daemon nor its private network', async () => {
  const manager = await create('outside', 'webhooks');
  const at = (url: string, more: object = {}) => ({ name: 'spy', urls: [{ url }], events: ['*'], ...more });
  for (const value of ['env:RELAY_TEST_HIDDEN', 'file:/etc/hostname']) {
    const headers = { Authorization: value };
    const refused = await over(manager, 'POST', '/webhooks', at('https://spy.example.org/', { headers }));
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.json)).toContain("the API may not read the daemon's environment or files");
  }
  for (const url of ['http://127.0.0.1:9/', 'http://0x7f000001:9/', 'http://[::ffff:10.0.0.1]/']) {
    const inside = await over(manager, 'POST', '/webhooks', at(url));
    expect([inside.status, inside.json.error.code]).toEqual([422, 'object.invalid']);
    expect(inside.json.error.fix).toContain('to allow it, add to the config: egress: { allow: [');
  }
  // Where a name leads is known only when it is sent to.
  expect((await over(manager, 'POST', '/webhooks', at('http://localhost:9/'))).status).toBe(201);
  const moved = { urls: [{ url: 'http://127.0.0.1:9/' }] };
  expect((await over(manager, 'PATCH', '/webhooks/spy', moved)).status).toBe(422);
  const tried = await over(manager, 'POST', '/webhooks/spy/test');
  expect(JSON.stringify(tried.json)).toContain('egress: { allow: [');
  await over(manager, 'DELETE', '/webhooks/spy');
});

it('cannot turn a webhook made in the terminal towards an address of its own and take its secret along', async () => {
  const manager = await create('turner', 'webhooks');
  const made = await daemon.relay(
    ...[
      'webhook',
      'add',
      'inner',
      '--url',
      'https://crm.example.org/hook',
      '--header',
      'Authorization: env:RELAY_TEST_HIDDEN',
    ],
  );
  expect(made.code).toBe(0);
  const turned = await over(manager, 'PATCH', '/webhooks/inner', {
    urls: [{ url: 'https://spy.example.org/' }],
  });
  expect(turned.status).toBe(422);
  expect((await daemon.relay('webhook', 'show', 'inner')).stdout).toContain('crm.example.org');
});

it('takes alerts with the scope ingest, and says who acted', async () => {
  const poster = await create('poster', 'ingest', 'incidents');
  const taken = await fetch(`${daemon.url}/in/generic`, {
    method: 'POST',
    headers: { authorization: `Bearer ${poster.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ alert_uid: 'x', title: 'Disk full', state: 'alerting' }),
  });
  expect(taken.status).toBe(202);
  const { alerts } = (await taken.json()) as { alerts: { incident: string }[] };
  const incident = alerts[0]?.incident as string;
  expect((await over(poster, 'POST', `/incidents/${incident}/acknowledge`)).status).toBe(200);
  expect((await daemon.relay('incident', 'show', incident)).stdout).toContain('api:poster acknowledged it');
});

it('has a new name after a rename, and is refused from its revocation on, after a crash too', async () => {
  const ci = await create('ci', 'read');
  expect((await daemon.relay('token', 'create', 'ci', '--scope', 'read')).code).toBe(6);
  expect((await daemon.relay('token', 'rename', 'ci', 'ci-staging')).stdout).toContain('it stays good');
  expect((await over(ci, 'GET', '/webhooks')).status).toBe(200);
  const unasked = await daemon.relay('token', 'revoke', 'ci-staging');
  expect([unasked.code, unasked.stderr.includes('refused at once')]).toEqual([2, true]);
  expect((await daemon.relay('token', 'revoke', 'ci-staging', '--yes')).stdout).toContain(
    'refused from now on',
  );
  expect((await over(ci, 'GET', '/webhooks')).json.error.code).toBe('auth.invalid_token');
  await daemon.kill9();
  await daemon.restart();
  expect((await over(ci, 'GET', '/webhooks')).status).toBe(401);
});

it('says what is wrong with what was asked', async () => {
  const asked = async (...words: string[]) => {
    const { code, stderr } = await daemon.relay('token', ...words);
    return [code, stderr] as const;
  };
  expect(await asked('create', 'x')).toEqual([2, expect.stringContaining('--scope webhooks')]);
  expect(await asked('create', 'x', '--scope', 'webhoks')).toEqual([
    2,
    expect.stringContaining('did you mean --scope webhooks?'),
  ]);
  expect(await asked('create', 'x', '--scope', 'read', '--expires', '90')).toEqual([
    2,
    expect.stringContaining('90d'),
  ]);
  expect(await asked('create', 'C I', '--scope', 'read')).toEqual([
    2,
    expect.stringContaining('cannot be the name of a token'),
  ]);
  expect(await asked('revoke', 'raeder', '--yes')).toEqual([
    5,
    expect.stringContaining('did you mean "reader"?'),
  ]);
});

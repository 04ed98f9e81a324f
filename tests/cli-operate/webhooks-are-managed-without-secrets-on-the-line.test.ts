// Webhooks and integrations: flags become the config file's form, secrets are refused as flag values and shown once when made.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { run } from './kit/run.js';
import { DELIVERY_DETAIL, WEBHOOK } from './kit/samples.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let api: CannedApi;

beforeEach(async () => {
  api = await cannedApi({
    'POST /webhooks': { name: 'crm', secret: SECRET },
    'GET /webhooks/crm': WEBHOOK,
    'PATCH /webhooks/crm': { name: 'crm' },
    'DELETE /webhooks/crm': { name: 'crm' },
    'POST /webhooks/crm/pause': { name: 'crm' },
    'POST /webhooks/crm/resume': { name: 'crm' },
    'POST /deliveries/drop-held': { dry_run: true, total: 0, changed: 0, next: null },
    'POST /webhooks/crm/rotate-secret': {
      name: 'crm',
      secret: SECRET,
      rotated: [{ scheme: 'v1', older: 1 }],
      not_rotated: [],
    },
    'POST /integrations': { name: 'wallboard', secret: null },
    'PATCH /integrations/wallboard': { name: 'wallboard' },
  });
});
afterEach(() => api.close());

const webhook = (...words: string[]) => run(api.socket, ['webhook', ...words]);
const lastBody = () => api.asked.at(-1)?.body;

describe('webhook add', () => {
  it('prints the secret once on stdout and the next command on stderr', async () => {
    const ran = await webhook('add', 'crm', '--url', 'https://crm.example.org/hook');
    expect(ran).toEqual({
      code: 0,
      stdout: `added webhook crm (active), 1 url, signing secret shown once:\n  ${SECRET}\n`,
      stderr: 'next: relay webhook test crm\n',
    });
  });

  it('says what the daemon warns of', async () => {
    const warnings = [
      {
        path: 'events[0]',
        code: 'config.unknown_event_type',
        message: 'Relay itself publishes nothing of type "incidnt.triggered"',
        fix: 'did you mean "incident.triggered"?',
      },
    ];
    api.answer('POST /webhooks', { name: 'crm', secret: SECRET, warnings });
    api.answer('PATCH /webhooks/crm', { name: 'crm', warnings });
    const ran = await webhook(
      'add',
      'crm',
      '--url',
      'https://a.example.org',
      '--events',
      'incidnt.triggered',
    );
    expect(ran.code).toBe(0);
    const said =
      'warning: events[0]: Relay itself publishes nothing of type "incidnt.triggered"; did you mean "incident.triggered"?\n';
    expect(ran.stderr).toContain(said);
    expect(ran.stdout).not.toContain('warning');
    expect(lastBody()).toMatchObject({ events: ['incidnt.triggered'] });
    const edited = await run(api.socket, ['webhook', 'edit', 'crm', '--events', 'incidnt.triggered'], {
      format: 'json',
    });
    expect(edited.stderr).toContain(said);
    expect(JSON.parse(edited.stdout)).toEqual({ name: 'crm', warnings });
  });

  it('posts what the flags say in the form of the config file', async () => {
    await webhook(
      ...['add', 'crm', '--url', 'https://a.example.org/1', '--url', 'env:SECOND_URL', '--method', 'put'],
      ...['--events', 'incident.triggered,incident.resolved', '--events', 'deploy.*'],
      ...['--header', 'X-Team: payments', '--header', 'Authorization: env:CRM_AUTH'],
      ...['--timeout', '5s', '--retries', '2', '--format', 'simple', '--description', 'Tickets'],
      ...['--secret', 'env:CRM_SECRET', '--no-verify-ssl'],
    );
    expect(lastBody()).toEqual({
      name: 'crm',
      urls: [
        { url: 'https://a.example.org/1', method: 'PUT' },
        { url: 'env:SECOND_URL', method: 'PUT' },
      ],
      events: ['incident.triggered', 'incident.resolved', 'deploy.*'],
      headers: { 'X-Team': 'payments', Authorization: 'env:CRM_AUTH' },
      timeout: '5s',
      retry: { max: 2 },
      format: 'simple',
      description: 'Tickets',
      secret: 'env:CRM_SECRET',
      verify_ssl: false,
    });
  });

  it('leaves out what was not given', async () => {
    await webhook('add', 'crm', '--url', 'https://crm.example.org/hook');
    expect(lastBody()).toEqual({ name: 'crm', urls: [{ url: 'https://crm.example.org/hook' }] });
  });

  it.each([
    ['no URL', [], /needs a URL/],
    ['a URL that is none', ['--url', 'crm.example.org'], /is not a URL/],
    ['a URL with a password', ['--url', 'https://u:pw@crm.example.org'], /holds a password/],
    [
      'a secret header in the open',
      ['--url', 'https://a', '--header', 'Authorization: Bearer x'],
      /looks like a secret/,
    ],
    ['a header without a value', ['--url', 'https://a', '--header', 'X-Team'], /is not a header/],
    ['the signing secret itself', ['--url', 'https://a', '--secret', SECRET], /takes no secret itself/],
    ['a wrong event type', ['--url', 'https://a', '--events', 'Incident'], /is not an event type/],
    ['a span without unit', ['--url', 'https://a', '--timeout', '15'], /is not a span of time/],
    [
      'a method webhooks do not have',
      ['--url', 'https://a', '--method', 'GET'],
      /with GET[\s\S]*GET has none; the methods are POST, PUT, PATCH[\s\S]*--method POST/,
    ],
    [
      'a mistyped method',
      ['--url', 'https://a', '--method', 'PUUT'],
      /cannot be sent with PUUT[\s\S]*--method PUT/,
    ],
    ['retries in words', ['--url', 'https://a', '--retries', 'many'], /is not a number/],
  ])('refuses %s with exit code 2 and asks the daemon nothing', async (_what, flags, message) => {
    const ran = await webhook('add', 'crm', ...flags);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).toMatch(/\nfix: /);
    expect(ran.stderr).not.toContain('Bearer x');
    expect(api.asked).toEqual([]);
  });
});

describe('webhook edit', () => {
  it('changes only what was given, and unsets with null', async () => {
    const ran = await webhook('edit', 'crm', '--timeout', '3s', '--unset', 'headers,retry', '--verify-ssl');
    expect(lastBody()).toEqual({ timeout: '3s', verify_ssl: true, headers: null, retry: null });
    expect(ran.stdout).toBe('changed webhook crm: timeout, verify_ssl, headers, retry\n');
  });

  it.each([
    [[], /nothing to change/],
    [['--unset', 'timout'], /did you mean --unset timeout/],
    [['--timeout', '3s', '--unset', 'timeout'], /both set and unset/],
    [['--method', 'PUT'], /--method needs --url/],
  ])('refuses %j', async (flags, message) => {
    const ran = await webhook('edit', 'crm', ...flags);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('the other verbs', () => {
  it('rotates the secret with an overlap in milliseconds', async () => {
    const ran = await webhook('rotate-secret', 'crm', '--overlap', '12h');
    expect(lastBody()).toEqual({ overlap_ms: 43_200_000 });
    expect(ran.stdout).toBe(
      `new signing secret of webhook crm (v1), shown once; the old one ends in 12h:\n  ${SECRET}\n`,
    );
  });

  it('asks before it ends the old secret at once, and says what that does', async () => {
    const refused = await webhook('rotate-secret', 'crm', '--overlap', '0s');
    expect([refused.code, api.asked]).toEqual([2, []]);
    expect(refused.stderr).toContain('receivers refuse what is sent until they have the new ones');
    const args = ['webhook', 'rotate-secret', 'crm', '--overlap', '0s'];
    const rotated = await run(api.socket, args, { yes: true });
    expect(rotated.stdout).toContain('shown once; every old one ended:');
    expect(lastBody()).toEqual({ overlap_ms: 0 });
  });

  it('removes with --yes, and refuses without a terminal, naming what would be lost', async () => {
    const refused = await webhook('remove', 'crm');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('its 2 waiting deliveries are cancelled');
    expect(api.asked.map((asked) => asked.method)).toEqual(['GET']);
    const removed = await run(api.socket, ['webhook', 'rm', 'crm'], { yes: true });
    expect(removed.stdout).toBe('removed webhook crm\n');
    expect(api.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/webhooks/crm' });
  });

  it('pauses and resumes', async () => {
    await webhook('pause', 'crm');
    await webhook('resume', 'crm');
    expect(api.asked.map((asked) => asked.path)).toEqual([
      '/webhooks/crm/pause',
      '/deliveries/drop-held',
      '/webhooks/crm/resume',
    ]);
  });

  it('tests every URL and ends with 9 when one does not take it', async () => {
    api.answer('POST /webhooks/crm/test', ({ body }: { body: unknown }) => {
      const { ref } = body as { ref: string };
      const [, attempt] = DELIVERY_DETAIL.attempts;
      const isFirst = ref === 'webhook/crm';
      return {
        destination: ref,
        outcome: isFirst ? 'delivered' : 'retry',
        attempt: { ...attempt, status: isFirst ? 204 : 503 },
      };
    });
    const ran = await webhook('test', 'crm');
    expect(ran.code).toBe(9);
    expect(ran.stdout.split('\n')).toEqual([
      'webhook/crm  delivered  POST https://crm.example.org/hook answered 204 in 34ms (connection reused, first byte 31ms)',
      'webhook/crm#2  failed  POST https://crm.example.org/hook answered 503 in 34ms (connection reused, first byte 31ms): 503 Service Unavailable',
      '',
    ]);
    expect(ran.stderr).toBe('next: relay delivery show dlv_0b4k2m00003\n');
  });
});

describe('webhook test without an answer', () => {
  it('says so, and why', async () => {
    const [, attempt] = DELIVERY_DETAIL.attempts;
    const reason = '127.0.0.1:9201: the TLS connection could not be made (self-signed certificate)';
    const unanswered = { ...attempt, status: null, error: 'tls', reason, duration_ms: 8, timings: null };
    api.answer('POST /webhooks/crm/test', {
      destination: 'webhook/crm',
      outcome: 'retry',
      attempt: unanswered,
    });
    const { stdout } = await webhook('test', 'crm');
    expect(stdout.split('\n')[0]).toBe(
      `webhook/crm  failed  POST https://crm.example.org/hook no answer (tls) in 8ms: ${reason}`,
    );
  });
});

describe('integration add and edit', () => {
  it('posts kind, channel and the settings of the kind', async () => {
    const ran = await run(api.socket, [
      ...[
        'integration',
        'add',
        'webhook',
        'wallboard',
        '--channel',
        'ops',
        '--url',
        'https://wall.example.org',
      ],
      ...['--set', 'loud=true', '--set', 'room=7', '--set', 'api_key=env:WALL_KEY'],
    ]);
    expect(lastBody()).toEqual({
      name: 'wallboard',
      kind: 'webhook',
      channel: 'ops',
      url: 'https://wall.example.org',
      loud: true,
      room: 7,
      api_key: 'env:WALL_KEY',
    });
    expect(ran.stdout).toBe('added integration wallboard (active), webhook on channel ops\n');
  });

  it('needs a channel, and takes no secret in the open', async () => {
    const without = await run(api.socket, ['integration', 'add', 'console', 'terminal']);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--channel')]);
    const open = await run(api.socket, ['integration', 'edit', 'wallboard', '--set', 'api_key=hunter2']);
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('looks like a secret')]);
    expect(open.stderr).not.toContain('hunter2');
  });

  it('unsets any setting', async () => {
    await run(api.socket, ['integration', 'edit', 'wallboard', '--unset', 'room,timeout']);
    expect(lastBody()).toEqual({ room: null, timeout: null });
  });
});

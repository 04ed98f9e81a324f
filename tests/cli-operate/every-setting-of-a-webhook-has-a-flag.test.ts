// Every key a webhook can have in the config file can be said on the command line, and taken back; what the flags make is what the daemon
// takes. Secrets are named or typed, never values of flags, and never printed.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RelayCommand } from '../../src/cli/command.js';
import { UNSETTABLE } from '../../src/cli/commands/webhook/change.js';
import { buildProgram } from '../../src/cli/program.js';
import { webhookSchema } from '../../src/config/schema-objects.js';
import { validateObject } from '../../src/config/validate-object.js';
import { testContext } from '../cli/context.js';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { type RunStyle, run } from './kit/run.js';

const TYPED = 'hunter2-from-the-keyboard';
let api: CannedApi;

beforeEach(async () => {
  api = await cannedApi({
    'POST /webhooks': { name: 'crm', secret: null },
    'PATCH /webhooks/crm': { name: 'crm' },
    'POST /integrations': { name: 'wall', secret: null },
    'PATCH /integrations/wall': { name: 'wall' },
  });
});
afterEach(() => api.close());

const add = (flags: readonly string[], style: RunStyle = {}) =>
  run(api.socket, ['webhook', 'add', 'crm', '--url', 'https://crm.example.org/hook', ...flags], style);
const edit = (...flags: string[]) => run(api.socket, ['webhook', 'edit', 'crm', ...flags]);
const lastBody = () => api.asked.at(-1)?.body as Record<string, unknown>;
const keysOfSchema = Object.keys(webhookSchema.properties as object);

/** Flags and the key of the spec that they make. */
const SETTINGS: readonly (readonly [flags: readonly string[], key: string, value: unknown])[] = [
  [['--description', 'Tickets'], 'description', 'Tickets'],
  [['--failure-email', 'a@example.org'], 'failure_email', ['a@example.org']],
  [['--header', 'X-Team: payments'], 'headers', { 'X-Team': 'payments' }],
  [['--events', 'incident.*'], 'events', ['incident.*']],
  [
    ['--filter', '{"field":"service","op":"is","value":"a"}'],
    'filter',
    { field: 'service', op: 'is', value: 'a' },
  ],
  [['--when', '{{ true }}'], 'when', '{{ true }}'],
  [['--format', 'standard'], 'format', 'standard'],
  [['--content-type', 'json'], 'content_type', 'json'],
  [['--max-events', '50'], 'max_events_per_request', 50],
  [['--linger', '2s'], 'linger', '2s'],
  [['--signature', 'v1,v1a'], 'signature', ['v1', 'v1a']],
  [['--secret', 'env:SIGNING'], 'secret', 'env:SIGNING'],
  [['--private-key', 'env:PRIVATE'], 'private_key', 'env:PRIVATE'],
  [
    [
      ...['--hmac-header', 'X-Hub-Signature-256', '--hmac-secret', 'env:HMAC'],
      ...['--hmac-prefix', 'sha256=', '--hmac-encoding', 'base64'],
    ],
    'hmac',
    { header: 'X-Hub-Signature-256', secret: 'env:HMAC', prefix: 'sha256=', encoding: 'base64' },
  ],
  [
    [
      ...['--oauth2-token-url', 'https://login.example.org/token', '--oauth2-client-id', 'relay'],
      ...['--oauth2-client-secret', 'env:CLIENT', '--oauth2-scope', 'a b', '--oauth2-audience', 'crm'],
      ...['--oauth2-style', 'body'],
    ],
    'auth',
    {
      oauth2: {
        token_url: 'https://login.example.org/token',
        client_id: 'relay',
        client_secret: 'env:CLIENT',
        scope: 'a b',
        audience: 'crm',
        style: 'body',
      },
    },
  ],
  [['--tls-ca', 'env:CA'], 'tls', { ca: 'env:CA' }],
  [['--no-verify-ssl'], 'verify_ssl', false],
  [['--proxy', 'none'], 'proxy', false],
  [['--timeout', '5s'], 'timeout', '5s'],
  [
    [
      '--retries',
      '5',
      '--retry-on',
      'transient',
      '--retry-base',
      '10s',
      '--retry-factor',
      '2.5',
      '--retry-jitter',
      '0',
    ],
    'retry',
    { max: 5, on: 'transient', base: '10s', factor: 2.5, jitter: 0 },
  ],
  [['--give-up-after', '3d'], 'give_up_after', '3d'],
  [
    ['--redelivery', '0 * * * *', '--redelivery-max-age', '2d'],
    'redelivery',
    { schedule: '0 * * * *', max_age: '2d' },
  ],
  [['--rate', '10/s'], 'rate', '10/s'],
  [['--concurrency', '4'], 'concurrency', 4],
  [
    ['--circuit', 'failures=3, probe=10s,max_probe=2m'],
    'circuit',
    { failures: 3, probe: '10s', max_probe: '2m' },
  ],
  [['--disable-after', '50'], 'disable_after', 50],
];
/** For another format; said on their own below. */
const ELSEWHERE = ['body', 'cloudevents'];

describe('a webhook on the command line', () => {
  it('can be given every key of the config file, in a form that the daemon takes', async () => {
    const ran = await add(SETTINGS.flatMap(([flags]) => flags));
    expect(ran.stderr).not.toContain('error');
    const wanted = Object.fromEntries(SETTINGS.map(([, key, value]) => [key, value]));
    expect(lastBody()).toEqual({ name: 'crm', urls: [{ url: 'https://crm.example.org/hook' }], ...wanted });
    expect([...Object.keys(lastBody()), ...ELSEWHERE].sort()).toEqual([...keysOfSchema].sort());
    const variables = {
      SIGNING: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      HMAC: 'h',
      CLIENT: 'c',
      ...{ PRIVATE: undefined, CA: undefined },
    };
    const checked = validateObject('webhook', lastBody(), { variables, folder: '/', origin: 'cli' });
    const problems = checked.ok ? [] : checked.problems;
    // The two whose values are not made here are looked for, and nothing else is wrong.
    expect(problems.map(({ path, code }) => [path, code]).sort()).toEqual([
      ['private_key', 'missing_secret'],
      ['tls.ca', 'missing_secret'],
    ]);
  });

  it.each(SETTINGS)('is changed by %j alone', async (flags, key, value) => {
    expect((await edit(...flags)).code).toBe(0);
    expect(lastBody()).toEqual({ [key]: value });
  });

  it('takes every key but name and URLs back', async () => {
    const keys = keysOfSchema.filter((key) => key !== 'name' && key !== 'urls').sort();
    expect([...UNSETTABLE].sort()).toEqual(keys);
    await edit('--unset', keys.join(','));
    expect(lastBody()).toEqual(Object.fromEntries(keys.map((key) => [key, null])));
  });

  it.each([
    [['--retries', 'standard-webhooks'], { retry: 'standard-webhooks' }],
    [
      ['--retries', 'standard-webhooks', '--retry-on', 'transient'],
      { retry: { preset: 'standard-webhooks', on: 'transient' } },
    ],
    [['--retry-on', 'transient'], { retry: { on: 'transient' } }],
    [['--circuit', 'none'], { circuit: false }],
    [['--redelivery', 'none'], { redelivery: false }],
    [['--redelivery-max-age', '3d'], { redelivery: { max_age: '3d' } }],
    [['--disable-after', '5d'], { disable_after: '5d' }],
    [
      ['--basic-user', 'relay', '--basic-password', 'file:/run/pw'],
      { auth: { basic: { user: 'relay', password: 'file:/run/pw' } } },
    ],
    [
      ['--tls-cert', 'file:/c.pem', '--tls-key', 'file:/k.pem', '--tls-passphrase', 'env:P'],
      { tls: { cert: 'file:/c.pem', key: 'file:/k.pem', passphrase: 'env:P' } },
    ],
    [
      ['--cloudevents-source', '/relay', '--cloudevents-type-prefix', 'org.'],
      { cloudevents: { source: '/relay', type_prefix: 'org.' } },
    ],
  ])('understands %j', async (flags, change) => {
    expect((await edit(...flags)).code).toBe(0);
    expect(lastBody()).toEqual(change);
  });

  it.each([
    [['--rate', '10/s', '--unset', 'rate'], 'rate is both set and unset'],
    [['--circuit', 'failure=3'], 'did you mean failures?'],
    [['--circuit', 'probe=fast'], 'is not a span of time'],
    [['--retry-factor', 'twice'], '--retry-factor twice is not a number'],
    [['--concurrency', 'many'], '--concurrency many is not a number'],
    [['--redelivery', 'none', '--redelivery-max-age', '3d'], '--redelivery none has no age'],
    [['--basic-user', 'relay'], 'HTTP Basic needs --basic-password'],
    [['--oauth2-client-id', 'relay'], 'OAuth2 needs --oauth2-token-url and --oauth2-client-secret'],
    [['--hmac-prefix', 'a='], 'the plain HMAC needs --hmac-header and --hmac-secret'],
    [['--bearer', 'env:T', '--basic-user', 'a', '--basic-password', 'env:P'], 'a webhook logs in one way'],
    [['--tls-key', '-----BEGIN PRIVATE KEY-----'], '--tls-key names where the PEM text is'],
    [['--oauth2-token-url', 'login.example.org'], '--oauth2-token-url https://host/path'],
  ])('refuses %j before the daemon is asked', async (flags, told) => {
    const ran = await edit(...flags);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(told)]);
    expect(api.asked).toEqual([]);
  });

  it('has its flags in groups', async () => {
    const program = await buildProgram(testContext(), 'webhook');
    const command = program.commands[0]?.commands.find((each) => each.name() === 'add') as RelayCommand;
    const titles = command.helpInformation().match(/^[A-Z][^\n]*:$/gm) ?? [];
    expect(titles.map((title) => title.replace(/ \(.*/, ':'))).toEqual([
      'Where:',
      'Which events:',
      'Body:',
      'Signing:',
      'Logging in:',
      'Certificates and proxy:',
      'Tries:',
      'Pace and trouble:',
      'For people:',
      'Options:',
      'Global Options:',
      'Examples:',
      'See also:',
    ]);
  });
});

describe('a secret', () => {
  it.each([
    ['--secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['--private-key', 'whsk_x'],
    ['--hmac-secret', 'h'],
    ['--basic-password', 'p'],
    ['--bearer', 't'],
    ['--oauth2-client-secret', 'c'],
    ['--tls-passphrase', 'p'],
  ])('is refused as the value of %s', async (flag, value) => {
    const rest = [
      ...(flag === '--hmac-secret' ? ['--hmac-header', 'X-Sig'] : []),
      ...(flag === '--basic-password' ? ['--basic-user', 'relay'] : []),
      ...(flag === '--oauth2-client-secret'
        ? ['--oauth2-token-url', 'https://a.example.org', '--oauth2-client-id', 'i']
        : []),
    ];
    const ran = await edit(flag, value, ...rest);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(`${flag} takes no secret itself`)]);
    expect(ran.stderr).toContain(`${flag} env:MY_SECRET`);
    expect(api.asked).toEqual([]);
  });

  it('comes on stdin, one, and is not printed', async () => {
    const ran = await add(['--bearer', '-', '--secret', 'env:S'], { stdin: `${TYPED}\nmore\n` });
    expect(lastBody()).toMatchObject({ auth: { bearer: TYPED }, secret: 'env:S' });
    expect(ran.stdout + ran.stderr).not.toContain(TYPED);
    const own = await add(['--secret', '-'], { stdin: TYPED });
    expect(lastBody()).toMatchObject({ secret: TYPED });
    expect(own.stdout).toBe('added webhook crm (active), 1 url, signed with the secret you gave\n');
    await add(['--secret', '-', '--secret', 'env:S'], { stdin: TYPED });
    expect(lastBody()).toMatchObject({ secret: [TYPED, 'env:S'] });
    const two = await add(['--secret', '-', '--bearer', '-'], { stdin: `${TYPED}\n${TYPED}\n` });
    expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('only one secret can come on stdin')]);
    const none = await add(['--bearer', '-'], { stdin: '\n' });
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('no secret was given for --bearer'),
    ]);
  });

  it('is asked for on a terminal, with backspace and Ctrl-C', async () => {
    const ran = await add(['--bearer', '-'], { stdin: `${TYPED}x\u007f\r`, isStdinTTY: true });
    expect(lastBody()).toMatchObject({ auth: { bearer: TYPED } });
    expect(ran.stderr).toContain('--bearer (not shown while you type): \n');
    expect(ran.stdout + ran.stderr).not.toContain(TYPED);
    const before = api.asked.length;
    const stopped = await add(['--bearer', '-'], { stdin: `${TYPED}\u0003`, isStdinTTY: true });
    expect([stopped.code, api.asked.length]).toEqual([2, before]);
  });
});

describe('an integration', () => {
  it('takes the flags of every destination', async () => {
    const flags = ['--rate', '5/s', '--retry-on', 'transient', '--circuit', 'none', '--give-up-after', '1h'];
    await run(api.socket, ['integration', 'add', 'console', 'wall', '--channel', 'ops', ...flags]);
    expect(lastBody()).toEqual({
      name: 'wall',
      kind: 'console',
      channel: 'ops',
      rate: '5/s',
      retry: { on: 'transient' },
      circuit: false,
      give_up_after: '1h',
    });
    await run(api.socket, ['integration', 'edit', 'wall', '--unset', 'rate,circuit']);
    expect(lastBody()).toEqual({ rate: null, circuit: null });
  });
});

import { describe, expect, it } from '@jest/globals';
import { type ObjectEnvironment, validateObject } from '../../src/config/validate-object.js';
import { PACKS } from './fixtures.js';

const ENVIRONMENT: ObjectEnvironment = {
  variables: { TOKEN: 'Bearer abc' },
  folder: '/nowhere',
  origin: 'cli',
  packs: PACKS,
  channels: new Set(['ops']),
  services: new Set(['payments-api']),
  users: new Set(['dana']),
};
const problemsOf = (noun: Parameters<typeof validateObject>[0], spec: unknown, environment = ENVIRONMENT) => {
  const result = validateObject(noun, spec, environment);
  return result.ok ? [] : result.problems.map(({ path, code }) => `${path} ${code}`);
};

describe('an object made by CLI or API', () => {
  it.each([
    ['service', { name: 'a', title: 'A', assignee: 'user:dana' }],
    ['source', { name: 'a', pack: 'alertmanager', split: 'alerts', channel: 'ops', service: 'payments-api' }],
    ['channel', { name: 'a' }],
    ['integration', { name: 'a', kind: 'webhook', channel: 'ops', url: 'https://a.example/' }],
    [
      'webhook',
      { name: 'a', urls: [{ url: 'https://a.example/' }], headers: { Authorization: 'env:TOKEN' } },
    ],
  ] as const)('that is right comes back as it was: %s', (noun, spec) => {
    expect(validateObject(noun, spec, ENVIRONMENT)).toEqual({ ok: true, spec });
  });

  it.each([
    ['service', { name: 'a', assignee: 'user:nobody' }, ['assignee unknown_reference']],
    ['source', { name: 'a' }, [' missing_key']],
    [
      'source',
      { name: 'a', pack: 'generic', channel: 'opps', split: 'x' },
      ['split unknown_reference', 'channel unknown_reference'],
    ],
    ['source', { name: 'a', pack: 'generic', templates: { titel: 'x' } }, ['templates.titel unknown_key']],
    ['channel', { name: 'a', integrations: [] }, ['integrations unknown_key']],
    ['integration', { name: 'a', kind: 'console' }, [' missing_key']],
    ['integration', { name: 'a', kind: 'slack', channel: 'ops' }, ['kind not_yet']],
    [
      'webhook',
      { name: 'a', urls: [{ url: 'ftp://a' }], timeot: '5s' },
      ['timeot unknown_key', 'urls[0].url invalid_value'],
    ],
    ['webhook', { name: 'a', urls: [{ url: 'env:NOPE' }] }, ['urls[0].url missing_secret']],
    [
      'webhook',
      { name: 'a', urls: [], headers: { Host: 'x' } },
      ['urls invalid_value', 'headers.Host invalid_value'],
    ],
    ['webhook', 'a', [' wrong_type']],
    ['webhook', null, [' wrong_type']],
  ] as const)('that is wrong is told every mistake: %s %j', (noun, spec, expected) => {
    expect(problemsOf(noun, spec).sort()).toEqual([...expected].sort());
  });

  it('is named in the message, with a fix', () => {
    const result = validateObject(
      'webhook',
      { name: 'crm', urls: [{ url: 'https://a.example/' }], timeot: '5s' },
      ENVIRONMENT,
    );
    expect(result).toEqual({
      ok: false,
      problems: [
        {
          path: 'timeot',
          code: 'unknown_key',
          message: 'unknown key "timeot" in webhook "crm"',
          fix: 'did you mean "timeout"?',
        },
      ],
    });
  });

  it('sent through the API cannot read the environment or files of the daemon', () => {
    const spec = { name: 'a', urls: [{ url: 'https://a.example/' }], headers: { 'X-Stolen': 'env:TOKEN' } };
    expect(problemsOf('webhook', spec, { ...ENVIRONMENT, origin: 'api' })).toEqual([
      'headers.X-Stolen invalid_value',
    ]);
    expect(
      problemsOf(
        'webhook',
        { ...spec, headers: { 'X-Stolen': 'file:/etc/passwd' } },
        { ...ENVIRONMENT, origin: 'api' },
      ),
    ).toEqual(['headers.X-Stolen invalid_value']);
  });
});

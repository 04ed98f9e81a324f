import { describe, expect, it } from '@jest/globals';
import { type ObjectEnvironment, validateObject } from '../../src/config/validate-object.js';
import { createEgressRule } from '../../src/core/egress.js';
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
    expect(validateObject(noun, spec, ENVIRONMENT)).toEqual({ ok: true, spec, warnings: [] });
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

  it('is warned of what is allowed and probably not meant, but for what a change leaves as it is', () => {
    const spec = {
      name: 'a',
      urls: [{ url: 'http://169.254.169.254/' }],
      filter: { any: [{ field: 'service', op: 'is', value: 'payment-api' }] },
      verify_ssl: false,
    };
    const rule = createEgressRule({ allow: [], deny: [] });
    const egress = { rule, reach: 'anywhere' } as const;
    const warned = (more: Partial<ObjectEnvironment>) => {
      const result = validateObject('webhook', spec, { ...ENVIRONMENT, egress, ...more });
      return result.ok ? result.warnings.map(({ path, code }) => `${path} ${code}`) : result.problems;
    };
    expect(warned({})).toEqual([
      'filter.any[0].value unknown_in_filter',
      'verify_ssl unverified',
      'urls[0].url egress',
    ]);
    expect(warned({ kept: new Set(['urls', 'filter']) })).toEqual(['verify_ssl unverified']);
    expect(warned({ origin: 'api', kept: new Set(['urls']) })).toHaveLength(2);
  });

  it.each([
    'http://10.0.0.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]:8080/',
    'http://0300.0250.0.1./',
    'http://①⑦②.16.0.1/',
    'http://127.0.0.1%2e/',
  ])('sent through the API is refused where its address is: %s', (url) => {
    const rule = createEgressRule({ allow: ['10.9.0.0/16'], deny: [] });
    const environment = { ...ENVIRONMENT, origin: 'api', egress: { rule, reach: 'public' } } as const;
    const result = validateObject('webhook', { name: 'a', urls: [{ url }] }, environment);
    expect(result).toMatchObject({
      ok: false,
      problems: [
        { path: 'urls[0].url', code: 'egress', fix: expect.stringContaining('egress: { allow: ["') },
      ],
    });
    const names = [{ url: 'http://localhost/' }, { url: 'http://10.9.1.1/' }, { url: 'http://1.1.1.1/' }];
    expect(validateObject('webhook', { name: 'a', urls: names }, environment).ok).toBe(true);
  });
});

// What a rendering may cost is counted in steps, so that the same template ends at the same place on every machine.

import { describe, expect, it } from '@jest/globals';
import { compile, DEFAULT_LIMITS, TemplateError } from '../../../src/jinja/index.js';

const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, index]));
const payload = {
  long: 'a'.repeat(100_000),
  words: 'a b '.repeat(25_000),
  astral: '😀'.repeat(50_000),
  numbers: Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 20_011),
  floats: `[${'1.5,'.repeat(30_000)}1]`,
  base64: Buffer.from('x'.repeat(700_000)).toString('base64'),
  wide,
  title: 'Disk',
};

function errorOf(template: string): TemplateError {
  try {
    compile(template).render({ payload });
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`no error from ${template}`);
}

const often = (expression: string): string =>
  `{% for i in range(9000) %}{% set x = ${expression} %}{% endfor %}`;
const shared = (levels: number, value: string): string =>
  `{% set ns = namespace(v=(1, 2)) %}{% for i in range(${levels}) %}{% set ns.v = ${value} %}{% endfor %}`;

describe('work that is cheap to ask for and dear to do ends with a limit', () => {
  it.each([
    `${shared(40, '[ns.v, ns.v]')}{{ ns.v | pprint }}`,
    '{% set l = [] %}{% set _ = l.append(l) %}{% set _ = l.append(l) %}{{ l | pprint }}',
    `${shared(40, '(ns.v, ns.v)')}{{ {ns.v: 1} }}`,
    `${shared(40, '(ns.v, ns.v)')}{{ [ns.v] | unique | list }}`,
    '{% for i in range(9000) %}{% if payload.wide %}{% endif %}{% endfor %}',
    ...[
      'payload.wide | length',
      'payload.wide | first',
      'payload.wide.items() | first',
      'payload.wide.keys() == payload.wide.keys()',
      'payload.wide.keys() - payload.wide.keys()',
      'payload.wide.copy()',
      'payload.wide | xmlattr',
      'payload.wide | urlencode',
      'dict(**payload.wide)',
      'payload.long | title',
      'payload.long | urlencode',
      'payload.long | e',
      'payload.long | first',
      'payload.long | reverse',
      'payload.long | float',
      'payload.long | wordwrap(20)',
      'payload.long | urlize',
      'payload.long.swapcase()',
      'payload.long.find("b")',
      'payload.long.count("a")',
      'payload.long.split("a")',
      'payload.long.expandtabs()',
      'payload.long.isalpha()',
      'payload.long.translate({})',
      'payload.long[i:]',
      '"b" in payload.long',
      'payload.words | wordcount',
      'payload.words | striptags',
      'payload.words.split()',
      'payload.words.rsplit(none, 20000)',
      'payload.words.splitlines()',
      'payload.astral | length',
      'payload.astral[i]',
      'payload.floats | parse_json',
      'payload.base64 | b64decode',
      'payload.numbers | sort',
      'payload.numbers | max',
      '("z" * 2000) | int(0, 36)',
      '(("1_" * 5000) ~ "x") | float',
      '9 ** 4000',
      '1.5e-300 | round(300)',
      '"%.300f" % 1.5e-300',
      '("%%" * 9000) % ()',
      '("{{}}" * 9000).format()',
      'time() | datetimeformat("%c" * 2000)',
      'time() | datetimeformat_as_timezone("%H", "Asia/Tokyo")',
      '"05 Mar 2026" | datetimeparse("%d %b %Y " ~ i)',
      '"a" | regex_search("(x{90}){9}" ~ i)',
    ].map(often),
    // Errors that are caught: making one is dearer than the work that failed.
    ...['{}[[]] is defined', '"////" | b64decode', '"[1" | parse_json', 'missing | json_dumps'].map(
      (expression) =>
        `{% for i in range(60) %}{% for j in range(60) %}{% set x = ${expression} %}{% endfor %}{% endfor %}`,
    ),
    // Near to quadratic in one go.
    '{{ (payload.long * 9).find("a" * 5000 ~ "b" ~ "a" * 5000) }}',
    '{{ (payload.long * 9).count("a" * 5000 ~ "b" ~ "a" * 5000) }}',
    '{{ (payload.long * 9).replace("a" * 5000 ~ "b" ~ "a" * 5000, "") }}',
    '{{ (payload.long * 9).split("a" * 5000 ~ "b" ~ "a" * 5000) }}',
    '{{ ("a" * 5000 ~ "b" ~ "a" * 5000) in payload.long * 9 }}',
    '{{ payload.long | regex_replace("a.*b|a", "x") }}',
    `{{ payload.long | regex_search("${'a?'.repeat(200)}${'a'.repeat(200)}[bc]") }}`,
    '{{ "x" | regex_search("(x{1000}){1000}") }}',
    `{% macro m(${Array.from({ length: 3000 }, (_, index) => `a${index}=1`).join(',')}) %}{% endmacro %}{% for i in range(90) %}{{ m() }}{% endfor %}`,
    `{{ 1${'+1'.repeat(2000)} }}`,
    `{{ a${'.b'.repeat(2000)} }}`,
    `{{ [${'1,'.repeat(20_000)}] }}`,
  ])('%.90s', (template) => {
    expect(errorOf(template)).toMatchObject({ kind: 'limit', code: 'template.limit' });
  });

  it.each([
    ['{{ [] * 10 ** 15 }}{{ () * 10 ** 15 }}', '[]()'],
    ['{{ ("1" * 80 ~ "x") | datetimeparse("%f%f%f%f%f%f%f%f%f%f%f%f") }}', 'None'],
    ['{{ ("1_" * 50000 ~ "x") | float(-1) }}', '-1'],
  ])('or is no work at all: %s', (template, text) => {
    expect(compile(template).render({})).toBe(text);
  });

  it('costs the same each time, whatever was rendered before', () => {
    const budget = { ...DEFAULT_LIMITS, steps: 1200 };
    const template = '{{ "a1b2" | regex_replace("[0-9]", "") }}';
    const cost = (steps: number): string => {
      try {
        return compile(template, { limits: { ...budget, steps } }).render({});
      } catch {
        return 'too dear';
      }
    };
    const first = [200, 600, 1000, 1400].map(cost);
    expect(first[0]).toBe('too dear');
    expect(first.at(-1)).toBe('ab');
    expect([200, 600, 1000, 1400].map(cost)).toEqual(first);
  });

  it('leaves no charge behind for the next rendering', () => {
    expect(() => compile('{% for i in range(99999) %}{% endfor %}').render({})).toThrow(TemplateError);
    const own = compile('{% set _ = payload.wide.pop("k1") %}{{ payload.wide.k2 }}');
    for (let turn = 0; turn < 5; turn += 1) expect(own.render({ payload: { wide } })).toBe('2');
  });
});

describe('honest work is not refused', () => {
  const alerts = (count: number): unknown[] =>
    Array.from({ length: count }, (_, index) => ({
      status: 'firing',
      labels: { alertname: 'Disk', instance: `db-${index}:9100`, severity: 'critical', job: 'node' },
      annotations: { summary: `Disk is full on db-${index}`, description: 'It fills up. '.repeat(25) },
      startsAt: '2026-01-01T00:00:00Z',
      generatorURL: 'http://prometheus/graph?g0.expr=up',
    }));

  it('prints six lines for each of 500 alerts', () => {
    const template = compile(
      [
        "{% for a in payload.alerts | sort(attribute='labels.instance') %}{{ loop.index }}. {{ a.labels.alertname }}",
        "{{ a.labels.severity | upper | default('none') }} on {{ a.labels.instance }}",
        "{{ a.annotations.summary | replace('Disk', 'The disk') }}",
        '{{ a.annotations.description | truncate(80) }}',
        "since {{ a.startsAt | iso8601_to_time | datetimeformat_as_timezone('%H:%M %Z', 'Europe/Copenhagen') }}",
        "{{ a.generatorURL | regex_replace('g0.*', '') }}{% endfor %}",
      ].join('\n'),
    );
    const text = template.render({ payload: { alerts: alerts(500) } });
    expect(text.split('\n')).toHaveLength(500 * 5 + 1);
    expect(text).toContain('since 01:00 CET');
  });

  it.each(['tojson', 'tojson(2)', 'json_dumps', 'tojson_pretty', 'string'])(
    'prints a payload of 1 MiB with %s',
    (filter) => {
      const big = { alerts: alerts(1850) };
      expect(JSON.stringify(big).length).toBeGreaterThan(1_048_576);
      expect(compile(`{{ payload | ${filter} }}`).render({ payload: big }).length).toBeGreaterThan(1_048_576);
    },
  );
});

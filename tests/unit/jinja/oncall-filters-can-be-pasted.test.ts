import { describe, expect, it } from '@jest/globals';
import { compile } from '../../../src/jinja/compile.js';

const now = (): number => Date.UTC(2026, 2, 5, 14, 7, 9);

describe("Grafana OnCall's filters", () => {
  it.each([
    ['{{ time() }}', '2026-03-05 14:07:09+00:00'],
    ['{{ time() | datetimeformat }}', '14:07 / 05-03-2026'],
    ["{{ time() | datetimeformat('%Y-%m-%dT%H:%M:%S%z %a %-d %b') }}", '2026-03-05T14:07:09+0000 Thu 5 Mar'],
    ["{{ time() | datetimeformat_as_timezone('%H:%M %Z', 'Asia/Tokyo') }}", '23:07 JST'],
    ["{{ '2026-01-02T03:04:05Z' | iso8601_to_time | datetimeformat('%d.%m.%Y %H:%M') }}", '02.01.2026 03:04'],
    ["{{ '2026-01-02T03:04:05.5+02:00' | iso8601_to_time }}", '2026-01-02 03:04:05.500000+02:00'],
    [
      "{{ '05 Mar 2026 10:00' | datetimeparse('%d %b %Y %H:%M') | datetimeformat('%F %T') }}",
      '2026-03-05 10:00:00',
    ],
    ["{{ '99/99' | datetimeparse('%d/%m') }}", 'None'],
    ['{{ 1700000000 | timestamp_to_datetime }}', '2023-11-14 22:13:20+00:00'],
    ["{{ (time() - ('1h30m' | timedeltaparse)) | datetimeformat('%H:%M') }}", '12:37'],
    ["{{ '1d2h' | timedeltaparse }} {{ '-5m' | timedeltaparse }}", '1 day, 2:00:00 -1 day, 23:55:00'],
    ["{{ 'nonsense' | timedeltaparse }} {{ 5 | datetimeformat }}", 'None None'],
    ["{{ 'disk-db1 full' | regex_replace('(\\\\w+)-(\\\\w+)', '\\\\2 of \\\\1') }}", 'db1 of disk full'],
    [
      "{{ 'CPU high' | regex_match('CPU') }} {{ 'the CPU' | regex_match('CPU') }} {{ 'the CPU' | regex_search('CPU$') }}",
      'True False True',
    ],
    ["{{ 5 | regex_search('5') }} {{ none | regex_replace('a', 'b') }}", 'None None'],
    ["{{ 'aMOpbGxv' | b64decode }} {{ '*' | b64decode }}", 'héllo None'],
    ["{{ ('{\"a\": [1, 2.0]}' | parse_json).a[1] }} {{ 'x' | parse_json }}", '2.0 None'],
    ["{{ {'b': 'é', 'a': 1} | tojson_pretty }}", '{\n    "a": 1,\n    "b": "é"\n}'],
    ["{{ {'b': 'é', 'a': 1} | json_dumps }}", '{"b": "\\u00e9", "a": 1}'],
    ['{{ payload | tojson_pretty }} {{ range | tojson_pretty }}', 'None None'],
    [
      "{{ missing | regex_search('a') }} {{ missing | parse_json }} {{ missing | b64decode }}",
      'None None None',
    ],
    ["{{ 'a1b22' | regex_replace('(?P<d>\\d+)', '<\\g<d>>') }}", 'a<1>b<22>'],
    ["{{ 'aXbX' | regex_replace('(?i)x', '-') }}", 'a-b-'],
    [
      "{{ '2026-07-05' | datetimeparse('%Y-%m-%d') }} {{ '5 5' | datetimeparse('%d %d') }}",
      '2026-07-05 00:00:00 None',
    ],
  ])('%s', (template, text) => {
    expect(compile(template, { now }).render({})).toBe(text);
  });

  it.each(['datetimeformat', 'datetimeformat_as_timezone'])('%s fails for what is undefined', (filter) => {
    expect(() => compile(`{{ payload.nope | ${filter} }}`).render({ payload: {} })).toThrow(/nope/);
  });

  it.each([
    ['UTC', 'UTC', 'UTC'],
    ['Europe/Copenhagen', 'CET', 'CEST'],
    ['Europe/London', 'GMT', 'BST'],
    ['Europe/Dublin', 'GMT', 'IST'],
    ['Europe/Helsinki', 'EET', 'EEST'],
    ['America/New_York', 'EST', 'EDT'],
    ['America/Los_Angeles', 'PST', 'PDT'],
    ['America/Phoenix', 'MST', 'MST'],
    ['Asia/Tokyo', 'JST', 'JST'],
    ['Asia/Kolkata', 'IST', 'IST'],
    ['Australia/Sydney', 'AEDT', 'AEST'],
    ['Asia/Dubai', '+04', '+04'],
    ['Asia/Kathmandu', '+0545', '+0545'],
    ['America/Sao_Paulo', '-03', '-03'],
  ])('names the zone %s as its clocks do: %s in January, %s in July', (zone, january, july) => {
    const template = compile(
      `{% for t in ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z'] %}{{ t | iso8601_to_time | datetimeformat_as_timezone('%Z', '${zone}') }} {% endfor %}`,
    );
    expect(template.render({})).toBe(`${january} ${july} `);
  });
});

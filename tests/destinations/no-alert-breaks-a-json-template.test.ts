// Format `template` as JSON: whatever strangers write into an alert, what their words say stays words, and the body stays the JSON that
// its author meant.

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../src/jinja/json.js';
import { anIncidentEvent } from '../delivery/sample-events.js';
import { built } from './built.js';

const rendered = (body: string, incident = {}, payload: string | null = null): string =>
  built(anIncidentEvent('incident.triggered', incident), { format: 'template', body }, { alert: payload })
    .body;
const json = (...given: Parameters<typeof rendered>) => JSON.parse(rendered(...given));

const HOSTILE = [
  '"',
  '\\',
  '\\"',
  '", "admin": true, "x": "',
  '\u0000\u0008\u001f\u007f\u0085',
  '\u2028\u2029',
  '\ud800',
  '\udc00 the wrong way \ud83d',
  '</script><!-- {{ 7 * 7 }} {% raw %}',
  'null',
  '1e999',
  '[1, 2]',
  '{"a": 1}',
  '\\u0022',
  "' or '",
  '\r\n\t',
  '&quot;&#34;',
  '😀é',
];

/** What texts of a title go through before they are inserted, and what is meant by that. */
const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (sign) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': '#34', "'": '#39' }[sign]};`,
  );
const WAYS: readonly (readonly [string, (title: string) => string])[] = [
  ['incident.title', (title) => title],
  ['incident.title ~ "!"', (title) => `${title}!`],
  ['"%s: %s" | format("x", incident.title)', (title) => `x: ${title}`],
  ['"{}".format(incident.title)', (title) => title],
  ['[incident.title] | join', (title) => title],
  ['incident.title | e', escapeHtml],
  ['incident.title | forceescape', escapeHtml],
  ['incident.title | e | replace("x", "y") | trim("~")', (title) => escapeHtml(title)],
  ['(incident.title | e).replace("~", "")[0:]', escapeHtml],
  ['(incident.title | e) + "<"', (title) => `${escapeHtml(title)}&lt;`],
  ['"<" + (incident.title | e)', (title) => `&lt;${escapeHtml(title)}`],
  ['"<" ~ (incident.title | e)', (title) => `<${escapeHtml(title)}`],
];

describe('a hostile text', () => {
  it.each(WAYS)(
    'that went through %s stays a text, between quotes and without, as a key too',
    (way, meant) => {
      const body = `{"{{ ${way} }}": "<{{ ${way} }}>", "bare": {{ ${way} }}, "last": [{{ ${way} }}, "{{ ${way} }}"]}`;
      for (const title of HOSTILE.filter((text) => !/[xy~]/.test(text))) {
        const text = meant(title);
        expect(json(body, { title })).toEqual({ [text]: `<${text}>`, bare: text, last: [text, text] });
      }
    },
  );

  it('as `tojson` is a value, and between quotes a text that holds JSON', () => {
    for (const title of HOSTILE) {
      const body = '{"value": {{ incident.title | tojson }}, "text": "{{ incident.labels | tojson }}"}';
      const { value, text } = json(body, { title, labels: { [title]: title } });
      expect(value).toBe(title);
      expect(JSON.parse(text)).toEqual({ [title]: title });
    }
  });

  it('cut out of `tojson` by hand, and `safe`, are taken as they are', () => {
    for (const title of HOSTILE)
      expect(json('["{{ (incident.title | tojson)[1:-1] }}"]', { title })).toEqual([title]);
    expect(json('[{{ "1, 2" | safe }}, "{{ "\\\\n" | safe }}", {{ (3 | tojson) + "," }} 4]')).toEqual([
      1,
      2,
      '\n',
      3,
      4,
    ]);
  });
});

describe('what JSON has no word for', () => {
  const PAYLOAD =
    '{"nan": NaN, "list": [1e999, -1e999, 1.0], "deep": {"a": [{"b": NaN}]}, "big": 123456789012345678901234567890}';

  it.each([
    ['{{ payload.nan }}', 'null'],
    ['{{ payload.list }}', '[null, null, 1.0]'],
    ['{{ payload.deep }}', '{"a": [{"b": null}]}'],
    ['{{ payload.deep | tojson }}', '{"a": [{"b": null}]}'],
    ['{{ payload.big }}', '123456789012345678901234567890'],
    ['{{ 1e308 * 10 }}', 'null'],
    ['"{{ payload.nan }}"', '"nan"'],
    ['{{ payload.gone }}', 'null'],
    ['{{ [payload.gone, nowhere] }}', '[null, null]'],
    ['{{ {"at": payload.gone} }}', '{"at": null}'],
    ['{{ [time()] }}', '["2026-11-21 03:12:00+00:00"]'],
  ])('%s is %s', (body, text) => {
    expect(rendered(body, {}, PAYLOAD)).toBe(text);
  });
});

describe('any alert', () => {
  const BODY = `{
    "summary": "[{{ incident.priority }}] {{ incident.title }} / {{ incident.message | upper | truncate(20) }}",
    "title": {{ incident.title }}, "lines": {{ (incident.message or "").splitlines() }},
    "labels": [{% for name, value in incident.labels.items() %}{"{{ name }}": {{ value }}}{% if not loop.last %},{% endif %}{% endfor %}],
    "{{ incident.title | e }}": "{{ incident.labels | tojson }}",
    {% if payload.value is defined %}"value": {{ payload.value }}, "as text": "{{ payload.value }}",{% endif %}
    "payload": {{ payload }}, "raw": {{ payload | tojson }}
  }`;
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.array(fc.constantFrom(...HOSTILE), { maxLength: 4 }).map((parts) => parts.join('')),
  );
  const wild = fc.oneof(
    fc.json(),
    fc.constantFrom('NaN', '-Infinity', '1e999', '1.0', '12345678901234567890'),
  );

  it('makes JSON', () => {
    const alert = fc.record({
      title: text,
      message: text,
      labels: fc.dictionary(text, text, { maxKeys: 4 }),
      payload: fc.oneof(
        wild.map((value) => `{"value":${value},"other":[${value}]}`),
        text,
      ),
    });
    fc.assert(
      fc.property(alert, ({ title, message, labels, payload }) => {
        const body = json(BODY, { title, message, labels }, payload);
        expect(body.title).toBe(title);
        expect(body.labels.map((one: object) => Object.entries(one)[0])).toEqual(Object.entries(labels));
      }),
      { numRuns: 500 },
    );
  });

  it('is read as it was sent', () => {
    fc.assert(
      fc.property(fc.json(), (payload) => {
        expect(parseJson(rendered('{{ payload }}', {}, payload))).toEqual(parseJson(payload));
      }),
    );
  });
});

describe('a body that is not JSON in the end', () => {
  it.each([
    ['{\n"a": tru}', 'expected a value, at line 2, column 6 of the result'],
    [
      '[{% for n in [1, 2] %}{{ n }},{% endfor %}]',
      'expected a value, at line 1, column 6 of the result, near "[1,2,]"',
    ],
    ['{"a": {{ incident.title }} "b": 1}', 'expected "," or "}", at line 1, column 27 of the result'],
    ["{'a': 1}", 'expected a key in double quotes, at line 1, column 2 of the result'],
    ['', 'it ends too early, at line 1, column 1 of the result'],
  ])('%j is told with its place', (body, reason) => {
    expect(() => rendered(body)).toThrow(reason);
  });
});

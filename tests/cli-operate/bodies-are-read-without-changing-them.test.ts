// What a body says (type, title) in every form a sender may choose, and that indenting JSON changes no value in it.

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readBody } from '../../src/cli/commands/listen/reading.js';
import { bodyLines, indentJson, printable } from '../../src/cli/output/printable.js';

const JSON_TYPE = 'application/json';

describe('readBody', () => {
  it.each([
    ['standard', '{"type":"a.b","data":{"incident":{"title":"T"}}}', JSON_TYPE, 'a.b', 'T'],
    ['simple', '{"title":"T","text":"x","url":"u"}', JSON_TYPE, null, 'T'],
    [
      'CloudEvents',
      '{"specversion":"1.0","type":"a.b","subject":"S"}',
      'application/cloudevents+json',
      'a.b',
      'S',
    ],
    ['a batch', '[{"type":"a.b"},{"type":"a.b"},{"type":"c.d"}]', JSON_TYPE, 'a.b, c.d', '3 events'],
    ['a form', 'title=Disk+full&type=a.b', 'application/x-www-form-urlencoded', 'a.b', 'Disk full'],
    ['a form header on text', 'hello', 'application/x-www-form-urlencoded', null, null],
    ['text', 'hello', 'text/plain', null, null],
    ['a bare number', '7', JSON_TYPE, null, null],
    ['null', 'null', JSON_TYPE, null, null],
    ['nothing', '', '', null, null],
  ])('%s', (_form, body, contentType, type, title) => {
    expect(readBody(body, contentType)).toMatchObject({ type, title });
  });
});

describe('indentJson', () => {
  it('keeps numbers and escapes as they were written', () => {
    const text =
      '{"id":12345678901234567890,"e":1.50e3,"s":"\\u00e9 \\" {[,:]}","empty":{},"list":[ ],"n":[1,{"a":null}]}';
    expect(indentJson(text)?.split('\n')).toEqual([
      '{',
      '  "id": 12345678901234567890,',
      '  "e": 1.50e3,',
      '  "s": "\\u00e9 \\" {[,:]}",',
      '  "empty": {},',
      '  "list": [],',
      '  "n": [',
      '    1,',
      '    {',
      '      "a": null',
      '    }',
      '  ]',
      '}',
    ]);
  });

  it('indents any JSON as JSON.stringify would', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('leaves what is no JSON alone', () => {
    expect(indentJson('{"a":')).toBeUndefined();
    expect(bodyLines('not\r\njson\n')).toEqual(['not', 'json']);
    expect(bodyLines('')).toEqual([]);
  });
});

describe('printable', () => {
  it('shows control characters, so that a body cannot steer the terminal', () => {
    expect(printable('a\u001b[2J\u0007\u009b1m\tb\nc')).toBe('a\\x1b[2J\\x07\\x9b1m\tb\nc');
    expect(printable('a\u202etxt.exe\u2069')).toBe('a\\u202etxt.exe\\u2069');
  });
});

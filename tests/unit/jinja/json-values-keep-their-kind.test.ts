import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, compileExpression } from '../../../src/jinja/compile.js';
import { parseJson, toJson } from '../../../src/jinja/json.js';
import { Undefined } from '../../../src/jinja/values.js';

function show(json: string, template: string): string {
  return compile(template).render({ payload: parseJson(json) });
}

describe('values from JSON keep their kind', () => {
  it.each([
    ['{"a":1.0}', '{{ payload.a }}', '1.0'],
    ['{"a":1}', '{{ payload.a }}', '1'],
    ['{"a":1e3}', '{{ payload.a }} {{ payload.a is float }}', '1000.0 True'],
    [
      '{"a":12345678901234567890}',
      '{{ payload.a }} {{ payload.a + 1 }}',
      '12345678901234567890 12345678901234567891',
    ],
    ['{"a":9007199254740993}', '{{ payload.a }}', '9007199254740993'],
    ['{"2":"b","1":"a"}', "{{ payload.keys() | join(',') }} {{ payload['1'] }}", '2,1 a'],
    ['{"z":1,"a":2}', '{{ payload }}', "{'z': 1, 'a': 2}"],
    ['{"a":-0.0,"b":0}', '{{ payload.a }} {{ payload.b }}', '-0.0 0'],
    ['{"a":true,"b":null}', '{{ payload }}', "{'a': True, 'b': None}"],
    ['{"__proto__":{"x":1}}', "{{ payload['__proto__'].x }} {{ payload.x is defined }}", '1 False'],
    ['{"toString":"own","length":3}', '{{ payload.toString }} {{ payload.length }}', 'own 3'],
  ])('%s with %s', (json, template, text) => {
    expect(show(json, template)).toBe(text);
  });

  it.each(['{"a":1.0,"b":[1,2.50]}', '[12345678901234567890]', '{"2":1,"1":2.0}'])(
    '%s survives a round trip',
    (json) => {
      const normal = toJson(parseJson(json));
      expect(toJson(parseJson(normal))).toBe(normal);
      expect(normal).toBe(json.replace('2.50', '2.5'));
    },
  );

  it.each(['{"a":1.0', '[1.0,]', '{"1":}', '{1.0:2}', '1.0 x', '{"a" 1.0}', '', '{'])(
    'refuses %j as JSON.parse does',
    (json) => {
      expect(() => parseJson(json)).toThrow(SyntaxError);
    },
  );

  it('reads any JSON to what JSON.parse reads, with floats and order set apart', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(toJson(parseJson(json)))).toEqual(JSON.parse(json));
      }),
    );
  });

  it('evaluates expressions to values', () => {
    const context = { payload: { alerts: [{ s: 'a' }, { s: 'b' }] } };
    expect(compileExpression('payload.alerts').evaluate(context)).toEqual([{ s: 'a' }, { s: 'b' }]);
    expect(compileExpression("payload.alerts | selectattr('s', 'eq', 'a')").evaluate(context)).toEqual([
      { s: 'a' },
    ]);
    expect(compile('{{ payload.alerts | length > 1 }}').evaluate(context)).toBe(true);
    expect(compile('n={{ 1 }}').evaluate(context)).toBe('n=1');
    expect(compileExpression('payload.none').evaluate(context)).toBeInstanceOf(Undefined);
    expect(compileExpression('payload.alerts | length').render(context)).toBe('2');
  });
});

import { describe, expect, it } from '@jest/globals';
import { compile, compileExpression, TemplateError } from '../../../src/jinja/index.js';

describe('a template tells which names of its context it may read', () => {
  it.each([
    ['plain text', []],
    ['{{ payload.title ~ payload[name] }}', ['payload', 'name']],
    [
      '{% for a in payload.alerts if a.ok and wanted %}{{ loop.index }}{{ a }}{% endfor %}',
      ['payload', 'wanted'],
    ],
    ['{% for a in [] %}{% else %}{{ a }}{{ loop }}{% endfor %}', ['a', 'loop']],
    ['{% for k, (v, w) in x %}{{ k ~ v ~ w }}{% endfor %}{{ k }}', ['x', 'k']],
    ['{{ x }}{% set x = 1 %}{{ x }}', ['x']],
    ['{% set x = y %}{{ x }}', ['y']],
    ['{% set x = x %}', ['x']],
    ['{% set x | replace(old, "") %}{{ inner }}{% endset %}{{ x }}', ['old', 'inner']],
    [
      '{% if a %}{% set b = 1 %}{% elif c %}{{ d }}{% else %}{{ e }}{% endif %}{{ b }}',
      ['a', 'c', 'd', 'e', 'b'],
    ],
    [
      '{% macro m(a, b=c, d=a) %}{{ a ~ b ~ d ~ m ~ varargs ~ kwargs ~ caller() ~ f }}{% endmacro %}{{ m(g) }}',
      ['c', 'f', 'g'],
    ],
    [
      '{% macro m() %}{% endmacro %}{% call(x) m(1, k=y, *z, **w) %}{{ x ~ u }}{% endcall %}',
      ['y', 'z', 'w', 'u'],
    ],
    ['{% with a = b, c = a %}{{ a ~ c ~ d }}{% endwith %}', ['b', 'a', 'd']],
    ['{% filter replace(a, "b") %}{{ c }}{% endfilter %}', ['a', 'c']],
    ['{% set ns = namespace(v=a) %}{% set ns.v = b %}{{ ns.v }}', ['namespace', 'a', 'b']],
    [
      '{{ a if b else c }}{{ d[e:f:g] }}{{ -h }}{{ not i }}{{ j < k <= l }}{{ {m: n} }}{{ (o, [p]) }}',
      [...'abcdefghijklmnop'],
    ],
    ['{{ a is divisibleby b and c or d | default(e) + f }}', [...'abcdef']],
    ['{% block b %}{% set x = 1 %}{{ x ~ y }}{% endblock %}{{ x }}', ['y', 'x']],
    ['{% raw %}{{ no }}{% endraw %}{# {{ no }} #}{{ "no" }}', []],
  ] as const)('%s', (source, names) => {
    expect([...compile(source).reads].sort()).toEqual([...names].sort());
  });

  it('does so for a bare expression', () => {
    expect([...compileExpression('payload.alerts | length > limit').reads]).toEqual(['payload', 'limit']);
  });
});

describe('the package', () => {
  it('offers the language with its error and options', () => {
    expect(compile('{{ a }}', { limits: { output: 10 } }).render({ a: 1 })).toBe('1');
    expect(() => compile('{{ a')).toThrow(TemplateError);
  });
});

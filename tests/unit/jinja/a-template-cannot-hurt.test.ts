import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../../../src/jinja/compile.js';
import { TemplateError } from '../../../src/jinja/errors.js';

const context = { payload: { title: 'CPU', list: [1], long: 'a'.repeat(100_000), call: () => 'called' } };

function errorOf(template: string): TemplateError {
  try {
    compile(template).render(context);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`no error from ${template}`);
}

const grow = (body: string): string =>
  `{% set ns = namespace(v='aaaaaaaaaa', l=[1], m=[1]) %}{% for i in range(1000) %}${body}{% endfor %}`;

describe('a template cannot hurt', () => {
  it.each([
    '{% for x in range(1000000000) %}x{% endfor %}',
    '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}',
    grow('{% set ns.v = ns.v ~ ns.v %}'),
    grow('{% set ns.v = ns.v * 2 %}'),
    `${grow('{% set ns.l = [ns.l, ns.l] %}')}{{ ns.l }}`,
    `${grow('{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}')}{{ ns.l == ns.m }}`,
    `${grow('{% set ns.l = [ns.l] %}')}{{ ns.l | tojson }}`,
    "{{ 'x' | center(900000000) }}",
    "{{ 'x'.ljust(900000000) }}",
    "{{ 'x'.zfill(900000000) }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ 'a' | indent(999999999) }}",
    '{{ 2 ** 99999999 }}',
    '{{ 9 ** 99999 }}',
    '{{ [1] * 999999999 }}',
    "{{ [1, 2] | batch(999999999, 'x') | list }}",
    '{{ [1] | slice(999999999) | list }}',
    "{{ ','.join(['a' * 100000] * 10000) }}",
    "{{ payload.long.replace('', 'b' * 100) }}",
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
    '{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}',
    '{% set l = [] %}{% set _ = l.append(l) %}{{ l }}',
    '{% for i in range(9000) %}{% set x = payload.long | upper %}{% endfor %}',
    "{{ payload.long | regex_replace('', 'b') }}",
    `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
    `{{ 1${'+1'.repeat(30_000)} }}`,
    `{{ ${'not '.repeat(5000)}1 }}`,
    '{% if 1 %}'.repeat(1000),
    `{# ${'x'.repeat(70_000)} #}`,
    '{% for i in range(3000) %}{{ payload.long }}{% endfor %}',
  ])('ends with a limit: %.80s', (template) => {
    expect(errorOf(template)).toMatchObject({ kind: 'limit', code: 'template.limit' });
  });

  it('runs a pattern that would take a backtracking engine for ever', () => {
    expect(compile("{{ ('a' * 40 ~ '!') | regex_match('^(a+)+$') }}").render({})).toBe('False');
  });

  it.each([
    "{{ ''.constructor.constructor('return process')() }}",
    '{{ payload.constructor.name }}',
    '{{ payload.call() }}',
    '{{ range.constructor.constructor }}',
    "{{ payload['__proto__']['polluted'] }}",
    "{{ (payload | attr('constructor')).x }}",
    '{{ cycler.__globals__.os }}',
    "{{ payload['po' ~ 'p']('title') }}",
  ])('has no way to the host: %s', (template) => {
    expect(errorOf(template).kind).toMatch(/^(runtime|security)$/);
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'])('knows no %s', (name) => {
    expect(
      compile(
        `{{ payload.${name} is defined }}{{ payload['${name}'] is defined }}{{ ${name} is defined }}`,
      ).render(context),
    ).toBe('FalseFalseFalse');
  });

  it.each(['__class__', '__mro__', '__globals__', '__subclasses__'])('refuses %s by name', (name) => {
    expect(errorOf(`{{ payload.title.${name} }}`)).toMatchObject({
      kind: 'security',
      code: 'template.security',
    });
  });

  it('throws nothing but TemplateError, whatever the source', () => {
    const word = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{%',
        '%}',
        'if',
        'for',
        'x',
        'in',
        'endif',
        'endfor',
        'set',
        '=',
        '|',
        'upper',
        'map',
        '(',
        ')',
        '[',
        ']',
      ],
      ...[
        '{',
        '}',
        ':',
        ',',
        '.',
        "'a'",
        '1',
        '2.5',
        '**',
        '-',
        '~',
        'is',
        'not',
        'defined',
        'payload',
        'list',
        'join',
        'macro',
        'else',
      ],
    );
    const source = fc.array(word, { maxLength: 25 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(source, (template) => {
        try {
          expect(typeof compile(template).render(context)).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

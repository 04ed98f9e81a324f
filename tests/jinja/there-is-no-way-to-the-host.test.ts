// No chain of names, however it is spelled, leads from a template to JavaScript: no function text, no host object, no global comes out,
// and nothing outside is changed.

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../../src/jinja/compile.js';
import { TemplateError } from '../../src/jinja/errors.js';

const WORDS = [
  ...[
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'isPrototypeOf',
    '__defineGetter__',
    '__lookupGetter__',
  ],
  ...[
    'toLocaleString',
    'call',
    'apply',
    'bind',
    'caller',
    'callee',
    'arguments',
    'name',
    'length',
    'then',
    'toJSON',
    'inspect',
    'exec',
    'raise',
  ],
  ...[
    '__class__',
    '__mro__',
    'mro',
    '__globals__',
    '__subclasses__',
    '__init__',
    '__base__',
    '__dict__',
    '__builtins__',
    '__import__',
  ],
  ...[
    'gi_frame',
    'f_globals',
    'func_globals',
    'attributes',
    'operation',
    'fields',
    'items',
    'call',
    'typeName',
    'wanted',
    'candidates',
  ],
  ...[
    'process',
    'globalThis',
    'require',
    'env',
    'self',
    'environment',
    'context',
    'run',
    'limits',
    'Symbol.iterator',
    'source',
    'dict',
  ],
];
const ROOTS = [
  ...[
    'payload',
    'payload.title',
    'payload.list',
    'payload.dict',
    'payload.n',
    'payload.none',
    'payload.flag',
    'payload.handler',
    'payload.when',
  ],
  ...[
    "''",
    '[]',
    '{}',
    '()',
    '1',
    '1.0',
    'true',
    'none',
    'range',
    'range(3)',
    'dict',
    'dict(a=1)',
    'namespace()',
    'cycler(1)',
    'joiner()',
    'time()',
  ],
  ...[
    'missing',
    'loop',
    'self',
    'process',
    'globalThis',
    'this',
    'm',
    'caller',
    'varargs',
    "('<b>' | safe)",
    "(payload.list | map('upper'))",
  ],
  ...[
    '(time() - time())',
    'payload.title.upper',
    'payload.dict.items',
    'payload.dict.items()',
    "([{'k': 1}] | groupby('k') | first)",
  ],
];

class Host {
  readonly secret = 'SECRET';
  method(): string {
    return 'SECRET';
  }
}

const context = (): Record<string, unknown> => ({
  payload: {
    title: 'CPU',
    list: [1, 'a'],
    dict: { a: 1 },
    n: 5,
    none: null,
    flag: true,
    handler: () => 'SECRET',
    when: new Date(0),
    host: new Host(),
  },
});

const step = fc.oneof(
  fc.constantFrom(...WORDS).map((word) => `.${word}`),
  fc.constantFrom(...WORDS).map((word) => `['${word}']`),
  fc
    .constantFrom(...WORDS)
    .map((word) => `[${JSON.stringify(word.slice(0, 3))} ~ ${JSON.stringify(word.slice(3))}]`),
  fc.constantFrom(...WORDS).map((word) => ` | attr('${word}')`),
  fc.constantFrom(...WORDS).map((word) => ` | map(attribute='${word}') | list`),
  fc.constantFrom(
    '()',
    "('return process')",
    '(1)',
    '[0]',
    ' | first',
    ' | string',
    ' | list',
    ' | tojson',
    ' | pprint',
  ),
);
const chain = fc
  .tuple(fc.constantFrom(...ROOTS, 'payload.host'), fc.array(step, { minLength: 1, maxLength: 4 }))
  .map(([root, steps]) =>
    steps.reduce(
      (text, part) => (part.startsWith(' |') ? `(${text}${part})` : `${text}${part}`),
      `(${root})`,
    ),
  );
/** What the text of a function, a class or a host object would show. */
const HOST_TEXT =
  /SECRET|=>|function\s*\w*\s*\(|\[native code\]|\[object |class \w+ (?:extends|\{)|node:|\/src\/|process\.|undefined(?!_)|Promise/;

function textOf(template: string): string {
  try {
    return compile(template).render(context());
  } catch (error) {
    if (error instanceof TemplateError) return '';
    throw error;
  }
}

describe('a chain of names', () => {
  it.each([
    '{{ % }}',
    '{% set x = % %}{{ x }}{{ x.constructor }}',
    '{% for x in [%] %}{{ x }}{{ x() }}{% endfor %}',
    "{{ '%%s {}' | format(%) }}{{ '{}'.format(%) }}",
  ])('in %s brings nothing of the host out', (form) => {
    fc.assert(
      fc.property(chain, (expression) => {
        const template = form
          .replaceAll('%%', '\u0001')
          .replace(/%(?=[\s\])])/g, () => expression)
          .replaceAll('\u0001', '%');
        expect({ template, text: textOf(template) }).toEqual({
          template,
          text: expect.not.stringMatching(HOST_TEXT),
        });
      }),
      { numRuns: 1_500 },
    );
  });

  it('in a format string brings nothing out either', () => {
    const field = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...ROOTS), field, fc.boolean(), (root, words, dots) => {
        const path = words.map((word) => (dots ? `.${word}` : `[${word}]`)).join('');
        const template = `{{ '{0${path}}'.format(${root}) }}{{ '{a${path}!r}'.format(a=${root}) }}`;
        expect({ template, text: textOf(template) }).toEqual({
          template,
          text: expect.not.stringMatching(HOST_TEXT),
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves the prototypes of the host as they were', () => {
    const names = [
      Object.prototype,
      Array.prototype,
      Function.prototype,
      String.prototype,
      Map.prototype,
    ].map((each) => Object.getOwnPropertyNames(each));
    const templates = [
      "{% set d = {'__proto__': {'polluted': 1}, 'constructor': {'prototype': {'polluted': 1}}} %}{{ d.polluted is defined }}",
      "{% set d = payload.dict %}{% set _ = d.update({'__proto__': {'polluted': 1}}) %}{{ d.polluted is defined }}{{ {}.polluted is defined }}",
      "{% set d = dict() %}{% set _ = d.setdefault('__proto__', {'polluted': 1}) %}{{ d.polluted is defined }}",
      '{% set d = \'{"__proto__": {"polluted": 1}}\' | parse_json %}{{ d.polluted is defined }}',
      '{% set ns = namespace(__proto__=1) %}{% set ns.constructor = 2 %}{{ ns.polluted is defined }}',
    ];
    for (const template of templates) expect(textOf(template)).not.toContain('True');
    expect(
      [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype].map((each) =>
        Object.getOwnPropertyNames(each),
      ),
    ).toEqual(names);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

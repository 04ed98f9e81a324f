// docs/templates.md: every example gives what stands beside it, everything the language has is on the page with an example, and the
// parameters and limits are those of the code.

import { describe, expect, it } from '@jest/globals';
import { methodsOf } from '../../src/jinja/access.js';
import { compile } from '../../src/jinja/compile.js';
import { TemplateError } from '../../src/jinja/errors.js';
import { GLOBALS } from '../../src/jinja/globals.js';
import { DEFAULT_LIMITS } from '../../src/jinja/limits.js';
import { DATETIME_METHODS, TIMEDELTA_METHODS } from '../../src/jinja/methods-time.js';
import { FILTERS, TESTS } from '../../src/jinja/registry.js';
import { type Example, entriesOf, readPage, shown } from './kit/page.js';

const page = readPage();
const now = (): number => Date.UTC(2026, 2, 5, 14, 7, 9);
const under = (...sections: readonly string[]): Example[] =>
  page.examples.filter(({ section }) => sections.includes(section));
const FILTER_SECTIONS = [
  'Text',
  'Numbers',
  'Lists and dicts',
  'Any value',
  'JSON',
  'Time',
  'Patterns and encodings',
];

function errorOf(template: string): string {
  try {
    return `no error, but: ${compile(template, { now }).render(page.context).slice(0, 200)}`;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

/** Names of a table that no example stands for: not in the line above it, or not in the template. */
function missingFrom(
  names: Iterable<string>,
  examples: readonly Example[],
  use: (name: string) => RegExp,
): string[] {
  return [...names].filter(
    (name) =>
      !examples.some(
        ({ subject, template }) =>
          entriesOf(subject).some((entry) => entry.name === name) && use(name).test(template),
      ),
  );
}

const quoted = (name: string): string => name.replace(/[<>=!]/g, '\\$&');

describe('an example', () => {
  it('is found on the page, and a wrong one is caught', () => {
    expect(page.examples.length).toBeGreaterThan(150);
    const [one, two, three] = readPage(
      "## S\n```jinja\n# up(a, b='x, y'), e: large\n{{ 1 }}   → 1\n{{ 2 }}\na\n→ 2\n→ a\n{{ x }}   ✗ undefined\n```\n",
    ).examples;
    expect(one).toEqual({
      section: 'S',
      line: 4,
      subject: "up(a, b='x, y'), e: large",
      template: '{{ 1 }}',
      answer: '1',
      error: null,
    });
    expect(two).toMatchObject({ template: '{{ 2 }}\na', answer: '2\na' });
    expect(three).toMatchObject({ answer: null, error: 'undefined' });
    expect(entriesOf(one?.subject ?? '')).toEqual([
      { name: 'up', parameters: ['a', 'b'] },
      { name: 'e', parameters: null },
    ]);
    expect(() => readPage('```jinja\n{{ 1 }}\n```\n')).toThrow(/without an answer/);
  });

  it.each(page.examples.filter(({ answer }) => answer !== null))(
    'line $line: $template',
    ({ template, answer }) => {
      expect(shown(compile(template, { now }).render(page.context))).toBe(shown(answer as string));
    },
  );

  it.each(page.examples.filter(({ error }) => error !== null))(
    'line $line fails: $template',
    ({ template, error }) => {
      expect(errorOf(template)).toContain(error);
    },
  );
});

describe('the page has', () => {
  it('every filter', () => {
    const missing = missingFrom(
      FILTERS.keys(),
      under(...FILTER_SECTIONS),
      (name) => new RegExp(`\\| ${name}\\b`),
    );
    expect(missing).toEqual([]);
  });

  it('every test', () => {
    const use = (name: string): RegExp =>
      new RegExp(`is (not )?${quoted(name)}\\b|(select|reject)\\('${quoted(name)}'`);
    expect(missingFrom(TESTS.keys(), under('Tests'), use)).toEqual([]);
  });

  it('every function', () => {
    expect(missingFrom(GLOBALS.keys(), under('Functions'), (name) => new RegExp(`\\b${name}\\(`))).toEqual(
      [],
    );
  });

  it.each([
    ['Of texts', [...(methodsOf('')?.keys() ?? [])]],
    ['Of lists and tuples', [...(methodsOf([])?.keys() ?? [])]],
    ['Of dicts', [...(methodsOf(new Map())?.keys() ?? [])]],
    ['Of times and spans', [...DATETIME_METHODS.keys(), ...TIMEDELTA_METHODS.keys()]],
  ])('every method: %s', (section, names) => {
    expect(names.length).toBeGreaterThan(5);
    expect(missingFrom(names, under(section), (name) => new RegExp(`\\.${name}\\(`))).toEqual([]);
  });

  it('nothing that is not there, and the parameters of the code', () => {
    const subjects = new Set(under(...FILTER_SECTIONS).map(({ subject }) => subject));
    const wrong = [...subjects].flatMap(entriesOf).filter(({ name, parameters }) => {
      const definition = FILTERS.get(name);
      if (definition === undefined) return true;
      return parameters !== null && String(parameters) !== String(definition.parameters);
    });
    expect(wrong).toEqual([]);
    const silent = [...subjects].flatMap(entriesOf).filter(({ name, parameters }) => {
      const isAlias = ['e', 'd', 'count'].includes(name);
      return parameters === null && !isAlias && (FILTERS.get(name)?.parameters.length ?? 0) > 0;
    });
    expect(silent).toEqual([]);
  });

  it('every limit with its figure', () => {
    const rows = [...page.text.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)].map(([, name, figure]) => [
      name,
      Number(figure?.replaceAll(',', '')),
    ]);
    expect(Object.fromEntries(rows)).toEqual(DEFAULT_LIMITS);
  });
});

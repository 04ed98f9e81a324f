// A table of templates with the answers of Jinja2 3.1.6 (sandboxed environment, Python 3.11).

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compile, compileExpression } from '../../../src/jinja/compile.js';
import { TemplateError } from '../../../src/jinja/errors.js';

interface Answers {
  readonly context: Record<string, unknown>;
  readonly renders: readonly (readonly [string, string])[];
  readonly fails: readonly string[];
}

const TABLES = ['jinja2-answers.json', 'jinja2-answers-on-text-and-collections.json'].map(
  (name): Answers => JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')),
);

describe('templates render as Jinja2 does', () => {
  it.each(
    TABLES.flatMap(({ context, renders }) =>
      renders.map(([template, text]) => ({ template, text, context })),
    ),
  )('$template', ({ template, text, context }) => {
    expect(compile(template).render(context)).toBe(text);
  });

  it.each(TABLES.flatMap(({ context, fails }) => fails.map((template) => ({ template, context }))))(
    'fails: $template',
    ({ template, context }) => {
      expect(() => compile(template).render(context)).toThrow(TemplateError);
    },
  );

  it('leaves the context as it was, though the template changes what it was given', () => {
    const context = { payload: { a: 1, list: [1] } };
    const template = compile(
      '{% set _ = payload.pop("a") %}{% set _ = payload.list.append(2) %}{{ payload }}',
    );
    expect(template.render(context)).toBe("{'list': [1, 2]}");
    expect(template.render(context)).toBe("{'list': [1, 2]}");
    expect(context).toEqual({ payload: { a: 1, list: [1] } });
  });

  it('gives text without tags back as it is, without its last newline', () => {
    expect(compile('plain } text\n').render({})).toBe('plain } text');
    expect(compile('a\r\nb\r\n').render({})).toBe('a\nb');
  });

  it('copies no more of the context than a template that changes values reads', () => {
    const payload = { list: [2, 1] };
    const other = { kept: true };
    const given = (source: string): unknown => compileExpression(source).evaluate({ payload, other });
    expect(given('payload.list | sort')).toEqual([1, 2]);
    // The filter sort changes nothing, so nothing is copied; the method does.
    expect(given('(payload.list | sort, payload)[1]')).toBe(payload);
    expect(given('(payload.list.append(3), payload.list)[1]')).toEqual([2, 1, 3]);
    expect(payload.list).toEqual([2, 1]);
  });

  it('chooses by chance only when it is given a source of it', () => {
    const template = '{{ [10, 20, 30, 40] | random }}{{ [] | random }}{{ "abc" | random }}';
    expect(compile(template, { random: () => 0.6 }).render({})).toBe('30b');
    expect(() => compile(template).render({})).toThrow(/no source of chance/);
  });
});

// A table of templates with the answers of Jinja2 3.1.6 (sandboxed environment, Python 3.11).

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compile } from '../../../src/jinja/compile.js';
import { TemplateError } from '../../../src/jinja/errors.js';

interface Answers {
  readonly context: Record<string, unknown>;
  readonly renders: readonly (readonly [string, string])[];
  readonly fails: readonly string[];
}

const answers: Answers = JSON.parse(
  readFileSync(new URL('./fixtures/jinja2-answers.json', import.meta.url), 'utf8'),
);

describe('templates render as Jinja2 does', () => {
  it.each(answers.renders.map(([template, text]) => ({ template, text })))(
    '$template',
    ({ template, text }) => {
      expect(compile(template).render(answers.context)).toBe(text);
    },
  );

  it.each(answers.fails)('fails: %s', (template) => {
    expect(() => compile(template).render(answers.context)).toThrow(TemplateError);
  });

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
});

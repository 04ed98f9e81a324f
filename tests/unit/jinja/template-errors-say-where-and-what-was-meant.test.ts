import { describe, expect, it } from '@jest/globals';
import { compile, compileExpression } from '../../../src/jinja/compile.js';
import { TemplateError } from '../../../src/jinja/errors.js';

function errorOf(run: () => unknown): TemplateError {
  try {
    run();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('no error');
}

const context = { payload: { labels: { severity: 'high' }, title: 'x' } };

describe('errors of templates say where, and what may have been meant', () => {
  it.each([
    ['a\n{{ payload.title | uper }}', 'syntax', 2, 20, 'upper'],
    ['{{ 1 is definde }}', 'syntax', 1, 9, 'defined'],
    ['{% forr x in y %}{% endfor %}', 'syntax', 1, 4, 'for'],
    ['{{ paylod.title }}', 'runtime', 1, 4, 'payload'],
    ['{{ payload.lables.severity }}', 'runtime', 1, 12, 'labels'],
    ['{{ payload.title.uper() }}', 'runtime', 1, 18, 'upper'],
    ['ok\n\n  {{ 1 / 0 }}', 'runtime', 3, 8, undefined],
    ["{{ payload.labels | map('uper') | list }}", 'runtime', 1, 35, 'upper'],
    ['{{ (1 }}', 'syntax', 1, 7, undefined],
  ] as const)('%j', (template, kind, line, column, suggestion) => {
    const error = errorOf(() => compile(template).render(context));
    expect(error).toMatchObject({ kind, line, column, suggestion });
    expect(error.code).toBe(`template.${kind}`);
    expect(error.message).toContain(`line ${line}, column ${column}`);
  });

  it('shows the offending text, and offers the fix', () => {
    const error = errorOf(() => compile('first\n{{ payload.title | uper }}'));
    expect(error.text).toBe('{{ payload.title | uper }}');
    expect(error.toBody().fix).toBe('did you mean "upper"?');
  });

  it('says what is wrong with a bare expression', () => {
    expect(errorOf(() => compileExpression('payload.alerts[')).kind).toBe('syntax');
    expect(errorOf(() => compileExpression('payload alerts'))).toMatchObject({ line: 1, column: 9 });
  });

  it('counts a filter that is switched off as unknown', () => {
    const error = errorOf(() => compile('{{ 1 | json_dumps }}', { withoutFilters: ['json_dumps'] }));
    expect(error).toMatchObject({ kind: 'syntax', type: 'TemplateAssertionError' });
  });
});

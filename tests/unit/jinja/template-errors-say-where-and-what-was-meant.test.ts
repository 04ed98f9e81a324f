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

  it.each([
    // What is open, and where.
    ['x\n{% if a %}\n\ny', 2, "'{% if %}' is never closed: '{% endif %}' is missing", undefined],
    ['{% for a in b %}{{ a }}', 1, "'{% for %}' is never closed: '{% endfor %}' is missing", undefined],
    [
      '{% if a %}\n{% endfor %}',
      2,
      "'{% endfor %}' closes nothing here: the '{% if %}' of line 1 is still open",
      undefined,
    ],
    ['{% endif %}', 1, "'{% endif %}' closes nothing here", undefined],
    ['a\n{{ b', 2, "'{{' is never closed: '}}' is missing", undefined],
    ['{% if x', 1, "'{%' is never closed: '%}' is missing", undefined],
    ['{{ b }', 1, "unexpected '}': this tag ends with '}}'", undefined],
    ['{% if x }}', 1, "unexpected '}': this tag ends with '%}'", undefined],
    ['{{ (1 + 2 }} x', 1, "unexpected '}', expected ')'", undefined],
    ["{{ 'abc }}", 1, "the text that starts here has no closing '", undefined],
    ['{{ }}', 1, "expected an expression before '}}'", undefined],
    // From other languages.
    ['{{ .Labels.severity }}', 1, "unexpected '.'", /Go's template syntax.*payload\.Labels/],
    ['{{ $value }}', 1, 'unexpected "$"', /no \$ here.*write value/],
    ['{{ if .Alerts }}', 1, "'if' is no value", /write {% if … %}/],
    ['{{ range .Alerts }}', 1, "'range' is no value", /write {% for item in items %}/],
    ['{% if a && b %}{% endif %}', 1, 'unexpected "&"', /a and b/],
    ['{% if a || b %}{% endif %}', 1, "got '|'", /a or b/],
    ['{% if !a %}{% endif %}', 1, 'unexpected "!"', /not a/],
    ['{{ a ? b : c }}', 1, 'unexpected "?"', /a if condition else b/],
    ['{% if a = 1 %}{% endif %}', 1, "got '='", /==/],
    ['{% if a === 1 %}{% endif %}', 1, "unexpected '='", /==/],
    ['{{ “a” }}', 1, 'unexpected "“"', /typographic/],
    ['{% if a %}{% else if b %}{% endif %}', 1, "unexpected 'if'", /{% elif … %}/],
    ['{% if a %}{% elseif b %}{% endif %}', 1, "unknown tag 'elseif'", /{% elif … %}/],
    ['{% for a in b %}{% break %}{% endfor %}', 1, "unknown tag 'break'", /there is no break/],
    ['{% do a %}', 1, "unknown tag 'do'", /{% set _ = … %}/],
    ["{% include 'x' %}", 1, "tag 'include' is not available: a template here has no other files", undefined],
  ])('%j', (template, line, message, fix) => {
    const error = errorOf(() => compile(template));
    expect(error).toMatchObject({ kind: 'syntax', line });
    expect(error.message).toContain(message);
    if (fix === undefined) expect(error.fix).toBeUndefined();
    else expect(error.fix).toMatch(fix);
  });

  it.each([
    ['{{ payload.title.toLowerCase() }}', /value \| lower/],
    ['{{ payload.labels.length > 1 }}', /value \| length/],
    ["{{ payload.title.includes('x') }}", /part in value/],
    ['{{ len(payload) }}', /value \| length/],
    ['{{ null.x }}', /write: none/],
    ['{{ lipsum(3) }}', /no made-up text/],
    ['{{ now() }}', /time\(\)/],
    ['{{ payload.lables.severity }}', /did you mean "labels"\?/],
  ])('at run time: %s', (template, fix) => {
    const error = errorOf(() => compile(template).render(context));
    expect(error).toMatchObject({ kind: 'runtime', type: 'UndefinedError' });
    expect(error.fix).toMatch(fix);
  });

  it('lets what is undefined print as nothing, as Jinja2 does', () => {
    expect(compile('[{{ payload.titel }}{{ null }}{{ payload.labels.length }}]').render(context)).toBe('[]');
  });

  it('counts lines the same in a bare expression, whatever ends them', () => {
    expect(errorOf(() => compileExpression('a +\r\n\r$'))).toMatchObject({ line: 3, column: 1 });
  });
});

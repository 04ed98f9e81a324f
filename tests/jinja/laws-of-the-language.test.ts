// Laws that hold for every text and value: printing, whitespace control, raw, escaping, slices, numbers, sorting, JSON.

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../../src/jinja/compile.js';
import { parseJson } from '../../src/jinja/json.js';

const render = (template: string, context: Record<string, unknown> = {}): string =>
  compile(template).render(context);
/** Text that opens no tag and closes none. */
const plainText = fc
  .string({
    unit: fc.constantFrom('a', 'b', ' ', '\n', '\t', '{', '}', '%', '#', '-', '"', 'é', '😀', '\\'),
    maxLength: 40,
  })
  .filter((text) => !/\{[{%#]/.test(text) && !/[{]$/.test(text));
const anyText = fc.string({ unit: 'grapheme', maxLength: 30 });
/** What Jinja2 does to the ends of a template: one newline at its end is dropped. */
const withoutLastNewline = (text: string): string => (text.endsWith('\n') ? text.slice(0, -1) : text);

describe('text', () => {
  it('without tags comes back as it is, less one newline at its end', () => {
    fc.assert(fc.property(plainText, (text) => expect(render(text)).toBe(withoutLastNewline(text))));
  });

  it('around tags stays, and newlines inside the source count as \\n', () => {
    fc.assert(
      fc.property(plainText, plainText, (before, after) => {
        expect(render(`${before}{{ '' }}${after}`)).toBe(before + withoutLastNewline(after));
        const windows = `${before}{{ '' }}${after}`.replace(/\n/g, '\r\n');
        expect(render(windows)).toBe(before + withoutLastNewline(after));
      }),
    );
  });

  it('between raw tags is not read', () => {
    const words = fc.array(
      fc.constantFrom('{{', '}}', '{%', '%}', '{#', '#}', ' ', 'x', '|', "'", 'if', '\n'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(words, (parts) => {
        expect(render(`a{% raw %}${parts.join('')}{% endraw %}b`)).toBe(`a${parts.join('')}b`);
      }),
    );
  });

  it('of a value is printed as it is, whatever it looks like', () => {
    fc.assert(fc.property(anyText, (text) => expect(render('<{{ x }}>', { x: text })).toBe(`<${text}>`)));
    expect(render('{{ x }}', { x: '{{ 1 + 1 }}{% if %}' })).toBe('{{ 1 + 1 }}{% if %}');
  });
});

describe('whitespace control', () => {
  const tags = fc.constantFrom(
    "{{ 'x' }}",
    '{% if true %}x{% endif %}',
    '{% set y = 1 %}',
    '{# note #}',
    '{% raw %}x{% endraw %}',
  );
  const inner: Readonly<Record<string, string>> = {
    "{{ 'x' }}": 'x',
    '{% if true %}x{% endif %}': 'x',
    '{% set y = 1 %}': '',
    '{# note #}': '',
    '{% raw %}x{% endraw %}': 'x',
  };
  const open = (tag: string): string => tag.replace(/^\{([{%#])/, '{$1-');
  const close = (tag: string): string => tag.replace(/([}%#])\}$/, '-$1}');
  // Ends in a letter, so that the newline at a template's end plays no part.
  const text = plainText.map((part) => `${part}z`);

  it('with a minus takes all white space on its side and nothing else', () => {
    fc.assert(
      fc.property(text, tags, text, (before, tag, after) => {
        const left = `${before} \n\t`;
        const right = ` \n ${after}`;
        expect(render(left + tag + right)).toBe(left + inner[tag] + right);
        expect(render(left + open(tag) + right)).toBe(left.trimEnd() + inner[tag] + right);
        expect(render(left + close(tag) + right)).toBe(left + inner[tag] + right.trimStart());
        expect(render(left + close(open(tag)) + right)).toBe(left.trimEnd() + inner[tag] + right.trimStart());
      }),
    );
  });
});

describe('escaping', () => {
  const undo = (text: string): string =>
    text.replace(
      /&(lt|gt|#34|#39|amp);/g,
      (_whole, name) => ({ lt: '<', gt: '>', '#34': '"', '#39': "'", amp: '&' })[name as string]!,
    );
  const markup = fc.string({
    unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', ';', '#', 'é'),
    maxLength: 20,
  });

  it('leaves no markup, loses nothing, happens once, and `e` is `escape`', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const escaped = render('{{ x | e }}', { x: text });
        expect(escaped).not.toMatch(/[<>"']/);
        expect(undo(escaped)).toBe(text);
        expect(render('{{ x | escape }}', { x: text })).toBe(escaped);
        expect(render('{{ x | e | e | escape }}', { x: text })).toBe(escaped);
        expect(render('{{ x | safe | e }}', { x: text })).toBe(text);
        expect(undo(render('{{ x | e | forceescape }}', { x: text }))).toBe(escaped);
      }),
    );
  });
});

describe('slices', () => {
  const bound = fc.option(fc.integer({ min: -8, max: 8 }));
  const step = fc.option(fc.integer({ min: -3, max: 3 }).filter((n) => n !== 0));

  /** Python's rule, by walking. */
  function model<T>(items: readonly T[], start: number | null, stop: number | null, by: number): T[] {
    const { length } = items;
    const clamp = (n: number): number => {
      const at = n < 0 ? n + length : n;
      return by > 0 ? Math.min(Math.max(at, 0), length) : Math.min(Math.max(at, -1), length - 1);
    };
    const from = start === null ? (by > 0 ? 0 : length - 1) : clamp(start);
    const to = stop === null ? (by > 0 ? length : -1) : clamp(stop);
    const taken: T[] = [];
    for (let at = from; by > 0 ? at < to : at > to; at += by) taken.push(items[at] as T);
    return taken;
  }

  it('of lists, texts and ranges are those of Python', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'é', '😀', 'd'), { maxLength: 6 }),
        bound,
        bound,
        step,
        (items, start, stop, by) => {
          const slice = `[${start ?? ''}:${stop ?? ''}${by === null ? '' : `:${by}`}]`;
          const wanted = model(items, start, stop, by ?? 1);
          expect(render(`{{ x${slice} | join }}`, { x: items })).toBe(wanted.join(''));
          expect(render(`{{ x${slice} }}`, { x: items.join('') })).toBe(wanted.join(''));
          const numbers = model([...items.keys()], start, stop, by ?? 1);
          expect(render(`{{ range(n)${slice} | join(',') }}`, { n: items.length })).toBe(numbers.join(','));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('serve as keys of something else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 }),
        bound,
        bound,
        (text, start, stop) => {
          const slice = `[${start ?? ''}:${stop ?? ''}]`;
          const key = model([...text], start, stop, 1).join('');
          const context = { text, dict: { [key]: 'found' } };
          expect(
            render(
              `{{ dict[text${slice}] }} {{ dict[(text${slice})] }} {{ [dict[text${slice}]][:1] }}`,
              context,
            ),
          ).toBe("found found ['found']");
        },
      ),
    );
  });

  it('and single items count from both ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
        fc.integer({ min: -7, max: 7 }),
        (items, at) => {
          expect(render(`{{ x[${at}] }}`, { x: items })).toBe(String(items.at(at) ?? ''));
        },
      ),
    );
  });
});

describe('numbers', () => {
  it('from JSON print with the digits they came with, ints as ints and floats as floats', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (n) => {
        const context = { x: parseJson(`[${n}, ${n}.0]`) };
        expect(render('{{ x[0] }} {{ x[0] is integer }} {{ x[1] is float }}', context)).toBe(
          `${n} True True`,
        );
        expect(render('{{ x[0] + 1 }} {{ x[0] - 1 }} {{ -x[0] }} {{ x[0] * 3 }}', context)).toBe(
          `${n + 1n} ${n - 1n} ${-n} ${n * 3n}`,
        );
      }),
    );
    expect(
      render('{{ a }} {{ b }} {{ a == b }} {{ 4 / 2 }} {{ 4 // 2 }} {{ 4.0 // 2 }}', {
        ...(parseJson('{"a": 1.0, "b": 1}') as object),
      }),
    ).toBe('1.0 1 True 2.0 2 2.0');
  });

  it('divide with rest as Python does: the rest has the sign of the divisor', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -1000n, max: 1000n }),
        fc.bigInt({ min: -50n, max: 50n }).filter((n) => n !== 0n),
        (a, b) => {
          const rest = ((a % b) + b) % b;
          expect(render('{{ a // b }} {{ a % b }}', { a: Number(a), b: Number(b) })).toBe(
            `${(a - rest) / b} ${rest}`,
          );
        },
      ),
    );
  });
});

describe('sorting', () => {
  const rows = fc.array(fc.record({ k: fc.integer({ min: 0, max: 4 }), id: fc.nat({ max: 999 }) }), {
    maxLength: 20,
  });
  const ids = (list: readonly { id: number }[]): string => list.map(({ id }) => id).join(',');

  it('is stable, both ways, and groupby keeps the order within a group', () => {
    fc.assert(
      fc.property(rows, (x) => {
        expect(render("{{ x | sort(attribute='k') | map(attribute='id') | join(',') }}", { x })).toBe(
          ids(x.toSorted((a, b) => a.k - b.k)),
        );
        expect(
          render("{{ x | sort(attribute='k', reverse=true) | map(attribute='id') | join(',') }}", { x }),
        ).toBe(ids(x.toSorted((a, b) => b.k - a.k)));
        const grouped =
          "{% for k, list in x | groupby('k') %}{{ k }}={{ list | map(attribute='id') | join(',') }};{% endfor %}";
        const wanted = [0, 1, 2, 3, 4]
          .filter((k) => x.some((row) => row.k === k))
          .map((k) => `${k}=${ids(x.filter((row) => row.k === k))};`);
        expect(render(grouped, { x })).toBe(wanted.join(''));
      }),
    );
  });
});

describe('JSON', () => {
  /** JSON texts with floats that are whole, big integers, and keys JavaScript would reorder. */
  const json = fc.letrec<{ value: string; list: string; dict: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('1.0', '-2.5', '0', 'true', 'false', 'null', '12345678901234567890', '1e+300', '""'),
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => JSON.stringify(text)),
      tie('list'),
      tie('dict'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    dict: fc
      .uniqueArray(
        fc.tuple(fc.constantFrom('b', 'a', '10', '9', '__proto__', 'constructor', 'é', '<x>'), tie('value')),
        {
          maxLength: 4,
          selector: ([key]) => key,
        },
      )
      .map((pairs) => `{${pairs.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`),
  })).value;

  it('written and read again is the value it was', () => {
    fc.assert(
      fc.property(json, (text) => {
        const context = { x: parseJson(text) };
        expect(render('{{ (x | tojson | parse_json) == x }}', context)).toBe('True');
        expect(
          render(
            '{{ (x | json_dumps | parse_json) == x }} {{ (x | tojson_pretty | parse_json) == x }}',
            context,
          ),
        ).toBe('True True');
        expect(render('{{ x | json_dumps | parse_json }}', context)).toBe(render('{{ x }}', context));
        expect(render('{{ x | tojson }}', context)).not.toMatch(/[<>&']/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('one compiled template', () => {
  it('renders the same again, and each context as if it were alone', () => {
    const source =
      "{% macro m(x, y=[]) %}{% set _ = y.append(x) %}{{ y }}{% endmacro %}{% set ns = namespace(n=0) %}{% for k, v in p | dictsort %}{% set ns.n = ns.n + 1 %}{{ k }}={{ v }}{{ loop.changed(v) }};{% endfor %}{{ ns.n }}{{ m(1) }}{{ m(2) }}{% set c = cycler('a', 'b') %}{{ c.next() }}{{ p.pop('a', none) }}{{ p }}";
    const shared = compile(source);
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer()), { minLength: 1, maxLength: 4 }),
        (contexts) => {
          const alone = contexts.map((p) => compile(source).render({ p: { ...p } }));
          expect(contexts.map((p) => shared.render({ p }))).toEqual(alone);
          expect(contexts.map((p) => shared.render({ p }))).toEqual(alone);
        },
      ),
    );
  });

  it('never changes what the caller gave it', () => {
    const changing = fc.constantFrom(
      'append(1)',
      'extend([1])',
      'insert(0, 1)',
      'pop()',
      'clear()',
      'sort()',
      'reverse()',
      'remove(2)',
      'update({1: 2})',
      "setdefault('n', [])",
      'popitem()',
    );
    const target = fc.constantFrom(
      'p.list',
      'p.dict',
      'p',
      'p.dict.inner',
      'p.list[0]',
      "(p | attr('x') or p.list)",
      'p.values() | list | first',
    );
    fc.assert(
      fc.property(target, changing, (object, call) => {
        const context = parseJson(
          '{"p": {"list": [3, 2, [1]], "dict": {"inner": [1, 2], "2": 1.0}, "x": 1}}',
        ) as Record<string, unknown>;
        const before = structuredClone(context);
        try {
          render(`{% set x = (${object}).${call} %}{{ p }}`, context);
        } catch {
          // Only what is left behind matters here.
        }
        expect(context).toEqual(before);
      }),
    );
  });
});

// Random expressions of the template language, valid in grammar more often than in sense. Names of filters, tests, globals and methods
// come from the tables themselves, so a new one takes part at once.

import { GLOBALS } from '../../../src/jinja/globals.js';
import { methodsOf } from '../../../src/jinja/methods.js';
import { FILTERS, TESTS } from '../../../src/jinja/registry.js';
import type { Definition } from '../../../src/jinja/signature.js';
import type { Random } from './random.js';

export const FILTER_NAMES = [...FILTERS.keys()];
export const TEST_NAMES = [...TESTS.keys()].filter((name) => /^\w+$/.test(name));
export const METHOD_NAMES = ['', [], new Map()].flatMap((value) => [...(methodsOf(value)?.keys() ?? [])]);
const GLOBAL_NAMES = [...GLOBALS.keys()];
const PATHS = [
  'payload',
  'payload.title',
  'payload.labels',
  'payload.labels.severity',
  'payload.alerts',
  'payload.alerts[0]',
  'payload.alerts[0].labels',
  'payload.count',
  'payload.ratio',
  'payload.big',
  'payload.none',
  'payload.on',
  'payload.text',
  'payload.json',
  'payload.since',
  'payload.empty',
  'payload.matrix',
  'x',
];
export const NAMES = [
  'x',
  'y',
  'k',
  'v',
  'item',
  'ns',
  'payload',
  'm',
  'caller',
  'varargs',
  'kwargs',
  'loop',
];
const LOST = ['payload.missing', 'loop', 'loop.index', 'ns', 'ns.v', 'item', 'y'];
const WORDS = [
  'a', 'é', '☃', '😀', 'Disk FULL on db-1', '', ' ', '\\n', '1', '-2.5', '1e3', '0x1f', 'true', 'None', '<b>&x</b>', 'a,b,c', 'a b  c', 'severity',
  'labels.severity', 'k', 'v', '0', '%s', '%d %5.2f', '%(a)s', '{}', '{0!r:>10}', '{a.b[0]}', '%H:%M / %d-%m-%Y', '%Y-%m-%dT%H:%M:%S%z',
  '2026-03-05T14:07:09Z', 'Europe/Copenhagen', '1h30m', '{\\"a\\": [1, 2.0]}', 'aMOpbGxv', '(a+)+$', '[a-z]*', '(?i)x', '\\\\1', '(', 'constructor',
  '__proto__', '__class__', 'toString', 'upper', 'lower', 'odd', 'eq', 'ceil', 'https://example.org/a?b=1&c=d', '\\u2028', '\\x00',
]; // biome-ignore format: a table of words
const NUMBERS = [
  '0',
  '1',
  '2',
  '-1',
  '3',
  '10',
  '100',
  '1000',
  '99999999',
  '2.5',
  '0.1',
  '1e10',
  '1e308',
  '-0.0',
  '12345678901234567890',
  '0b11',
  '1_000',
];
const BINARY = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '**',
  '~',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'and',
  'or',
];

// biome-ignore-start format: a table
/** What parameters want, by their names. */
const ARGUMENTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(width|length|linecount|slices|count|leeway|num|indent|tabsize|maxsplit|precision|start|end|base|index)$/,
    ['0', '1', '2', '3', '7', '40', '-1', '-2', 'none', '99999999'],
  ],
  [/^attribute$/, ["'k'", "'labels.severity'", "'v'", '0', '1', "'k,v'", "'severity'"]],
  [/^(format|f)$/, ["'%H:%M'", "'%Y-%m-%dT%H:%M:%S%z'", "'%d %b %Y'", "'%-d/%m %j %U %V %Z'"]],
  [/^(pattern|find)$/, ["'[a-z]+'", "'(a+)+$'", "'(.)(.)'", "'(?i)disk'", "'^$'", "'('", "''"]],
  [/^(tz)$/, ["'UTC'", "'Europe/Copenhagen'", "'America/New_York'", "'Nowhere/Land'"]],
  [
    /^(reverse|case_sensitive|killwords|first|blank|boolean|binary|break_long_words|autospace|keepends)$/,
    ['true', 'false'],
  ],
  [/^(by|method)$/, ["'key'", "'value'", "'ceil'", "'floor'", "'common'"]],
  [
    /^(seq|iterable|values|mapping)$/,
    ["['a', 1]", 'payload.labels', 'payload.alerts', "'abc'", 'range(3)', 'none'],
  ],
];
// biome-ignore-end format: a table

export class Expressions {
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  any(depth = 3): string {
    const { random } = this;
    if (depth <= 0 || random.chance(0.15)) return this.leaf();
    switch (random.below(13)) {
      case 0:
      case 1:
      case 2:
        return this.filtered(depth);
      case 3:
        return `${this.operand(depth)} ${random.pick(BINARY)} ${this.operand(depth)}`;
      case 4:
        return `${this.operand(depth)} is ${random.chance(0.3) ? 'not ' : ''}${this.test(depth)}`;
      case 5:
        return `(${this.any(depth - 1)} if ${this.any(depth - 1)}${random.chance(0.8) ? ` else ${this.any(depth - 1)}` : ''})`;
      case 6:
        return `${this.operand(depth)}.${random.pick(METHOD_NAMES)}(${this.args(depth, 2)})`;
      case 7:
        return this.slice(depth);
      case 8:
        return this.literal(depth);
      case 9:
        return `${random.pick(GLOBAL_NAMES)}(${this.args(depth, 3)})`;
      case 10:
        return `${random.pick(['not ', '-', '+', ''])}${this.operand(depth)}`;
      case 11:
        return `${this.operand(depth)}.${random.pick(['a', '0', 'items', 'constructor', '__class__', 'k', 'severity', 'days', 'year'])}`;
      default:
        return random.chance(0.3) ? `${random.pick(NAMES)}(${this.args(depth, 3)})` : this.filtered(depth);
    }
  }

  leaf(): string {
    const { random } = this;
    const kind = random.next();
    if (kind < 0.5) return random.chance(0.97) ? random.pick(PATHS) : random.pick(LOST);
    if (kind < 0.7) return this.text();
    if (kind < 0.9) return random.pick(NUMBERS);
    return random.pick([
      'true',
      'False',
      'none',
      '[]',
      '{}',
      '()',
      'undefined_name',
      'range(5)',
      "namespace(v='a')",
    ]);
  }

  text(): string {
    return `'${this.random.pick(WORDS)}'`;
  }

  /** `| name(args)`, with arguments fitted to the filter more often than not. */
  filter(depth: number): string {
    const name = this.random.pick(FILTER_NAMES);
    return ` | ${name}${this.fitted(FILTERS.get(name)!, depth)}`;
  }

  private filtered(depth: number): string {
    let text = this.operand(depth);
    for (let more = 1 + this.random.below(3); more > 0; more -= 1) text += this.filter(depth);
    return text;
  }

  test(depth: number): string {
    const name = this.random.pick(TEST_NAMES);
    return `${name}${this.fitted(TESTS.get(name)!, depth)}`;
  }

  private operand(depth: number): string {
    return this.random.chance(0.5) ? this.leaf() : `(${this.any(depth - 1)})`;
  }

  private slice(depth: number): string {
    const bound = (): string => (this.random.chance(0.4) ? '' : this.any(Math.min(1, depth - 1)));
    if (this.random.chance(0.5)) return `${this.operand(depth)}[${this.any(depth - 1)}]`;
    return `${this.operand(depth)}[${bound()}:${bound()}${this.random.chance(0.4) ? `:${bound()}` : ''}]`;
  }

  private literal(depth: number): string {
    const { random } = this;
    const items = random.list(4, () => this.any(depth - 2));
    if (random.chance(0.4)) return `[${items.join(', ')}]`;
    if (random.chance(0.3) && items.length > 0) return `(${items.join(', ')},)`;
    return `{${items.map((item) => `${this.text()}: ${item}`).join(', ')}}`;
  }

  private fitted({ parameters, required, variadic }: Definition, depth: number): string {
    const { random } = this;
    if (variadic) return `(${this.callArguments(depth)})`;
    if (random.chance(0.04)) return `(${this.args(depth, 3)})`;
    const count = required + random.below(parameters.length - required + 1);
    if (count === 0) return '';
    const named = random.chance(0.4) ? required + random.below(count - required + 1) : count;
    const given = parameters.slice(0, count).map((name, index) => {
      const value = this.argument(name, depth);
      return index >= named ? `${name}=${value}` : value;
    });
    return `(${given.join(', ')})`;
  }

  /** A value that suits a parameter of that name, most of the time. */
  private argument(name: string, depth: number): string {
    const { random } = this;
    const suiting = ARGUMENTS.find(([names]) => names.test(name));
    return suiting === undefined || random.chance(0.1)
      ? this.any(Math.min(1, depth - 1))
      : random.pick(suiting[1]);
  }

  /** What map, select and format take: the name of a filter or a test, or an attribute. */
  private callArguments(depth: number): string {
    const { random } = this;
    const kind = random.next();
    if (kind < 0.4) return `'${random.pick(FILTER_NAMES)}'`;
    if (kind < 0.6) return `attribute=${this.text()}`;
    if (kind < 0.8) return `'k', '${random.pick(TEST_NAMES)}', ${this.leaf()}`;
    return this.args(depth, 3);
  }

  args(depth: number, most: number): string {
    const { random } = this;
    const given = random.list(most, () => this.any(depth - 2));
    if (random.chance(0.1)) given.push(`${random.pick(NAMES)}=${this.any(depth - 2)}`);
    if (random.chance(0.03)) given.push(`*${this.leaf()}`);
    if (random.chance(0.03)) given.push(`**${this.leaf()}`);
    return given.join(', ');
  }
}

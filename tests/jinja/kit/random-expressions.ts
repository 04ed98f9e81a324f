// Random expressions of the template language, valid in grammar more often than in sense. Names of filters, tests, globals and methods
// come from the tables themselves, so a new one takes part at once.

import { methodsOf } from '../../../src/jinja/access.js';
import { GLOBALS } from '../../../src/jinja/globals.js';
import { FILTERS, TESTS } from '../../../src/jinja/registry.js';
import type { Definition } from '../../../src/jinja/signature.js';
import type { Random } from './random.js';
import {
  ARGUMENTS,
  BINARY,
  CALM_FILTERS,
  CALM_LIST_FILTERS,
  CALM_METHODS,
  CALM_PATHS,
  LISTS,
  LOST,
  NAMES,
  NUMBERS,
  PATHS,
  WORDS,
} from './random-words.js';

export const FILTER_NAMES = [...FILTERS.keys()];
export const TEST_NAMES = [...TESTS.keys()].filter((name) => /^\w+$/.test(name));
export const METHOD_NAMES = ['', [], new Map()].flatMap((value) => [...(methodsOf(value)?.keys() ?? [])]);
const GLOBAL_NAMES = [...GLOBALS.keys()];

/** Tests of any value, without arguments. */
const PLAIN_TESTS = TEST_NAMES.filter(
  (name) => TESTS.get(name)?.parameters.length === 0 && !/^(odd|even)$/.test(name),
);

export class Expressions {
  private readonly random: Random;

  /** Half of the makers keep to what seldom fails, so that most of a long template is run; the others try everything. */
  readonly calm: boolean;

  constructor(random: Random) {
    this.random = random;
    this.calm = random.chance(0.5);
  }

  any(depth = 3): string {
    const { random } = this;
    if (depth <= 0 || random.chance(0.15)) return this.leaf();
    if (this.calm && random.chance(0.93)) return this.sensible(depth);
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

  private sensible(depth: number): string {
    const { random } = this;
    switch (random.below(8)) {
      case 0:
        return `${this.operand(depth)} ${random.pick(['~', '==', '!=', 'and', 'or', '~'])} ${this.operand(depth)}`;
      case 1:
        return `(${this.any(depth - 1)} if ${this.any(depth - 1)} else ${this.any(depth - 1)})`;
      case 2:
        return `(${this.operand(depth)} is ${random.pick(PLAIN_TESTS)})`;
      case 3:
        return this.literal(depth);
      case 4:
        return `(${this.operand(depth)} | string)${random.pick(CALM_METHODS)}`;
      case 5:
        return `(${random.pick(LISTS)}${random.pick(CALM_LIST_FILTERS)})`;
      case 6:
        return `(${this.operand(depth)} | string)[${random.pick(['0', '-1', ':3', '1:', '::-1', '2:-2', '::2'])}]`;
      default:
        return `(${this.operand(depth)}${random.pick(CALM_FILTERS)})${random.pick(CALM_FILTERS)}`;
    }
  }

  leaf(): string {
    const { random } = this;
    if (this.calm && random.chance(0.97))
      return random.chance(0.6)
        ? random.pick(CALM_PATHS)
        : random.chance(0.5)
          ? this.text()
          : random.pick(NUMBERS);
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

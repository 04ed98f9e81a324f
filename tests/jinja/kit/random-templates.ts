// Random templates: statements around random expressions, nested, with whitespace control; and mutations of real templates.

import type { Random } from './random.js';
import { Expressions } from './random-expressions.js';
import { LISTS, NAMES } from './random-words.js';

const PIECES = [
  '{{', '}}', '{%', '%}', '{#', '#}', '-%}', '{%-', '{%+', '{{-', '-}}', '|', '(', ')', '[', ']', '{', '}', ',', '.', ':', '=', '~', '**', '//', "'", '"', '\\',
  '\n', '\r\n', ' ', '\0', '\u2028', '\ud800', '😀', 'é', '0', '1e', '0x', 'if', 'endif', 'for', 'in', 'endfor', 'else', 'elif', 'set', 'endset', 'raw', 'endraw',
  'macro', 'endmacro', 'call', 'endcall', 'filter', 'endfilter', 'with', 'endwith', 'block', 'recursive', 'is', 'not', 'and', 'or', 'loop', 'payload', 'include',
]; // biome-ignore format: a table of words
const TOKEN = /\{[{%#][-+]?|[-+]?[}%#]\}|\w+|\s+|[^\s\w]/g;

export class Templates {
  private readonly random: Random;
  private readonly expressions: Expressions;

  constructor(random: Random) {
    this.random = random;
    this.expressions = new Expressions(random);
  }

  /** A whole template of up to a few statements. */
  any(depth = 3): string {
    let text = depth === 3 ? this.beginning() : '';
    for (let more = 1 + this.random.below(3); more > 0; more -= 1) text += this.statement(depth);
    return text;
  }

  /** What gives the names of the expressions a meaning, most of the time. */
  private beginning(): string {
    const { random, expressions } = this;
    const x = random.chance(0.9) ? `{% set x = ${expressions.leaf()} %}` : '';
    return `${x}${random.chance(0.5) ? "{% macro m(x='q', y=1) %}{{ x }}-{{ y }}{% endmacro %}" : ''}${random.chance(0.5) ? '{% set ns = namespace(v=1) %}' : ''}`;
  }

  private open(words: string): string {
    const { random } = this;
    return `{%${random.pick(['', '', '', '-', '+'])} ${words} ${random.pick(['', '', '', '-'])}%}`;
  }

  private statement(depth: number): string {
    const { random, expressions } = this;
    if (depth <= 0 || random.chance(0.35)) return this.plain();
    const inner = (): string => this.any(depth - 1);
    const value = (): string => expressions.any(2);
    if (expressions.calm && random.chance(0.9)) return this.sensible(inner, value);
    const name = random.pick(NAMES);
    switch (random.below(13)) {
      case 0:
      case 1:
        return `${this.open(`if ${value()}`)}${inner()}${random.chance(0.3) ? `${this.open(`elif ${value()}`)}${inner()}` : ''}${random.chance(0.4) ? `${this.open('else')}${inner()}` : ''}${this.open('endif')}`;
      case 2:
      case 3:
        return `${this.open(`for ${random.pick(['x', 'k, v', 'x', '(k, v)'])} in ${value()}${random.chance(0.2) ? ` if ${value()}` : ''}${random.chance(0.1) ? ' recursive' : ''}`)}${inner()}${random.chance(0.1) ? '{{ loop(x) }}' : ''}${random.chance(0.2) ? `${this.open('else')}${inner()}` : ''}${this.open('endfor')}`;
      case 4:
      case 5:
        return this.open(`set ${random.pick([name, name, 'ns.v', 'k, v'])} = ${value()}`);
      case 6:
        return `${this.open(`set ${name}${random.chance(0.5) ? expressions.filter(1) : ''}`)}${inner()}${this.open('endset')}`;
      case 7:
        return `${this.open(`macro m(${random.pick(['', 'x', 'x, y=1', 'x=none, y=x'])})`)}${inner()}${random.chance(0.3) ? '{{ caller() }}' : ''}${random.chance(0.1) ? '{{ m(x) }}' : ''}${this.open('endmacro')}{{ m(${expressions.args(2, 2)}) }}`;
      case 8:
        return `${this.open(`call${random.chance(0.3) ? '(x)' : ''} m(${expressions.args(2, 2)})`)}${inner()}${this.open('endcall')}`;
      case 9:
        return `${this.open(`filter${expressions.filter(1).replace(' |', '')}`)}${inner()}${this.open('endfilter')}`;
      case 10:
        return `${this.open(`with ${name} = ${value()}`)}${inner()}${this.open('endwith')}`;
      case 11:
        return `${this.open('raw')}${random.pick(['{{ x }}', '{% if %}', '}}', 'text'])}${this.open('endraw')}`;
      default:
        return `${this.open(`set ns = namespace(v=${value()})`)}${inner()}`;
    }
  }

  /** A statement that its expressions seldom make fail. */
  private sensible(inner: () => string, value: () => string): string {
    const { random } = this;
    const name = random.pick(['x', 'y', 'item']);
    switch (random.below(9)) {
      case 0:
        return `${this.open(`if ${value()}`)}${inner()}${this.open('else')}${inner()}${this.open('endif')}`;
      case 1: {
        const loop = random.pick([
          '{{ loop.index }}',
          '{{ loop.revindex0 }}',
          '{{ loop.last }}',
          "{{ loop.cycle('a', 'b') }}",
          '{{ loop.nextitem }}',
          '{{ loop.changed(x) }}',
        ]);
        return `${this.open(`for x in ${random.pick(LISTS)}${random.chance(0.3) ? ` if ${value()}` : ''}`)}${loop}${inner()}${this.open('endfor')}`;
      }
      case 2:
        return `${this.open('for k, v in payload.labels.items()')}{{ k }}={{ v }}${inner()}${this.open('else')}${inner()}${this.open('endfor')}`;
      case 3:
        return this.open(random.pick([`set ${name} = ${value()}`, `set x, y = 1, ${value()}`]));
      case 4:
        return `${this.open('set ns = namespace(v=1)')}${this.open('for x in [1, 2]')}${this.open(`set ns.v = ${value()}`)}${inner()}${this.open('endfor')}{{ ns.v }}`;
      case 5:
        return `${this.open('macro m(x, y=2)')}${inner()}{{ x }}{{ y }}${this.open('endmacro')}{{ m(${value()}) }}{{ m(1, y=${value()}) }}`;
      case 6:
        return `${this.open('macro c(x)')}<{{ caller(x) }}>${this.open('endmacro')}${this.open('call(y) c(1)')}${inner()}{{ y }}${this.open('endcall')}`;
      case 7:
        return `${this.open(`with ${name} = ${value()}`)}${inner()}${this.open('endwith')}`;
      default:
        return `${this.open(random.pick(['filter upper', 'filter trim | title', `set ${name}`, 'filter e']).trim())}${inner()}`.replace(
          /^(\{%[-+]? )(filter|set)([\s\S]*)$/,
          (_whole, start, tag, rest) => `${start}${tag}${rest}${this.open(`end${tag}`)}`,
        );
    }
  }

  private plain(): string {
    const { random } = this;
    if (random.chance(0.3))
      return random.pick([
        'text',
        ' ',
        '\n',
        '  a b\n',
        '}}',
        '{ { ',
        '{# note #}',
        '{#- note -#}',
        'é☃',
        '%}',
      ]);
    return `{{${random.pick(['', '', '-'])} ${this.expressions.any(3)} ${random.pick(['', '', '-'])}}}`;
  }

  /** A real template with a few of its tokens or characters deleted, doubled, exchanged, or strangers put between. */
  mutate(source: string, other: string): string {
    const { random } = this;
    let parts: string[] = random.chance(0.7) ? [...(source.match(TOKEN) ?? [])] : [...source];
    for (let more = 1 + random.below(4); more > 0; more -= 1) {
      const at = random.below(parts.length + 1);
      const span = 1 + random.below(random.chance(0.2) ? 20 : 3);
      switch (random.below(6)) {
        case 0:
          parts.splice(at, span);
          break;
        case 1:
          parts.splice(at, 0, ...parts.slice(at, at + span));
          break;
        case 2:
          parts.splice(at, 0, random.pick(PIECES));
          break;
        case 3:
          parts.splice(at, 1, random.pick(PIECES));
          break;
        case 4:
          parts = [...parts.slice(0, at), ...parts.slice(random.below(parts.length + 1))];
          break;
        default: {
          const foreign = other.match(TOKEN) ?? [];
          const from = random.below(foreign.length + 1);
          parts.splice(at, 0, ...foreign.slice(from, from + span));
        }
      }
      if (parts.length > 4000) parts.length = 4000;
    }
    return parts.join('');
  }

  /** Words of the language in any order. */
  noise(): string {
    return this.random.list(30, () => this.random.pick(PIECES)).join(this.random.pick(['', ' ']));
  }
}

// str.format: `'{} {name:>4} {0[key].field!r}'.format(…)`. Fields are reached as in templates, so nothing more is reachable.

import { Fault, valueError } from './errors.js';
import { formatValue } from './format-spec.js';
import type { Run } from './limits.js';
import { toRepr, toText } from './text.js';
import { Markup, Undefined, type Value } from './values.js';

const FIELD = /^([^.[\]!:{}]*)((?:\.[^.[\]!:{}]+|\[[^\]]+\])*)(?:!([rsa]))?(?::([\s\S]*))?$/;

/** How fields go into values: as templates do. */
export interface Reach {
  readonly attribute: (object: Value, name: string) => Value;
  readonly item: (run: Run, object: Value, key: Value) => Value;
}

const BRACE = /[{}]/g;

export interface BraceArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value> | undefined;
  readonly reach: Reach;
  /** What is done to each field's text: escaping, when the template is safe HTML. */
  readonly protect?: (text: string) => string;
}

class Formatter {
  private readonly run: Run;
  private readonly args: readonly Value[];
  private readonly named: ReadonlyMap<string, Value> | undefined;
  private readonly reach: Reach;
  private readonly protect: (text: string) => string;
  private automatic = 0;
  constructor(run: Run, { positional, named, reach, protect }: BraceArguments) {
    this.run = run;
    this.args = positional;
    this.named = named;
    this.reach = reach;
    this.protect = protect ?? ((text) => text);
  }

  format(template: string, depth: number): string {
    this.run.charge(template.length >>> 2);
    let text = '';
    let offset = 0;
    while (offset < template.length) {
      BRACE.lastIndex = offset;
      const at = BRACE.exec(template)?.index ?? -1;
      if (at === -1) break;
      text += template.slice(offset, at);
      offset = at;
      if (template[offset + 1] === template[offset]) {
        text += template[offset];
        offset += 2;
        continue;
      }
      if (template[offset] === '}') throw valueError("Single '}' encountered in format string");
      const end = closing(template, offset);
      text += this.field(template.slice(offset + 1, end), depth);
      this.run.room(text.length);
      this.run.step();
      offset = end + 1;
    }
    return text + template.slice(offset);
  }

  private field(source: string, depth: number): string {
    const match = FIELD.exec(source);
    if (match === null || depth > 1) throw valueError('bad field in format string');
    const [, name, path, conversion, spec = ''] = match;
    const value = this.follow(this.first(name!), path!);
    const shown = spec.includes('{') ? this.format(spec, depth + 1) : spec;
    if (value instanceof Markup && shown === '' && conversion === undefined) return value.text;
    const plain =
      conversion === undefined
        ? value
        : conversion === 's'
          ? toText(this.run, value)
          : toRepr(this.run, value);
    return this.protect(formatValue(this.run, plain, shown));
  }

  private first(name: string): Value {
    if (name !== '' && !/^\d+$/.test(name)) {
      if (this.named?.has(name) !== true) throw new Fault('KeyError', `no key '${name}'`);
      return this.named.get(name);
    }
    const index = name === '' ? this.automatic++ : Number(name);
    if (index >= this.args.length) {
      throw new Fault('IndexError', `Replacement index ${index} out of range for positional args tuple`);
    }
    return this.args[index];
  }

  private follow(start: Value, path: string): Value {
    let value = start;
    for (const [part] of path.matchAll(/\.[^.[]+|\[[^\]]+\]/g)) {
      const key = part.startsWith('.') ? part.slice(1) : part.slice(1, -1);
      const index = /^\d+$/.test(key) ? Number(key) : key;
      value = part.startsWith('.')
        ? this.reach.attribute(value, key)
        : this.reach.item(this.run, value, index);
      if (value instanceof Undefined) throw value.fault();
    }
    return value;
  }
}

function closing(template: string, open: number): number {
  let depth = 0;
  for (let index = open; index < template.length; index += 1) {
    if (template[index] === '{') depth += 1;
    if (template[index] === '}' && --depth === 0) return index;
  }
  throw valueError("expected '}' before end of string");
}

export function formatBraces(run: Run, template: string, given: BraceArguments): string {
  return new Formatter(run, given).format(template, 0);
}

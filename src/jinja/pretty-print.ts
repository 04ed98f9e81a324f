// The pprint filter: a value as Python's pprint shows it, dicts by their keys, wrapped at 80 columns.

import { compare } from './compare.js';
import { dictEntries } from './dicts.js';
import { Fault, limitError } from './errors.js';
import type { Run } from './limits.js';
import { toRepr } from './text.js';
import { isDict, isSequence, itemsOf, Tuple, typeName, type Value } from './values.js';
import { splitLines } from './white-space.js';

const WIDTH = 80;
const MAX_DEPTH = 100;

/** Python's pprint.pformat(value). */
export function prettyPrint(run: Run, value: Value): string {
  const printer = new Printer(run);
  printer.format(inOrder(run, value, 0), 0, 0, 1);
  run.room(printer.text.length);
  return printer.text;
}

/** The value with the keys of all its dicts in order. */
function inOrder(run: Run, value: Value, depth: number): Value {
  run.charge(3);
  if (depth > MAX_DEPTH) throw limitError('a value nested too deep to print');
  if (isSequence(value)) {
    const items = itemsOf(value).map((item) => inOrder(run, item, depth + 1));
    return Array.isArray(value) ? items : new Tuple(items);
  }
  if (!isDict(value)) return value;
  const entries = dictEntries(value).map(([key, item]): [Value, Value] => [
    key,
    inOrder(run, item, depth + 1),
  ]);
  return new Map(entries.sort(([a], [b]) => compareKeys(a, b)));
}

/** Keys of kinds that have no order among each other come by the names of their kinds. */
function compareKeys(a: Value, b: Value): number {
  try {
    return compare(a, b);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === 'limit') throw error;
    return compare(typeName(a), typeName(b));
  }
}

class Printer {
  text = '';
  private readonly run: Run;
  constructor(run: Run) {
    this.run = run;
  }

  /** `allowance` is what closing brackets behind the value will take of its last line. */
  format(value: Value, indent: number, allowance: number, level: number): void {
    const whole = toRepr(this.run, value);
    if (whole.length <= WIDTH - indent - allowance) this.text += whole;
    else if (isDict(value)) this.dict(dictEntries(value), indent + 1, allowance + 1, level);
    else if (Array.isArray(value)) this.items(value, '[', ']', { indent, allowance, level });
    else if (value instanceof Tuple) {
      this.items(value.items, '(', value.items.length === 1 ? ',)' : ')', { indent, allowance, level });
    } else if (typeof value === 'string') this.string(value, indent, allowance, level);
    else this.text += whole;
  }

  private dict(entries: readonly [Value, Value][], indent: number, allowance: number, level: number): void {
    this.text += '{';
    for (const [index, [key, item]] of entries.entries()) {
      const name = toRepr(this.run, key);
      this.text += `${index === 0 ? '' : this.newLine(indent, ',')}${name}: `;
      const left = index === entries.length - 1 ? allowance : 1;
      this.format(item, indent + name.length + 2, left, level + 1);
    }
    this.text += '}';
  }

  private items(
    items: readonly Value[],
    open: string,
    close: string,
    { indent, allowance, level }: { indent: number; allowance: number; level: number },
  ): void {
    this.text += open;
    for (const [index, item] of items.entries()) {
      if (index > 0) this.text += this.newLine(indent + 1, ',');
      const left = index === items.length - 1 ? allowance + close.length : 1;
      this.format(item, indent + 1, left, level + 1);
    }
    this.text += close;
  }

  private newLine(indent: number, mark: string): string {
    this.run.charge(1 + (indent >>> 6));
    return `${mark}\n${' '.repeat(indent)}`;
  }

  /** A long text as several literals, cut after white space; in brackets when it stands alone. */
  private string(text: string, indent: number, allowance: number, level: number): void {
    const isAlone = level === 1;
    const column = isAlone ? indent + 1 : indent;
    const chunks = this.chunks(text, WIDTH - column, isAlone ? allowance + 1 : allowance);
    if (chunks.length === 1) this.text += chunks[0];
    else {
      const joined = chunks.join(this.newLine(column, ''));
      this.run.charge(chunks.length * (1 + (column >>> 6)));
      this.text += isAlone ? `(${joined})` : joined;
    }
  }

  private chunks(text: string, width: number, allowance: number): string[] {
    const chunks: string[] = [];
    const lines = splitLines(text, true);
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      const whole = toRepr(this.run, line);
      if (whole.length <= width - (isLast ? allowance : 0)) chunks.push(whole);
      else this.cut(line, width, isLast ? allowance : 0, chunks);
    }
    return chunks;
  }

  private cut(line: string, width: number, allowance: number, chunks: string[]): void {
    const parts = line.match(/\S+\s*|\s+/g) ?? [];
    let current = '';
    for (const [index, part] of parts.entries()) {
      const room = index === parts.length - 1 ? width - allowance : width;
      const longer = current + part;
      if (toRepr(this.run, longer).length <= room) current = longer;
      else {
        if (current !== '') chunks.push(toRepr(this.run, current));
        current = part;
      }
    }
    if (current !== '') chunks.push(toRepr(this.run, current));
  }
}

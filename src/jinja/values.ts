// What a template can hold, with Python's meaning. null is None; integral JS numbers and bigints are ints; other numbers
// and PyFloat are floats; strings, arrays, plain objects and Maps are str, list and dict; the rest are the classes below.
// Values from outside are never trusted to be more than data: functions and foreign objects have no attributes here.

import { Fault, nearest } from './errors.js';
import { chargeActive, type Run } from './limits.js';

/** Deliberately `unknown`: values come from JSON of strangers, and each operation narrows what it takes. */
export type Value = unknown;

/** Base of every object of the language that is not plain JSON data. */
export abstract class PyObject {
  abstract readonly typeName: string;
}

/** A float whose value is integral (or an infinity or nan), which a JS number could not tell from an int. */
export class PyFloat extends PyObject {
  readonly typeName = 'float';
  readonly value: number;
  constructor(value: number) {
    super();
    this.value = value;
  }
}

/** Text that counts as safe HTML: escaping leaves it alone. */
export class Markup extends PyObject {
  readonly typeName = 'Markup';
  readonly text: string;
  constructor(text: string) {
    super();
    this.text = text;
  }

  /** What a filter or a slice made of it. */
  like(text: string): Markup {
    return new Markup(text);
  }
}

/** Text that was escaped for HTML, which makes it safe there and nowhere else: put into JSON it is text like any other. */
export class EscapedText extends Markup {
  override like(text: string): EscapedText {
    return new EscapedText(text);
  }
}

/** What `tojson` writes: a whole value of JSON. A piece of it is that no more. */
export class JsonText extends Markup {}

export class Tuple extends PyObject {
  readonly typeName = 'tuple';
  readonly items: readonly Value[];
  /** Names of the items, where they have any: groupby's `grouper` and `list`. */
  readonly names: readonly string[] | undefined;
  constructor(items: readonly Value[], names?: readonly string[]) {
    super();
    this.items = items;
    this.names = names;
  }
}

/** Jinja2's default Undefined: prints as nothing, is empty and false, and any use of what is inside it is an error. */
export class Undefined extends PyObject {
  readonly typeName = 'Undefined';
  readonly message: string;
  private readonly candidates: (() => Iterable<string>) | undefined;
  private readonly wanted: string;
  /** Set when the name is one that sandboxes refuse; printing it is then an error as well. */
  readonly refused: boolean;
  private readonly hint: string | undefined;
  constructor(
    message: string,
    wanted = '',
    candidates?: () => Iterable<string>,
    refused = false,
    hint?: string,
  ) {
    super();
    this.hint = hint;
    this.message = message;
    this.wanted = wanted;
    this.candidates = candidates;
    this.refused = refused;
  }

  fault(): Fault {
    if (this.refused) return new Fault('SecurityError', this.message, 'security');
    const isNamed = this.hint === undefined && this.candidates !== undefined;
    const suggestion = isNamed ? nearest(this.wanted, this.candidates()) : undefined;
    return new Fault('UndefinedError', this.message, 'runtime', suggestion, this.hint);
  }
}

export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value> | undefined;
}

export const NO_ARGUMENTS: CallArguments = { positional: [], named: undefined };

/** Anything a template can call: a global, a method taken off its value, a macro. */
export class Callable extends PyObject {
  readonly typeName: string;
  readonly name: string;
  readonly call: (run: Run, args: CallArguments) => Value;
  readonly attributes: ReadonlyMap<string, Value> | undefined;
  constructor(
    typeName: string,
    name: string,
    call: (run: Run, args: CallArguments) => Value,
    attributes?: ReadonlyMap<string, Value>,
  ) {
    super();
    this.typeName = typeName;
    this.name = name;
    this.call = call;
    this.attributes = attributes;
  }
}

/** An iterator that can be read once; what map, select and their kin give. */
export class Generator extends PyObject implements Iterable<Value> {
  readonly typeName: string;
  readonly name: string;
  private readonly source: Iterator<Value>;
  constructor(name: string, source: Iterator<Value>, typeName = 'generator') {
    super();
    this.name = name;
    this.source = source;
    this.typeName = typeName;
  }
  [Symbol.iterator](): Iterator<Value> {
    return this.source;
  }
}

export class PyRange extends PyObject {
  readonly typeName = 'range';
  readonly start: number;
  readonly stop: number;
  readonly stride: number;
  readonly length: number;
  constructor(start: number, stop: number, stride: number) {
    super();
    this.start = start;
    this.stop = stop;
    this.stride = stride;
    this.length = Math.max(0, Math.ceil((stop - start) / stride));
  }
}

export type PlainDict = Record<string, Value>;
export type Dict = PlainDict | Map<Value, Value>;

/** A live look at a dict's keys, values or pairs. */
export class DictView extends PyObject {
  readonly typeName: string;
  readonly kind: 'keys' | 'values' | 'items';
  readonly dict: Dict;
  constructor(kind: 'keys' | 'values' | 'items', dict: Dict) {
    super();
    this.kind = kind;
    this.dict = dict;
    this.typeName = `dict_${kind}`;
  }
}

/** What `a.keys() - b.keys()` gives; keeps the order of what was left. */
export class PySet extends PyObject {
  readonly typeName = 'set';
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }
}

export class Namespace extends PyObject {
  readonly typeName = 'Namespace';
  readonly fields: Map<string, Value>;
  constructor(fields: Map<string, Value>) {
    super();
    this.fields = fields;
  }
}

/** An object with a fixed set of attributes that are worked out when asked for: `loop`, cycler, a regex match. */
export class PartsObject extends PyObject {
  readonly typeName: string;
  readonly attribute: (name: string) => Value;
  readonly call: ((run: Run, args: CallArguments) => Value) | undefined;
  constructor(
    typeName: string,
    attribute: (name: string) => Value,
    call?: (run: Run, args: CallArguments) => Value,
  ) {
    super();
    this.typeName = typeName;
    this.attribute = attribute;
    this.call = call;
  }
}

/** Instant or wall-clock time in microseconds; `offset` in seconds east of UTC, null when naive. */
export class PyDateTime extends PyObject {
  readonly typeName = 'datetime';
  /** Microseconds of the wall clock, counted as if it were UTC. */
  readonly wall: number;
  readonly offset: number | null;
  readonly zone: string | null;
  constructor(wall: number, offset: number | null, zone: string | null = null) {
    super();
    this.wall = wall;
    this.offset = offset;
    this.zone = zone;
  }
}

/** Microseconds since the epoch; a naive time counts as UTC. */
export function instantOf(time: PyDateTime): number {
  return time.wall - (time.offset ?? 0) * 1e6;
}

export class PyTimeDelta extends PyObject {
  readonly typeName = 'timedelta';
  readonly micros: number;
  constructor(micros: number) {
    super();
    this.micros = micros;
  }
}

export function isPlainDict(value: Value): value is PlainDict {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function isDict(value: Value): value is Dict {
  return value instanceof Map || isPlainDict(value);
}

export function isText(value: Value): value is string | Markup {
  return typeof value === 'string' || value instanceof Markup;
}

export function isSequence(value: Value): value is Value[] | Tuple {
  return Array.isArray(value) || value instanceof Tuple;
}

export function itemsOf(value: Value[] | Tuple): readonly Value[] {
  return value instanceof Tuple ? value.items : value;
}

/** Python's name of a value's type, as its error messages print it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'undefined':
      return 'Undefined';
    case 'object':
      if (value === null) return 'NoneType';
      if (Array.isArray(value)) return 'list';
      if (value instanceof PyObject) return value.typeName;
      return isDict(value) ? 'dict' : 'object';
    default:
      return 'object';
  }
}

export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'object':
      return value !== null && isTrueObject(value);
    default:
      return false;
  }
}

function isTrueObject(value: object): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof PyObject) {
    if (value instanceof PyFloat) return value.value !== 0;
    if (value instanceof Markup) return value.text !== '';
    if (value instanceof Tuple || value instanceof PySet) return value.items.length > 0;
    if (value instanceof PyRange) return value.length > 0;
    if (value instanceof DictView) return isTrueObject(value.dict);
    if (value instanceof PyTimeDelta) return value.micros !== 0;
    return !(value instanceof Undefined);
  }
  if (!isPlainDict(value)) return true;
  const { length } = Object.keys(value);
  if (length > 3) chargeActive(length > 64 ? length : length >>> 2);
  return length > 0;
}

// `a.b` and `a['b']`: attributes are the methods of the value's kind and, after them, a dict's own keys; items the other way
// round. Nothing else of an object can be reached, so there is no way from a template to the host language.

import { dictGet, dictKeys } from './dicts.js';
import { Fault, typeError } from './errors.js';
import { hintForMember } from './foreign-syntax.js';
import { characterAt, sliceValue } from './iterate.js';
import { chargeActive, type Run } from './limits.js';
import { methodsReaching } from './methods.js';
import { datetimeField, deltaField } from './methods-time.js';
import { isInt } from './numbers.js';
import { type Definition, invoke } from './signature.js';
import {
  Callable,
  type Dict,
  isDict,
  isSequence,
  isText,
  itemsOf,
  Markup,
  Namespace,
  PartsObject,
  PyDateTime,
  PyRange,
  PyTimeDelta,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.js';

/** The methods of a value's kind, by name. */
export const methodsOf = methodsReaching({ attribute: getAttribute, item: getItem });

/** Python's names that lead out of a sandbox; they never exist here and printing them says so. */
const REFUSED = /^(__\w+__|mro|gi_frame|gi_code|f_globals|f_locals|func_globals|im_self|im_func)$/;
const HARMLESS: ReadonlySet<string> = new Set(['__proto__', '__defineGetter__', '__lookupGetter__']);

function missingAttribute(object: Value, name: string): Undefined {
  if (REFUSED.test(name) && !HARMLESS.has(name)) {
    return new Undefined(
      `access to attribute '${name}' of '${typeName(object)}' object is unsafe.`,
      name,
      undefined,
      true,
    );
  }
  const kind = object === null ? 'None' : `'${typeName(object)} object'`;
  return new Undefined(
    `${kind} has no attribute '${name}'`,
    name,
    () => candidates(object),
    false,
    memberHint(object, name),
  );
}

function memberHint(object: Value, name: string): string | undefined {
  return object === null || object instanceof Undefined ? undefined : hintForMember(name);
}

function* candidates(object: Value): Iterable<string> {
  if (isDict(object)) for (const key of dictKeys(object)) if (typeof key === 'string') yield key;
  yield* methodsOf(object)?.keys() ?? [];
}

/** A method taken off its value, to be called later. */
function boundMethod(object: Value, method: Definition): Callable {
  return new Callable('built-in method', `${method.name} of ${typeName(object)} object`, (run, args) =>
    invoke(method, run, object, args),
  );
}

/** Attributes other than a method or a dict's key; JS undefined when there is none. */
function partOf(object: Value, name: string): Value {
  if (object instanceof PartsObject) return object.attribute(name);
  if (object instanceof Namespace) return object.fields.get(name);
  if (object instanceof Callable) return object.attributes?.get(name);
  if (object instanceof PyDateTime) return datetimeField(object, name);
  if (object instanceof PyTimeDelta) return deltaField(object, name);
  if (object instanceof Tuple && object.names !== undefined) {
    const index = object.names.indexOf(name);
    return index === -1 ? undefined : object.items[index];
  }
  return undefined;
}

/** `object.name`, as `environment.getattr` of Jinja2. UndefinedError when the object itself is undefined. */
export function getAttribute(object: Value, name: string): Value {
  if (object instanceof Undefined) throw object.fault();
  const method = methodsOf(object)?.get(name);
  if (method !== undefined) return boundMethod(object, method);
  const part = partOf(object, name);
  if (part !== undefined) return part;
  if (isDict(object)) {
    const value = dictGet(object, name);
    if (value !== undefined) return value;
  }
  return missingAttribute(object, name);
}

/** The `attr` filter: attributes only, never a dict's keys. */
export function getAttributeOnly(object: Value, name: string): Value {
  if (object instanceof Undefined) throw object.fault();
  const method = methodsOf(object)?.get(name);
  if (method !== undefined) return boundMethod(object, method);
  return partOf(object, name) ?? missingAttribute(object, name);
}

/** `object[key]`, as `environment.getitem`: the item, or the attribute of that name, or undefined. */
export function getItem(run: Run, object: Value, key: Value): Value {
  if (object instanceof Undefined) throw object.fault();
  const value = isDict(object) ? dictItem(object, key) : indexed(run, object, key);
  if (value !== undefined) return value;
  if (isText(key)) return getAttribute(object, key instanceof Markup ? key.text : key);
  if (isDict(object)) return new Undefined(`'dict object' has no attribute ${String(key)}`);
  const what = isInt(key) ? `element ${String(key)}` : `such element`;
  return new Undefined(`${typeName(object)} object has no ${what}`);
}

function dictItem(object: Dict, key: Value): Value {
  try {
    return dictGet(object, key);
  } catch (error) {
    chargeActive(40);
    if (error instanceof Fault && error.type === 'TypeError') return undefined;
    throw error;
  }
}

function indexed(run: Run, object: Value, key: Value): Value {
  if (!isInt(key)) return undefined;
  const index = Number(key);
  if (isSequence(object)) return itemsOf(object).at(index);
  if (typeof object === 'string' || object instanceof Markup) {
    const text = typeof object === 'string' ? object : object.text;
    run.charge(text.length >>> 6);
    const unit = characterAt(text, index);
    return unit === undefined || typeof object === 'string' ? unit : object.like(unit);
  }
  if (object instanceof PyRange) {
    const at = index < 0 ? index + object.length : index;
    return at >= 0 && at < object.length ? object.start + at * object.stride : undefined;
  }
  return undefined;
}

/** `object[start:stop:step]`. */
export function getSlice(run: Run, object: Value, start: Value, stop: Value, step: Value): Value {
  if (object instanceof Undefined) throw object.fault();
  const cut = sliceValue(run, object, { start, stop, step });
  if (cut !== undefined) return cut;
  if (isDict(object)) throw typeError("unhashable type: 'slice'");
  throw typeError(`'${typeName(object)}' object is not subscriptable`);
}

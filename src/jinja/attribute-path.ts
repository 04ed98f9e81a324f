// Attribute paths of filters (`map(attribute='labels.severity')`, `sort(attribute='a,b')`): a dotted path looked up as items.

import { getItem } from './access.js';
import { chargeActive, type Run } from './limits.js';
import { isText, Markup, Tuple, Undefined, type Value } from './values.js';

export interface GetterOptions {
  /** Compare strings without regard to case. */
  readonly fold?: boolean;
  /** Commas separate several attributes; the result is a list of them. */
  readonly many?: boolean;
  /** Used where the attribute is undefined; null and JS undefined leave it undefined. */
  readonly absent?: Value;
}

export function ignoreCase(value: Value): Value {
  if (typeof value === 'string') {
    if (value.length > 64) chargeActive(value.length >>> 5);
    return value.toLowerCase();
  }
  return value instanceof Markup ? value.text.toLowerCase() : value;
}

type Getter = (item: Value) => Value;

function pathGetter(run: Run, path: Value, absent: Value): Getter {
  const parts: Value[] = isText(path)
    ? (path instanceof Markup ? path.text : path)
        .split('.')
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    : path === null || path === undefined
      ? []
      : [path];
  return (item) => {
    let value = item;
    for (const part of parts) {
      run.charge(2);
      value = getItem(run, value, part);
      if (value instanceof Undefined && absent !== null && absent !== undefined) value = absent;
    }
    return value;
  };
}

/** A function from an item to the attribute asked for; the item itself when none is. */
export function attributeGetter(run: Run, attribute: Value, { fold, many, absent }: GetterOptions): Getter {
  const finish: Getter = fold === true ? ignoreCase : (value) => value;
  if (many === true && typeof attribute === 'string' && attribute.includes(',')) {
    const getters = attribute.split(',').map((path) => pathGetter(run, path, absent));
    return (item) => new Tuple(getters.map((getter) => finish(getter(item))));
  }
  const getter = pathGetter(run, attribute, absent);
  return (item) => finish(getter(item));
}

// Jinja2's tests: what `is defined`, `is number`, `is in` and their kin mean.

import { compare, contains, equals } from './compare.js';
import { isIterable } from './iterate.js';
import { isFloat, isInt, isNumber } from './numbers.js';
import { binary } from './operators.js';
import { type Definition, type Definitions, define, table } from './signature.js';
import { toText } from './text.js';
import {
  Callable,
  isDict,
  isSequence,
  isText,
  Markup,
  PartsObject,
  PyRange,
  Undefined,
  type Value,
} from './values.js';

function kind(name: string, holds: (value: Value) => boolean): Definition {
  return define(name, '', (_run, value) => holds(value));
}

const isUndefined = (value: Value): boolean => value instanceof Undefined || value === undefined;
const hasCase = (text: string): boolean => text.toLowerCase() !== text.toUpperCase();

function comparison(names: string, symbol: string, holds: (order: number) => boolean): Definition[] {
  return names
    .split(' ')
    .map((name) => define(name, 'other', (_run, value, [other]) => holds(compare(value, other, symbol))));
}

const aliases = (names: string, definition: Definition): Definition[] =>
  names.split(' ').map((name) => ({ ...definition, name }));

/** `registered` answers `is filter` and `is test`. */
export function tests(registered: { filters: () => Definitions; tests: () => Definitions }): Definitions {
  return table(
    kind('defined', (value) => !isUndefined(value)),
    kind('undefined', isUndefined),
    kind('none', (value) => value === null),
    kind('boolean', (value) => typeof value === 'boolean'),
    kind('true', (value) => value === true),
    kind('false', (value) => value === false),
    kind('integer', (value) => isInt(value) && typeof value !== 'boolean'),
    kind('float', isFloat),
    kind('number', isNumber),
    kind('string', isText),
    kind('mapping', isDict),
    kind(
      'sequence',
      (value) =>
        isSequence(value) || isText(value) || isDict(value) || value instanceof PyRange || isUndefined(value),
    ),
    kind('iterable', (value) => isIterable(value) || value === undefined),
    kind(
      'callable',
      (value) => value instanceof Callable || (value instanceof PartsObject && value.call !== undefined),
    ),
    kind('escaped', (value) => value instanceof Markup),
    define('filter', '', (_run, name) => typeof name === 'string' && registered.filters().has(name)),
    define('test', '', (_run, name) => typeof name === 'string' && registered.tests().has(name)),
    define('lower', '', (run, value) => {
      const text = toText(run, value);
      return hasCase(text) && text === text.toLowerCase();
    }),
    define('upper', '', (run, value) => {
      const text = toText(run, value);
      return hasCase(text) && text === text.toUpperCase();
    }),
    define('odd', '', (run, value) => equals(binary(run, '%', value, 2), 1)),
    define('even', '', (run, value) => equals(binary(run, '%', value, 2), 0)),
    define('divisibleby', 'num', (run, value, [num]) => equals(binary(run, '%', value, num), 0)),
    define('sameas', 'other', (_run, value, [other]) => value === other),
    define('in', 'seq', (run, value, [seq]) => contains(run, seq, value)),
    ...aliases(
      'eq == equalto',
      define('eq', 'other', (_run, value, [other]) => equals(value, other)),
    ),
    ...aliases(
      'ne !=',
      define('ne', 'other', (_run, value, [other]) => !equals(value, other)),
    ),
    ...comparison('lt < lessthan', '<', (order) => order < 0),
    ...comparison('le <=', '<=', (order) => order <= 0),
    ...comparison('gt > greaterthan', '>', (order) => order > 0),
    ...comparison('ge >=', '>=', (order) => order >= 0),
  );
}

// Functions every template can call: range, dict, namespace, cycler, joiner, and OnCall's time().

import { Fault, typeError, valueError } from './errors.js';
import type { Run } from './limits.js';
import { mergeInto } from './methods.js';
import { asIndex } from './numbers.js';
import { toText } from './text.js';
import {
  type CallArguments,
  Callable,
  Namespace,
  PartsObject,
  PyDateTime,
  PyRange,
  Undefined,
  type Value,
} from './values.js';

function refuseNamed(name: string, named: CallArguments['named'], known: readonly string[] = []): void {
  for (const each of named?.keys() ?? []) {
    if (!known.includes(each)) throw typeError(`${name}() got an unexpected keyword argument '${each}'`);
  }
}

function range(run: Run, { positional, named }: CallArguments): Value {
  refuseNamed('range', named);
  if (positional.length === 0 || positional.length > 3) {
    throw typeError(`range expected 1 to 3 arguments, got ${positional.length}`);
  }
  const [first = 0, second, stride = 1] = positional.map(asIndex);
  if (stride === 0) throw valueError('range() arg 3 must not be zero');
  const result = second === undefined ? new PyRange(0, first, 1) : new PyRange(first, second, stride);
  if (result.length > run.limits.list) {
    throw new Fault('LimitError', `range of more than ${run.limits.list} items`, 'limit');
  }
  return result;
}

function dict(run: Run, { positional, named }: CallArguments): Map<Value, Value> {
  if (positional.length > 1) throw typeError(`dict expected at most 1 argument, got ${positional.length}`);
  if (positional[0] instanceof Undefined) throw positional[0].fault();
  const made = new Map<Value, Value>();
  mergeInto(run, made, positional[0], named);
  return made;
}

function cycler(_run: Run, { positional, named }: CallArguments): Value {
  refuseNamed('cycler', named);
  if (positional.length === 0) throw new Fault('RuntimeError', 'at least one item has to be provided');
  let at = 0;
  const next = new Callable('method', 'next', () => {
    const item = positional[at];
    at = (at + 1) % positional.length;
    return item;
  });
  const reset = new Callable('method', 'reset', () => {
    at = 0;
    return null;
  });
  return new PartsObject('Cycler', (name) => {
    if (name === 'next') return next;
    if (name === 'reset') return reset;
    return name === 'current' ? positional[at] : undefined;
  });
}

function joiner(run: Run, { positional, named }: CallArguments): Value {
  refuseNamed('joiner', named, ['sep']);
  if (positional.length > 1) throw typeError('joiner() takes at most 1 argument');
  const separator = positional[0] ?? named?.get('sep') ?? ', ';
  let used = false;
  return new Callable('Joiner', toText(run, separator), () => {
    if (used) return separator;
    used = true;
    return '';
  });
}

const define = (name: string, call: (run: Run, args: CallArguments) => Value): [string, Callable] => [
  name,
  new Callable('function', name, call),
];

export const GLOBALS: ReadonlyMap<string, Value> = new Map([
  define('range', range),
  define('dict', dict),
  define('namespace', (run, args) => new Namespace(dict(run, args) as Map<string, Value>)),
  define('cycler', cycler),
  define('joiner', joiner),
  define('time', (run, { positional, named }) => {
    if (positional.length > 0 || named !== undefined) throw typeError('time() takes no arguments');
    return new PyDateTime(run.now() * 1000, 0, 'UTC');
  }),
]);

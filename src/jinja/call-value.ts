// Calling a value: functions, macros and loops of the language, and nothing else.

import { typeError } from './errors.js';
import type { Run } from './limits.js';
import { type CallArguments, Callable, PartsObject, typeName, Undefined, type Value } from './values.js';

/** Calls a value of the language; nothing else is ever callable. */
export function callValue(run: Run, callee: Value, args: CallArguments): Value {
  run.step();
  if (callee instanceof Callable) return callee.call(run, args);
  if (callee instanceof PartsObject && callee.call !== undefined) return callee.call(run, args);
  if (callee instanceof Undefined) throw callee.fault();
  throw typeError(`'${typeName(callee)}' object is not callable`);
}

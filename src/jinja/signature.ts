// How filters, tests, methods and globals are declared, and how a call's arguments are fitted to their parameters.

import { typeError } from './errors.js';
import type { Run } from './limits.js';
import { type CallArguments, Markup, type Value } from './values.js';

/**
 * `subject` is the filtered value, the tested value, or the object a method belongs to. `args` has one entry a parameter;
 * JS undefined where the call gave none. Variadic ones get the call as it was in `call`.
 */
export type Operation = (run: Run, subject: Value, args: readonly Value[], call: CallArguments) => Value;

export interface Definition {
  readonly name: string;
  /** Names of parameters after the subject, in order. */
  readonly parameters: readonly string[];
  readonly required: number;
  readonly variadic: boolean;
  readonly operation: Operation;
}

export type Definitions = ReadonlyMap<string, Definition>;

/**
 * Declares an operation. `parameters` are names separated by spaces; one ending in `?` may be left out; `*` alone takes
 * any arguments. `define('replace', 'old new count?', …)`.
 */
export function define(name: string, parameters: string, operation: Operation): Definition {
  const names = parameters === '' || parameters === '*' ? [] : parameters.split(' ');
  return {
    name,
    parameters: names.map((parameter) => parameter.replace('?', '')),
    required: names.filter((parameter) => !parameter.endsWith('?')).length,
    variadic: parameters === '*',
    operation,
  };
}

export function table(...definitions: readonly Definition[]): Definitions {
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

const EMPTY: readonly Value[] = [];

/** Calls the operation with the arguments fitted; TypeError as Python's for ones too many, too few or unknown. */
export function invoke(definition: Definition, run: Run, subject: Value, call: CallArguments): Value {
  chargeText(run, subject);
  return definition.operation(run, subject, fitArguments(definition, call), call);
}

/** What an operation costs at least: going over its text once. Dearer ones charge the rest themselves. */
function chargeText(run: Run, subject: Value): void {
  if (typeof subject === 'string') {
    if (subject.length > 64) run.charge(subject.length >>> 6);
  } else if (subject instanceof Markup) run.charge(subject.text.length >>> 6);
}

function fitArguments(definition: Definition, call: CallArguments): readonly Value[] {
  const { parameters, required, name } = definition;
  if (definition.variadic) return call.positional;
  const given = call.positional.length;
  if (given > parameters.length) {
    throw typeError(`${name}() takes at most ${parameters.length} arguments but ${given} were given`);
  }
  if (call.named === undefined) {
    if (given < required) throw missing(definition, given);
    return given === 0 ? EMPTY : call.positional;
  }
  const fitted = [...call.positional];
  for (const [argument, value] of call.named) {
    const index = parameters.indexOf(argument);
    if (index === -1) throw typeError(`${name}() got an unexpected keyword argument '${argument}'`);
    if (index < given) throw typeError(`${name}() got multiple values for argument '${argument}'`);
    fitted[index] = value;
  }
  for (let index = 0; index < required; index += 1) {
    if (fitted[index] === undefined) throw missing(definition, index);
  }
  return fitted;
}

function missing(definition: Definition, index: number): Error {
  return typeError(`${definition.name}() missing required argument: '${definition.parameters[index]}'`);
}

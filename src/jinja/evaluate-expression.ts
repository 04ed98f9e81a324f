// Expressions → closures. A template is compiled once into these and run many times; no source text is ever made into code.

import { getAttribute, getItem, getSlice, methodsOf } from './access.js';
import type { Arguments, CompareOperator, Expression } from './ast.js';
import { callValue } from './call-value.js';
import { compare, contains, equals } from './compare.js';
import { dictEntries, dictSet } from './dicts.js';
import { Fault, nearest, typeError } from './errors.js';
import { hintForName } from './foreign-syntax.js';
import { toList } from './iterate.js';
import type { Run } from './limits.js';
import { DICT_METHODS } from './methods.js';
import { binary, concatenate, signed } from './operators.js';
import type { Scope } from './scope.js';
import { type Definition, type Definitions, invoke } from './signature.js';
import { type CallArguments, isDict, isTrue, NO_ARGUMENTS, Tuple, Undefined, type Value } from './values.js';

export type Evaluate = (run: Run, scope: Scope) => Value;

/** What is known while compiling; throws through `fail` with the place in the source. */
export interface Compilation {
  readonly filters: Definitions;
  readonly tests: Definitions;
  readonly globals: ReadonlyMap<string, Value>;
  readonly assigned: ReadonlySet<string>;
  /** Names read by the macro body being compiled; tells whether it takes `caller`, `varargs`, `kwargs`. */
  referenced: Set<string>;
  readonly fail: (at: number, fault: Fault) => never;
}

export function compileNode(node: Expression, on: Compilation): Evaluate {
  switch (node.kind) {
    case 'constant': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(node.name, node.at, on);
    case 'attribute':
      return compileAttribute(node.object, node.name, node.at, on);
    case 'filter':
      return compileFilter(node, on);
    case 'test':
      return compileTest(node, on);
    case 'call':
      return compileCall(node, on);
    case 'item':
    case 'slice':
      return compileItem(node, on);
    case 'list':
    case 'tuple':
    case 'dict':
      return compileLiteral(node, on);
    case 'compare':
      return compileCompare(node, on);
    default:
      return compileOperator(node, on);
  }
}

type NodeOf<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

function compileName(name: string, at: number, on: Compilation): Evaluate {
  on.referenced.add(name);
  const global = on.globals.get(name);
  const missing = (run: Run, scope: Scope): Value =>
    global ??
    new Undefined(
      `'${name}' is undefined`,
      name,
      () => [...scope.names(), ...Object.keys(run.context), ...on.globals.keys()],
      false,
      hintForName(name),
    );
  const fromContext: Evaluate = (run, scope) => {
    const { context } = run;
    const value = Object.hasOwn(context, name) ? context[name] : undefined;
    if (value !== undefined) return value;
    run.position = at;
    return missing(run, scope);
  };
  if (!on.assigned.has(name)) return fromContext;
  return (run, scope) => {
    const value = scope.get(name);
    return value === undefined ? fromContext(run, scope) : value;
  };
}

function compileAttribute(objectNode: Expression, name: string, at: number, on: Compilation): Evaluate {
  const object = compileNode(objectNode, on);
  const isMethod = DICT_METHODS.has(name);
  return (run, scope) => {
    const owner = object(run, scope);
    // The common case, JSON data, without a detour: an own key of a plain object.
    if (!isMethod && typeof owner === 'object' && owner !== null) {
      if (Object.getPrototypeOf(owner) === Object.prototype && Object.hasOwn(owner, name)) {
        const value = (owner as Record<string, Value>)[name];
        if (value !== undefined) return value;
      }
    }
    // What is undefined is the object, so that is what the error points to.
    run.position = owner instanceof Undefined ? objectNode.at : at;
    return getAttribute(owner, name);
  };
}

function compileItem(node: NodeOf<'item'> | NodeOf<'slice'>, on: Compilation): Evaluate {
  const object = compileNode(node.object, on);
  const { at } = node;
  if (node.kind === 'item') {
    const key = compileNode(node.key, on);
    return (run, scope) => {
      const owner = object(run, scope);
      const index = key(run, scope);
      run.position = owner instanceof Undefined ? node.object.at : at;
      return getItem(run, owner, index);
    };
  }
  const bound = (part: Expression | null): Evaluate => (part === null ? () => null : compileNode(part, on));
  const start = bound(node.start);
  const stop = bound(node.stop);
  const step = bound(node.step);
  return (run, scope) => {
    const owner = object(run, scope);
    const bounds = [start(run, scope), stop(run, scope), step(run, scope)];
    run.position = at;
    return getSlice(run, owner, bounds[0], bounds[1], bounds[2]);
  };
}

function compileLiteral(node: NodeOf<'list' | 'tuple'> | NodeOf<'dict'>, on: Compilation): Evaluate {
  if (node.kind === 'dict') {
    const pairs = node.pairs.map(([key, value]) => [compileNode(key, on), compileNode(value, on)] as const);
    return (run, scope) => {
      const dict = new Map<Value, Value>();
      for (const [key, value] of pairs) dictSet(run, dict, key(run, scope), value(run, scope));
      return dict;
    };
  }
  const items = node.items.map((item) => compileNode(item, on));
  const isTuple = node.kind === 'tuple';
  return (run, scope) => {
    run.charge(items.length);
    const values = items.map((item) => item(run, scope));
    return isTuple ? new Tuple(values) : values;
  };
}

function compileOperator(node: Expression, on: Compilation): Evaluate {
  switch (node.kind) {
    case 'and':
    case 'or':
      return compileLogic(node, on);
    case 'not': {
      const operand = compileNode(node.operand, on);
      return (run, scope) => !isTrue(operand(run, scope));
    }
    case 'binary': {
      const left = compileNode(node.left, on);
      const right = compileNode(node.right, on);
      const { op, at } = node;
      return (run, scope) => {
        const a = left(run, scope);
        const b = right(run, scope);
        run.position = at;
        run.step();
        return binary(run, op, a, b);
      };
    }
    case 'concat': {
      const parts = node.parts.map((part) => compileNode(part, on));
      const { at } = node;
      return (run, scope) => {
        const values = parts.map((part) => part(run, scope));
        run.position = at;
        return concatenate(run, values);
      };
    }
    case 'conditional':
      return compileConditional(node, on);
    case 'negative':
    case 'positive': {
      const operand = compileNode(node.operand, on);
      const { kind, at } = node;
      return (run, scope) => {
        const value = operand(run, scope);
        run.position = at;
        return signed(kind, value);
      };
    }
    default:
      throw new Error(`no such expression: ${node.kind}`);
  }
}

function compileLogic(node: NodeOf<'and' | 'or'>, on: Compilation): Evaluate {
  const left = compileNode(node.left, on);
  const right = compileNode(node.right, on);
  const stopsOn = node.kind === 'or';
  return (run, scope) => {
    const value = left(run, scope);
    return isTrue(value) === stopsOn ? value : right(run, scope);
  };
}

function compileConditional(node: NodeOf<'conditional'>, on: Compilation): Evaluate {
  const test = compileNode(node.test, on);
  const whenTrue = compileNode(node.whenTrue, on);
  const otherwise: Evaluate =
    node.otherwise === null
      ? () => new Undefined('the inline if-expression evaluated to false and no else section was defined.')
      : compileNode(node.otherwise, on);
  return (run, scope) => (isTrue(test(run, scope)) ? whenTrue(run, scope) : otherwise(run, scope));
}

function holds(run: Run, op: CompareOperator, a: Value, b: Value): boolean {
  switch (op) {
    case '==':
      return equals(a, b);
    case '!=':
      return !equals(a, b);
    case 'in':
      return contains(run, b, a);
    case 'not in':
      return !contains(run, b, a);
    case '<':
      return compare(a, b, op) < 0;
    case '<=':
      return compare(a, b, op) <= 0;
    case '>':
      return compare(a, b, op) > 0;
    default:
      return compare(a, b, op) >= 0;
  }
}

function compileCompare(node: NodeOf<'compare'>, on: Compilation): Evaluate {
  const first = compileNode(node.first, on);
  const rest = node.rest.map(({ op, value }) => ({ op, value: compileNode(value, on) }));
  const { at } = node;
  return (run, scope) => {
    let left = first(run, scope);
    for (const { op, value } of rest) {
      const right = value(run, scope);
      run.position = at;
      run.step();
      if (!holds(run, op, left, right)) return false;
      left = right;
    }
    return true;
  };
}

export type EvaluateArguments = (run: Run, scope: Scope) => CallArguments;

export function compileArguments(args: Arguments, on: Compilation): EvaluateArguments {
  const positional = args.positional.map((item) => compileNode(item, on));
  if (args.named.length === 0 && args.spread === null && args.spreadNamed === null) {
    if (positional.length === 0) return () => NO_ARGUMENTS;
    return (run, scope) => ({ positional: positional.map((item) => item(run, scope)), named: undefined });
  }
  const named = args.named.map(({ name, value }) => ({ name, value: compileNode(value, on) }));
  const spread = args.spread === null ? undefined : compileNode(args.spread, on);
  const spreadNamed = args.spreadNamed === null ? undefined : compileNode(args.spreadNamed, on);
  return (run, scope) => {
    const values = positional.map((item) => item(run, scope));
    if (spread !== undefined) values.push(...toList(run, spread(run, scope)));
    const byName = new Map<string, Value>();
    for (const { name, value } of named) byName.set(name, value(run, scope));
    if (spreadNamed !== undefined) addSpread(byName, spreadNamed(run, scope));
    return { positional: values, named: byName };
  };
}

function addSpread(byName: Map<string, Value>, mapping: Value): void {
  if (!isDict(mapping)) throw typeError('argument after ** must be a mapping');
  for (const [key, value] of dictEntries(mapping)) {
    if (typeof key !== 'string') throw typeError('keywords must be strings');
    byName.set(key, value);
  }
}

function compileCall(node: NodeOf<'call'>, on: Compilation): Evaluate {
  const args = compileArguments(node.args, on);
  const { callee: calleeNode, at } = node;
  if (calleeNode.kind !== 'attribute') {
    const callee = compileNode(calleeNode, on);
    return (run, scope) => {
      const called = callee(run, scope);
      const given = args(run, scope);
      run.position = at;
      return callValue(run, called, given);
    };
  }
  const object = compileNode(calleeNode.object, on);
  const { name, at: nameAt } = calleeNode;
  return (run, scope) => {
    const owner = object(run, scope);
    run.position = owner instanceof Undefined ? calleeNode.object.at : nameAt;
    const method = methodsOf(owner)?.get(name);
    const called = method === undefined ? getAttribute(owner, name) : undefined;
    const given = args(run, scope);
    run.position = nameAt;
    if (method === undefined) return callValue(run, called, given);
    run.step();
    return invoke(method, run, owner, given);
  };
}

function find(kind: 'filter' | 'test', name: string, at: number, on: Compilation): Definition {
  const known = kind === 'filter' ? on.filters : on.tests;
  const definition = known.get(name);
  if (definition !== undefined) return definition;
  const suggestion = nearest(name, known.keys());
  return on.fail(at, new Fault('TemplateAssertionError', `no ${kind} named '${name}'`, 'syntax', suggestion));
}

/** A filter over a value that is not in the source: of `{% filter %}` and `{% set x | f %}`. */
export function compileFilterChain(
  node: Expression,
  on: Compilation,
): (run: Run, scope: Scope, value: Value) => Value {
  if (node.kind !== 'filter') throw new Error('not a filter');
  const definition = find('filter', node.name, node.at, on);
  const args = compileArguments(node.args, on);
  const before = node.input === null ? undefined : compileFilterChain(node.input, on);
  const { at } = node;
  return (run, scope, value) => {
    const input = before === undefined ? value : before(run, scope, value);
    const given = args(run, scope);
    run.position = at;
    run.step();
    return invoke(definition, run, input, given);
  };
}

function compileFilter(node: NodeOf<'filter'>, on: Compilation): Evaluate {
  const definition = find('filter', node.name, node.at, on);
  const input = compileNode(node.input!, on);
  const args = compileArguments(node.args, on);
  const { at } = node;
  return (run, scope) => {
    const value = input(run, scope);
    const given = args(run, scope);
    run.position = at;
    run.step();
    return invoke(definition, run, value, given);
  };
}

function compileTest(node: NodeOf<'test'>, on: Compilation): Evaluate {
  const definition = find('test', node.name, node.at, on);
  const input = compileNode(node.input, on);
  const args = compileArguments(node.args, on);
  const { at } = node;
  return (run, scope) => {
    const value = input(run, scope);
    const given = args(run, scope);
    run.position = at;
    run.step();
    return isTrue(invoke(definition, run, value, given));
  };
}

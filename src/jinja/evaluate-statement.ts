// Statements → closures that write to the run's output.

import type { Body, Statement, Target } from './ast.js';
import { typeError } from './errors.js';
import { type Compilation, compileFilterChain, compileNode, type Evaluate } from './evaluate-expression.js';
import { toList } from './iterate.js';
import type { Run } from './limits.js';
import { type LoopPosition, loopObject } from './loop-state.js';
import { compileCallBlock, compileMacro } from './macros.js';
import { capture, type Execute, writeValue } from './output.js';
import { Scope } from './scope.js';
import { isTrue, Namespace, type Value } from './values.js';

export function compileBody(body: Body, on: Compilation): Execute {
  const steps = body.map((statement) => compileStatement(statement, on));
  if (steps.length === 0) return () => {};
  if (steps.length === 1) return steps[0]!;
  return (run, scope) => {
    for (let index = 0; index < steps.length; index += 1) steps[index]!(run, scope);
  };
}

type StatementOf<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

function compileStatement(node: Statement, on: Compilation): Execute {
  switch (node.kind) {
    case 'text': {
      const { text } = node;
      return (run) => run.write(text);
    }
    case 'output':
      return compileOutput(node, on);
    case 'if':
      return compileIf(node, on);
    case 'for':
      return compileFor(node, on);
    case 'set': {
      const value = compileNode(node.value, on);
      const assign = compileTarget(node.target);
      return (run, scope) => assign(run, scope, value(run, scope));
    }
    case 'setBlock':
      return compileSetBlock(node, on);
    case 'macro':
      return compileMacro(node, on, compileBody);
    case 'call':
      return compileCallBlock(node, on, compileBody);
    case 'filter': {
      const body = compileBody(node.body, on);
      const filter = compileFilterChain(node.filter, on);
      return (run, scope) => {
        const text = capture(run, () => body(run, new Scope(scope)));
        writeValue(run, filter(run, scope, text));
      };
    }
    case 'with':
      return compileWith(node, on);
    default: {
      const body = compileBody(node.body, on);
      return (run, scope) => body(run, new Scope(scope));
    }
  }
}

function compileOutput(node: StatementOf<'output'>, on: Compilation): Execute {
  const value = compileNode(node.value, on);
  const { at } = node;
  return (run, scope) => {
    const result = value(run, scope);
    run.step();
    if (typeof result !== 'string') run.position = at;
    writeValue(run, result);
  };
}

function compileIf(node: StatementOf<'if'>, on: Compilation): Execute {
  const branches = node.branches.map(({ test, body }) => ({
    test: compileNode(test, on),
    body: compileBody(body, on),
  }));
  const otherwise = compileBody(node.otherwise, on);
  return (run, scope) => {
    for (const { test, body } of branches) {
      run.step();
      if (isTrue(test(run, scope))) return body(run, scope);
    }
    return otherwise(run, scope);
  };
}

type Assign = (run: Run, scope: Scope, value: Value) => void;

function compileTarget(target: Target): Assign {
  switch (target.kind) {
    case 'name': {
      const { name } = target;
      return (_run, scope, value) => scope.set(name, value);
    }
    case 'field': {
      const { namespace, field, at } = target;
      return (run, scope, value) => {
        const owner = scope.get(namespace);
        run.position = at;
        run.step();
        if (!(owner instanceof Namespace)) throw typeError('cannot assign attribute on non-namespace object');
        owner.fields.set(field, value);
      };
    }
    default:
      return compileUnpack(target.targets.map(compileTarget), target.at);
  }
}

function compileUnpack(targets: readonly Assign[], at: number): Assign {
  return (run, scope, value) => {
    run.position = at;
    const items = toList(run, value);
    if (items.length !== targets.length) {
      const many = items.length > targets.length ? 'too many' : 'not enough';
      throw typeError(`${many} values to unpack (expected ${targets.length}, got ${items.length})`);
    }
    for (const [index, assign] of targets.entries()) assign(run, scope, items[index]);
  };
}

function compileFor(node: StatementOf<'for'>, on: Compilation): Execute {
  const itemsOf = compileNode(node.items, on);
  const assign = compileTarget(node.target);
  const keep = node.filter === null ? undefined : compileNode(node.filter, on);
  const body = compileBody(node.body, on);
  const otherwise = compileBody(node.otherwise, on);
  const { at, recursive } = node;

  const loopOver = (run: Run, scope: Scope, iterable: Value, depth: number): void => {
    run.position = at;
    const all = toList(run, iterable);
    const position =
      keep === undefined
        ? loopPosition(all, () => false, depth)
        : keptPosition(all, (item) => isKept(run, scope, item, keep, assign), depth);
    const { items, more } = position;
    if (items.length === 0 && !more()) {
      otherwise(run, new Scope(scope));
      return;
    }
    const recurse = (inner: Run, children: Value): Value => {
      inner.enter();
      const text = capture(inner, () => loopOver(inner, scope, children, depth + 1));
      inner.leave();
      return text;
    };
    const loop = loopObject(position, recursive ? recurse : undefined);
    for (; position.index < items.length || more(); position.index += 1) {
      run.step();
      const turn = new Scope(scope);
      turn.set('loop', loop);
      assign(run, turn, items[position.index]);
      body(run, turn);
    }
  };
  return (run, scope) => loopOver(run, scope, itemsOf(run, scope), 0);
}

function loopPosition(items: readonly Value[], more: () => boolean, depth: number): LoopPosition {
  return { items, more, index: 0, depth, lastChanged: undefined };
}

/** Of `for … if`: the condition is asked for an item when the loop comes to it, as what it reads may change meanwhile. */
function keptPosition(all: readonly Value[], keeps: (item: Value) => boolean, depth: number): LoopPosition {
  const kept: Value[] = [];
  let next = 0;
  const more = (): boolean => {
    while (next < all.length) {
      const item = all[next++];
      if (keeps(item)) return kept.push(item) > 0;
    }
    return false;
  };
  return loopPosition(kept, more, depth);
}

function isKept(run: Run, scope: Scope, item: Value, keep: Evaluate, assign: Assign): boolean {
  run.step();
  const turn = new Scope(scope);
  assign(run, turn, item);
  return isTrue(keep(run, turn));
}

function compileSetBlock(node: StatementOf<'setBlock'>, on: Compilation): Execute {
  const body = compileBody(node.body, on);
  const assign = compileTarget(node.target);
  const filter = node.filter === null ? undefined : compileFilterChain(node.filter, on);
  return (run, scope) => {
    const text = capture(run, () => body(run, new Scope(scope)));
    assign(run, scope, filter === undefined ? text : filter(run, scope, text));
  };
}

function compileWith(node: StatementOf<'with'>, on: Compilation): Execute {
  const bindings = node.bindings.map(({ target, value }) => ({
    assign: compileTarget(target),
    value: compileNode(value, on),
  }));
  const body = compileBody(node.body, on);
  return (run, scope) => {
    const inner = new Scope(scope);
    const values = bindings.map(({ value }) => value(run, scope));
    for (const [index, { assign }] of bindings.entries()) assign(run, inner, values[index]);
    body(run, inner);
  };
}

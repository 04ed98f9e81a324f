// Which names a template may read from its context: every name that is read where nothing in the template has surely given it
// a value before. Errs on the side of too many; nothing is evaluated here.

import type { Arguments, Body, Expression, Parameter, Statement, Target } from './ast.js';

/** Names bound where the walk stands. A scope sees those of the ones around it. */
class Bound {
  private readonly names = new Set<string>();
  private readonly outer: Bound | undefined;
  constructor(outer?: Bound, names: readonly string[] = []) {
    this.outer = outer;
    for (const name of names) this.names.add(name);
  }
  add(target: Target): void {
    if (target.kind === 'name') this.names.add(target.name);
    if (target.kind === 'unpack') for (const part of target.targets) this.add(part);
  }
  addName(name: string): void {
    this.names.add(name);
  }
  has(name: string): boolean {
    return this.names.has(name) || this.outer?.has(name) === true;
  }
}

class Walk {
  readonly free = new Set<string>();

  body(body: Body, bound: Bound): void {
    for (const statement of body) this.statement(statement, bound);
  }

  private statement(node: Statement, bound: Bound): void {
    switch (node.kind) {
      case 'text':
        return;
      case 'output':
        this.expression(node.value, bound);
        return;
      case 'if':
        for (const { test, body } of node.branches) {
          this.expression(test, bound);
          // What one branch sets may be unset behind the `if`, so it stays with the branch.
          this.body(body, new Bound(bound));
        }
        this.body(node.otherwise, new Bound(bound));
        return;
      case 'for':
        this.loop(node, bound);
        return;
      case 'set':
        this.expression(node.value, bound);
        bound.add(node.target);
        return;
      case 'setBlock':
        if (node.filter !== null) this.expression(node.filter, bound);
        this.body(node.body, new Bound(bound));
        bound.add(node.target);
        return;
      case 'macro':
        bound.addName(node.name);
        this.macro(node.parameters, node.body, bound);
        return;
      case 'call':
        this.expression(node.call, bound);
        this.macro(node.parameters, node.body, bound);
        return;
      case 'filter':
        this.expression(node.filter, bound);
        this.body(node.body, new Bound(bound));
        return;
      case 'with': {
        const inner = new Bound(bound);
        for (const { value } of node.bindings) this.expression(value, bound);
        for (const { target } of node.bindings) inner.add(target);
        this.body(node.body, inner);
        return;
      }
      default:
        this.body(node.body, new Bound(bound));
    }
  }

  private loop(node: Extract<Statement, { kind: 'for' }>, bound: Bound): void {
    this.expression(node.items, bound);
    const inner = new Bound(bound);
    inner.add(node.target);
    if (node.filter !== null) this.expression(node.filter, inner);
    inner.addName('loop');
    this.body(node.body, inner);
    this.body(node.otherwise, new Bound(bound));
  }

  private macro(parameters: readonly Parameter[], body: Body, bound: Bound): void {
    const inner = new Bound(bound, ['caller', 'varargs', 'kwargs']);
    for (const { name, preset } of parameters) {
      if (preset !== null) this.expression(preset, inner);
      inner.addName(name);
    }
    this.body(body, inner);
  }

  private expression(node: Expression | null, bound: Bound): void {
    if (node === null) return;
    if (node.kind === 'name') {
      if (!bound.has(node.name)) this.free.add(node.name);
      return;
    }
    for (const part of partsOf(node)) this.expression(part, bound);
  }
}

function argumentParts({ positional, named, spread, spreadNamed }: Arguments): (Expression | null)[] {
  return [...positional, ...named.map(({ value }) => value), spread, spreadNamed];
}

function partsOf(node: Expression): readonly (Expression | null)[] {
  switch (node.kind) {
    case 'list':
    case 'tuple':
      return node.items;
    case 'dict':
      return node.pairs.flat();
    case 'attribute':
      return [node.object];
    case 'item':
      return [node.object, node.key];
    case 'slice':
      return [node.object, node.start, node.stop, node.step];
    case 'call':
      return [node.callee, ...argumentParts(node.args)];
    case 'filter':
    case 'test':
      return [node.input, ...argumentParts(node.args)];
    case 'compare':
      return [node.first, ...node.rest.map(({ value }) => value)];
    case 'binary':
    case 'and':
    case 'or':
      return [node.left, node.right];
    case 'concat':
      return node.parts;
    case 'conditional':
      return [node.test, node.whenTrue, node.otherwise];
    case 'not':
    case 'negative':
    case 'positive':
      return [node.operand];
    default:
      return [];
  }
}

/** Names that rendering may look up in the context. Globals such as `range` count: a context may have its own. */
export function freeNames(body: Body): ReadonlySet<string> {
  const walk = new Walk();
  walk.body(body, new Bound());
  return walk.free;
}

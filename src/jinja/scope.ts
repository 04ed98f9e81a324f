// Variables while a template renders: a chain of scopes for names the template assigns, then the context, then globals.

import type { Value } from './values.js';

export class Scope {
  readonly parent: Scope | undefined;
  private readonly variables = new Map<string, Value>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  set(name: string, value: Value): void {
    this.variables.set(name, value);
  }

  /** The value of a name in this scope or one around it; JS undefined when none has it. */
  get(name: string): Value {
    let scope: Scope | undefined = this;
    while (scope !== undefined) {
      const value = scope.variables.get(name);
      if (value !== undefined) return value;
      scope = scope.parent;
    }
    return undefined;
  }

  *names(): Iterable<string> {
    yield* this.variables.keys();
    if (this.parent !== undefined) yield* this.parent.names();
  }
}

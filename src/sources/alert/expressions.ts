// Expressions of a pack, evaluated over what templates see: its variables.

import { type CompileOptions, compileExpression } from '../../jinja/compile.js';
import type { Value } from '../../jinja/values.js';
import type { Context } from './alert-context.js';
import type { Rendering } from './rendering.js';

export interface Expression {
  evaluate(context: Context): Value;
}

/** Variables of a pack, in order; each sees those above it. One that fails is undefined, and the alert says so. */
export function compileVariables(
  texts: readonly (readonly [name: string, text: string])[],
  options: CompileOptions,
): (context: Context, rendering: Rendering) => void {
  const variables = texts.map(([name, text]) => [name, compileExpression(text, options)] as const);
  return (context, rendering) => {
    for (const [name, expression] of variables) {
      try {
        context[name] = expression.evaluate(context);
      } catch (error) {
        rendering.note(`variables.${name}`, error);
      }
    }
  };
}

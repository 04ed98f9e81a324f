// Macros and call blocks: parameters with presets, varargs, kwargs and caller, with Jinja2's rules for each.

import type { Body, Parameter, Statement } from './ast.js';
import { callValue } from './call-value.js';
import { typeError } from './errors.js';
import { type Compilation, compileArguments, compileNode, type Evaluate } from './evaluate-expression.js';
import type { Run } from './limits.js';
import { capture, type Execute, writeValue } from './output.js';
import { Scope } from './scope.js';
import { type CallArguments, Callable, Tuple, Undefined, type Value } from './values.js';

interface MacroCode {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly preset: Evaluate | null }[];
  readonly body: Execute;
  readonly reads: ReadonlySet<string>;
}

/** How a body is compiled; handed in, as bodies hold macros and macros have bodies. */
type CompileBody = (body: Body, on: Compilation) => Execute;

function compileCode(
  node: { readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Body },
  on: Compilation,
  compileBody: CompileBody,
): MacroCode {
  const { name, parameters, body } = node;
  const outer = on.referenced;
  on.referenced = new Set();
  const code = {
    name,
    parameters: parameters.map((parameter) => ({
      name: parameter.name,
      preset: parameter.preset === null ? null : compileNode(parameter.preset, on),
    })),
    body: compileBody(body, on),
    reads: on.referenced,
  };
  on.referenced = new Set([...outer, ...code.reads]);
  return code;
}

function macroValue(code: MacroCode, defined: Scope): Callable {
  const attributes = new Map<string, Value>([
    ['name', code.name],
    ['arguments', new Tuple(code.parameters.map(({ name }) => name))],
    ['caller', code.reads.has('caller')],
    ['catch_varargs', code.reads.has('varargs')],
    ['catch_kwargs', code.reads.has('kwargs')],
  ]);
  return new Callable(
    'Macro',
    `'${code.name}'`,
    (run, args) => {
      run.enter();
      const scope = new Scope(defined);
      bind(run, code, scope, args);
      const text = capture(run, () => code.body(run, scope));
      run.leave();
      return text;
    },
    attributes,
  );
}

function bind(run: Run, code: MacroCode, scope: Scope, { positional, named }: CallArguments): void {
  const left = new Map(named);
  const { parameters, reads, name } = code;
  run.charge(parameters.length + positional.length + left.size);
  if (positional.length > parameters.length && !reads.has('varargs')) {
    throw typeError(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
  }
  for (const [index, parameter] of parameters.entries()) {
    let value = positional[index];
    if (left.has(parameter.name)) {
      if (value !== undefined) {
        throw typeError(`macro '${name}' got multiple values for argument '${parameter.name}'`);
      }
      value = left.get(parameter.name);
      left.delete(parameter.name);
    }
    if (value === undefined) value = absent(run, parameter, scope);
    scope.set(parameter.name, value);
  }
  if (reads.has('caller') && !parameters.some((parameter) => parameter.name === 'caller')) {
    scope.set('caller', left.get('caller') ?? new Undefined('No caller defined', 'caller'));
    left.delete('caller');
  }
  if (reads.has('kwargs')) scope.set('kwargs', new Map<Value, Value>(left));
  else if (left.size > 0) {
    throw typeError(`macro '${name}' takes no keyword argument '${[...left.keys()][0]}'`);
  }
  if (reads.has('varargs')) scope.set('varargs', new Tuple(positional.slice(parameters.length)));
}

function absent(run: Run, parameter: MacroCode['parameters'][number], scope: Scope): Value {
  if (parameter.preset !== null) return parameter.preset(run, scope);
  return new Undefined(`parameter '${parameter.name}' was not provided`);
}

export function compileMacro(
  node: Extract<Statement, { kind: 'macro' }>,
  on: Compilation,
  compileBody: CompileBody,
): Execute {
  const code = compileCode(node, on, compileBody);
  return (_run, scope) => scope.set(node.name, macroValue(code, scope));
}

/** `{% call(x) macro(...) %}…{% endcall %}`: the body becomes the macro's `caller`. */
export function compileCallBlock(
  node: Extract<Statement, { kind: 'call' }>,
  on: Compilation,
  compileBody: CompileBody,
): Execute {
  const code = compileCode({ ...node, name: 'caller' }, on, compileBody);
  if (node.call.kind !== 'call') throw new Error('not a call');
  const callee = compileNode(node.call.callee, on);
  const args = compileArguments(node.call.args, on);
  const { at } = node.call;
  return (run, scope) => {
    const called = callee(run, scope);
    const { positional, named } = args(run, scope);
    const withCaller = new Map(named).set('caller', macroValue(code, scope));
    run.position = at;
    writeValue(run, callValue(run, called, { positional, named: withCaller }));
  };
}

// Tokens → statements: text, output, and the tags of Jinja2 that need no other file.

import type { Body, Expression, Parameter, Statement, Target } from './ast.js';
import { nearest } from './errors.js';
import { hintForStatementWord, hintForTag } from './foreign-syntax.js';
import { parseExpression, parseFilter, parseTuple, parseUnary } from './parse-expression.js';
import type { TokenStream } from './token-stream.js';

type TagParser = (stream: TokenStream, at: number) => Statement;

const TAGS: ReadonlyMap<string, TagParser> = new Map<string, TagParser>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['macro', parseMacro],
  ['call', parseCall],
  ['filter', parseFilterBlock],
  ['with', parseWith],
  ['block', parseBlock],
]);

const ENDS: ReadonlySet<string> = new Set(['elif', 'else', ...[...TAGS.keys()].map((name) => `end${name}`)]);

const NEED_FILES: ReadonlySet<string> = new Set(['include', 'extends', 'import', 'from']);

export function parseTemplate(stream: TokenStream): Body {
  const body = parseBody(stream, []);
  if (!stream.is('end')) stream.fail(`unexpected '${stream.current.text}'`);
  return body;
}

/** The tag whose end a body waits for. */
interface Opener {
  readonly name: string;
  readonly at: number;
}

/** `{{ if .Alerts }}` would be read as the attribute of a name, and print nothing. */
function refuseGo(stream: TokenStream): void {
  const { current, following } = stream;
  const hint = current.kind === 'name' ? hintForStatementWord(current.text) : undefined;
  const isApart = following.at > current.at + current.text.length;
  if (hint === undefined || following.kind !== 'operator' || following.text !== '.' || !isApart) return;
  stream.fail(`'${current.text}' is no value`, current.at, undefined, hint);
}

function failInOutput(stream: TokenStream, value: Expression): never {
  const hint = value.kind === 'name' ? hintForStatementWord(value.name) : undefined;
  if (hint !== undefined)
    stream.fail(`'${(value as { name: string }).name}' is no value`, value.at, undefined, hint);
  return stream.failHere(`'}}'`);
}

/** Statements up to one of the given end tags, whose `{%` and name are taken; the caller reads on from there. */
function parseBody(stream: TokenStream, ends: readonly string[], opener?: Opener): Body {
  const body: Statement[] = [];
  while (!stream.is('end')) {
    const { kind, text, at } = stream.current;
    if (kind === 'text') {
      stream.next();
      body.push({ kind: 'text', text, at });
    } else if (kind === 'outputStart') {
      stream.next();
      refuseGo(stream);
      const value = parseTuple(stream);
      if (!stream.is('outputEnd')) failInOutput(stream, value);
      stream.next();
      body.push({ kind: 'output', value, at: value.at });
    } else {
      stream.expect('blockStart');
      if (stream.isName(...ends)) return body;
      body.push(parseTag(stream, ends, opener));
    }
  }
  if (opener !== undefined) {
    stream.fail(`'{% ${opener.name} %}' is never closed: '{% ${ends.at(-1)} %}' is missing`, opener.at);
  }
  return body;
}

function parseTag(stream: TokenStream, ends: readonly string[], opener: Opener | undefined): Statement {
  const { text: name, at } = stream.expect('name');
  const tag = TAGS.get(name);
  if (tag !== undefined) return stream.nested(() => tag(stream, at));
  if (NEED_FILES.has(name))
    stream.fail(`tag '${name}' is not available: a template here has no other files`, at);
  const open = opener === undefined ? '' : openText(stream, ends, opener);
  if (ENDS.has(name)) stream.fail(`'{% ${name} %}' closes nothing here${open}`, at);
  const suggestion = nearest(name, [...TAGS.keys(), ...ends]);
  return stream.fail(`unknown tag '${name}'${open}`, at, suggestion, hintForTag(name));
}

function openText(stream: TokenStream, ends: readonly string[], opener: Opener): string {
  return `: the '{% ${opener.name} %}' of line ${stream.lineOf(opener.at)} is still open (expected ${ends.join(' or ')})`;
}

function closeTag(stream: TokenStream): void {
  stream.expect('blockEnd');
}

/** What stands between a tag and the one that ends it. */
function block(stream: TokenStream, ends: readonly string[], name: string, at: number): Body {
  closeTag(stream);
  return parseBody(stream, ends, { name, at });
}

/** The `{% else %}` of an `if` or `for`. */
function elseBlock(stream: TokenStream, end: string, name: string, at: number): Body {
  if (!stream.skipName('else')) return [];
  if (stream.is('name', 'if'))
    stream.fail("unexpected 'if'", stream.current.at, undefined, 'write {% elif … %}');
  return block(stream, [end], name, at);
}

function parseIf(stream: TokenStream, at: number): Statement {
  const branches: { test: Expression; body: Body }[] = [];
  for (;;) {
    const test = parseTuple(stream, false);
    branches.push({ test, body: block(stream, ['elif', 'else', 'endif'], 'if', at) });
    if (!stream.skipName('elif')) break;
  }
  const otherwise = elseBlock(stream, 'endif', 'if', at);
  stream.expect('name', 'endif');
  closeTag(stream);
  return { kind: 'if', branches, otherwise, at };
}

function parseFor(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, false);
  stream.expect('name', 'in');
  const items = parseTuple(stream, false);
  const filter = stream.skipName('if') ? parseExpression(stream) : null;
  const recursive = stream.skipName('recursive');
  const body = block(stream, ['else', 'endfor'], 'for', at);
  const otherwise = elseBlock(stream, 'endfor', 'for', at);
  stream.expect('name', 'endfor');
  closeTag(stream);
  return { kind: 'for', target, items, filter, recursive, body, otherwise, at };
}

const RESERVED: ReadonlySet<string> = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

function assignable(stream: TokenStream): { name: string; at: number } {
  const { text: name, at } = stream.expect('name');
  if (RESERVED.has(name)) stream.fail(`can't assign to '${name}'`, at);
  stream.assigned.add(name);
  return { name, at };
}

function parseTarget(stream: TokenStream, withFields: boolean): Target {
  const { at } = stream.current;
  const targets: Target[] = [];
  let isTuple = false;
  do {
    if (targets.length > 0 && !stream.is('name') && !stream.isOperator('(')) break;
    targets.push(parseOneTarget(stream, withFields));
    isTuple ||= stream.isOperator(',');
  } while (stream.skipOperator(','));
  return isTuple ? { kind: 'unpack', targets, at } : targets[0]!;
}

function parseOneTarget(stream: TokenStream, withFields: boolean): Target {
  if (stream.skipOperator('(')) {
    const inner = stream.nested(() => parseTarget(stream, withFields));
    stream.expectOperator(')');
    return inner;
  }
  const { name, at } = assignable(stream);
  if (withFields && stream.skipOperator('.')) {
    return { kind: 'field', namespace: name, field: stream.expect('name').text, at };
  }
  return { kind: 'name', name, at };
}

function parseSet(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, true);
  if (stream.skipOperator('=')) {
    const value = parseTuple(stream);
    closeTag(stream);
    return { kind: 'set', target, value, at };
  }
  const filter = stream.skipOperator('|') ? parseFilterChain(stream) : null;
  const body = block(stream, ['endset'], 'set', at);
  stream.expect('name', 'endset');
  closeTag(stream);
  return { kind: 'setBlock', target, filter, body, at };
}

function parseFilterChain(stream: TokenStream): Expression {
  let node = parseFilter(stream, null);
  while (stream.skipOperator('|')) node = parseFilter(stream, node);
  return node;
}

function parseSignature(stream: TokenStream): Parameter[] {
  const parameters: Parameter[] = [];
  stream.expectOperator('(');
  while (!stream.isOperator(')')) {
    if (parameters.length > 0) stream.expectOperator(',');
    if (stream.isOperator(')')) break;
    const { name } = assignable(stream);
    const preset = stream.skipOperator('=') ? parseExpression(stream) : null;
    if (preset === null && parameters.at(-1)?.preset != null) {
      stream.fail('non-default argument follows default argument');
    }
    parameters.push({ name, preset });
  }
  stream.expectOperator(')');
  return parameters;
}

function parseMacro(stream: TokenStream, at: number): Statement {
  const { name } = assignable(stream);
  const parameters = parseSignature(stream);
  const body = block(stream, ['endmacro'], 'macro', at);
  stream.expect('name', 'endmacro');
  closeTag(stream);
  return { kind: 'macro', name, parameters, body, at };
}

function parseCall(stream: TokenStream, at: number): Statement {
  const parameters = stream.isOperator('(') ? parseSignature(stream) : [];
  const call = parseUnary(stream, true);
  if (call.kind !== 'call') stream.fail('expected call', call.at);
  const body = block(stream, ['endcall'], 'call', at);
  stream.expect('name', 'endcall');
  closeTag(stream);
  return { kind: 'call', call, parameters, body, at };
}

function parseFilterBlock(stream: TokenStream, at: number): Statement {
  const filter = parseFilterChain(stream);
  const body = block(stream, ['endfilter'], 'filter', at);
  stream.expect('name', 'endfilter');
  closeTag(stream);
  return { kind: 'filter', filter, body, at };
}

function parseWith(stream: TokenStream, at: number): Statement {
  const bindings: { target: Target; value: Expression }[] = [];
  while (!stream.is('blockEnd')) {
    if (bindings.length > 0) stream.expectOperator(',');
    const target = parseOneTarget(stream, false);
    stream.expectOperator('=');
    bindings.push({ target, value: parseExpression(stream) });
  }
  const body = block(stream, ['endwith'], 'with', at);
  stream.expect('name', 'endwith');
  closeTag(stream);
  return { kind: 'with', bindings, body, at };
}

function parseBlock(stream: TokenStream, at: number): Statement {
  const { text: name } = stream.expect('name');
  const body = block(stream, ['endblock'], 'block', at);
  stream.expect('name', 'endblock');
  if (stream.is('name') && !stream.skipName(name)) stream.fail(`expected '${name}'`);
  closeTag(stream);
  return { kind: 'scope', body, at };
}

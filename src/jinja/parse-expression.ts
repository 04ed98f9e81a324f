// Tokens → expressions, with Jinja2's order of precedence: conditional, or, and, not, comparison, + -, ~, * / // %, unary,
// power, postfix, filters and tests.

import type { Arguments, BinaryOperator, CompareOperator, Expression } from './ast.js';
import { hintForOperator } from './foreign-syntax.js';
import { describe, type TokenStream } from './token-stream.js';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

const NO_ARGUMENTS_NODE: Arguments = { positional: [], named: [], spread: null, spreadNamed: null };

export function parseExpression(stream: TokenStream, withConditional = true): Expression {
  return stream.nested(() => (withConditional ? parseConditional(stream) : parseOr(stream)));
}

function parseConditional(stream: TokenStream): Expression {
  let result = parseOr(stream);
  for (let links = 0; stream.is('name', 'if'); links += 1) {
    stream.chained(links);
    const { at } = stream.next();
    const test = parseOr(stream);
    const otherwise = stream.skipName('else') ? stream.nested(() => parseConditional(stream)) : null;
    result = { kind: 'conditional', test, whenTrue: result, otherwise, at };
  }
  return result;
}

function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  for (let links = 0; stream.is('name', 'or'); links += 1) {
    stream.chained(links);
    const { at } = stream.next();
    left = { kind: 'or', left, right: parseAnd(stream), at };
  }
  return left;
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  for (let links = 0; stream.is('name', 'and'); links += 1) {
    stream.chained(links);
    const { at } = stream.next();
    left = { kind: 'and', left, right: parseNot(stream), at };
  }
  return left;
}

function parseNot(stream: TokenStream): Expression {
  if (!stream.is('name', 'not')) return parseCompare(stream);
  const { at } = stream.next();
  return { kind: 'not', operand: stream.nested(() => parseNot(stream)), at };
}

function compareOperator(stream: TokenStream): CompareOperator | null {
  const { current } = stream;
  if (current.kind === 'operator' && COMPARISONS.has(current.text)) {
    stream.next();
    return current.text as CompareOperator;
  }
  if (stream.skipName('in')) return 'in';
  if (stream.is('name', 'not') && stream.following.kind === 'name' && stream.following.text === 'in') {
    stream.next();
    stream.next();
    return 'not in';
  }
  return null;
}

function parseCompare(stream: TokenStream): Expression {
  const { at } = stream.current;
  const first = parseSum(stream);
  const rest: { op: CompareOperator; value: Expression }[] = [];
  for (let op = compareOperator(stream); op !== null; op = compareOperator(stream)) {
    rest.push({ op, value: parseSum(stream) });
  }
  return rest.length === 0 ? first : { kind: 'compare', first, rest, at };
}

function parseBinary(
  stream: TokenStream,
  operators: readonly BinaryOperator[],
  operand: (stream: TokenStream) => Expression,
): Expression {
  let left = operand(stream);
  for (let links = 0; ; links += 1) {
    stream.chained(links);
    const op = operators.find((candidate) => stream.isOperator(candidate));
    if (op === undefined) return left;
    const { at } = stream.next();
    left = { kind: 'binary', op, left, right: operand(stream), at };
  }
}

const parseSum = (stream: TokenStream): Expression => parseBinary(stream, ['+', '-'], parseConcat);
const parseProduct = (stream: TokenStream): Expression =>
  parseBinary(stream, ['*', '//', '/', '%'], parsePower);
const parsePower = (stream: TokenStream): Expression =>
  parseBinary(stream, ['**'], (s) => parseUnary(s, true));

function parseConcat(stream: TokenStream): Expression {
  const { at } = stream.current;
  const parts = [parseProduct(stream)];
  while (stream.skipOperator('~')) parts.push(parseProduct(stream));
  return parts.length === 1 ? parts[0]! : { kind: 'concat', parts, at };
}

export function parseUnary(stream: TokenStream, withFilters: boolean): Expression {
  const { at } = stream.current;
  let node: Expression;
  if (stream.skipOperator('-')) {
    node = { kind: 'negative', operand: stream.nested(() => parseUnary(stream, false)), at };
  } else if (stream.skipOperator('+')) {
    node = { kind: 'positive', operand: stream.nested(() => parseUnary(stream, false)), at };
  } else node = parsePrimary(stream);
  node = parsePostfix(stream, node);
  return withFilters ? parseFilters(stream, node) : node;
}

function parsePrimary(stream: TokenStream): Expression {
  const token = stream.next();
  const { at } = token;
  if (token.kind === 'name') {
    const constant = CONSTANTS.get(token.text);
    return constant === undefined
      ? { kind: 'name', name: token.text, at }
      : { kind: 'constant', value: constant, at };
  }
  if (token.kind === 'number') return { kind: 'constant', value: token.value, at };
  if (token.kind === 'string') {
    let text = token.text;
    while (stream.is('string')) text += stream.next().text;
    return { kind: 'constant', value: text, at };
  }
  if (token.kind === 'operator') {
    if (token.text === '(') return parseParenthesized(stream, at);
    if (token.text === '[') return { kind: 'list', items: parseItems(stream, ']'), at };
    if (token.text === '{') return parseDict(stream, at);
  }
  const isEmpty = token.kind === 'outputEnd' || token.kind === 'blockEnd';
  const hint = token.kind === 'operator' ? hintForOperator(token.text, stream.current.text) : undefined;
  return stream.fail(
    isEmpty ? `expected an expression before '${token.text}'` : `unexpected ${describe(token)}`,
    at,
    undefined,
    hint,
  );
}

function parseParenthesized(stream: TokenStream, at: number): Expression {
  if (stream.skipOperator(')')) return { kind: 'tuple', items: [], at };
  const node = parseTuple(stream);
  stream.expectOperator(')');
  return node;
}

/** One expression, or several with commas as a tuple. */
export function parseTuple(stream: TokenStream, withConditional = true): Expression {
  const { at } = stream.current;
  const items = [parseExpression(stream, withConditional)];
  let isTuple = false;
  while (stream.skipOperator(',')) {
    isTuple = true;
    if (endsTuple(stream)) break;
    items.push(parseExpression(stream, withConditional));
  }
  return isTuple ? { kind: 'tuple', items, at } : items[0]!;
}

function endsTuple(stream: TokenStream): boolean {
  return (
    stream.is('outputEnd') ||
    stream.is('blockEnd') ||
    stream.is('end') ||
    stream.isOperator(')') ||
    stream.isOperator(']')
  );
}

function parseItems(stream: TokenStream, closer: string): Expression[] {
  const items: Expression[] = [];
  while (!stream.isOperator(closer)) {
    if (items.length > 0) stream.expectOperator(',');
    if (stream.isOperator(closer)) break;
    items.push(parseExpression(stream));
  }
  stream.expectOperator(closer);
  return items;
}

function parseDict(stream: TokenStream, at: number): Expression {
  const pairs: [Expression, Expression][] = [];
  while (!stream.isOperator('}')) {
    if (pairs.length > 0) stream.expectOperator(',');
    if (stream.isOperator('}')) break;
    const key = parseExpression(stream);
    stream.expectOperator(':');
    pairs.push([key, parseExpression(stream)]);
  }
  stream.expectOperator('}');
  return { kind: 'dict', pairs, at };
}

function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let node = start;
  for (let links = 0; ; links += 1) {
    stream.chained(links);
    const { at } = stream.current;
    if (stream.skipOperator('.')) node = parseDot(stream, node);
    else if (stream.skipOperator('[')) node = parseSubscript(stream, node, at);
    else if (stream.isOperator('(')) node = { kind: 'call', callee: node, args: parseArguments(stream), at };
    else return node;
  }
}

function parseDot(stream: TokenStream, object: Expression): Expression {
  const token = stream.next();
  if (token.kind === 'name') return { kind: 'attribute', object, name: token.text, at: token.at };
  if (token.kind === 'number' && /^\d+$/.test(token.text)) {
    const key: Expression = { kind: 'constant', value: token.value, at: token.at };
    return { kind: 'item', object, key, at: token.at };
  }
  return stream.fail(`expected name or number after '.', got ${describe(token)}`, token.at);
}

function parseSubscript(stream: TokenStream, object: Expression, at: number): Expression {
  const keys: Expression[] = [];
  let result: Expression | undefined;
  while (!stream.isOperator(']')) {
    if (keys.length > 0) stream.expectOperator(',');
    const key = stream.isOperator(':') ? null : parseExpression(stream);
    if (stream.skipOperator(':')) {
      result = parseSlice(stream, { object, start: key, at });
      keys.push(result);
    } else keys.push(key!);
  }
  stream.expectOperator(']');
  if (keys.length === 0) stream.fail('expected an expression in []', at);
  if (result !== undefined) {
    if (keys.length > 1) stream.fail('a slice stands alone in []', at);
    return result;
  }
  const key: Expression = keys.length === 1 ? keys[0]! : { kind: 'tuple', items: keys, at };
  return { kind: 'item', object, key, at };
}

/** The rest of `object[start:`. */
function parseSlice(
  stream: TokenStream,
  begun: { readonly object: Expression; readonly start: Expression | null; readonly at: number },
): Expression {
  const atBound = () => !stream.isOperator(':') && !stream.isOperator(']') && !stream.isOperator(',');
  const stop = atBound() ? parseExpression(stream) : null;
  const step = stream.skipOperator(':') && atBound() ? parseExpression(stream) : null;
  return { kind: 'slice', ...begun, stop, step };
}

function parseArguments(stream: TokenStream): Arguments {
  stream.expectOperator('(');
  const positional: Expression[] = [];
  const named: { name: string; value: Expression }[] = [];
  let spread: Expression | null = null;
  let spreadNamed: Expression | null = null;
  let count = 0;
  while (!stream.isOperator(')')) {
    if (count++ > 0) stream.expectOperator(',');
    if (stream.isOperator(')')) break;
    if (stream.skipOperator('*')) {
      if (spread !== null || spreadNamed !== null) stream.fail('invalid syntax for function call expression');
      spread = parseExpression(stream);
    } else if (stream.skipOperator('**')) {
      if (spreadNamed !== null) stream.fail('invalid syntax for function call expression');
      spreadNamed = parseExpression(stream);
    } else if (isNamedArgument(stream)) {
      const name = stream.next().text;
      stream.next();
      named.push({ name, value: parseExpression(stream) });
    } else {
      if (named.length > 0 || spread !== null || spreadNamed !== null) {
        stream.fail('invalid syntax for function call expression: positional after named');
      }
      positional.push(parseExpression(stream));
    }
  }
  stream.expectOperator(')');
  return { positional, named, spread, spreadNamed };
}

function isNamedArgument(stream: TokenStream): boolean {
  return stream.is('name') && stream.following.kind === 'operator' && stream.following.text === '=';
}

function dottedName(stream: TokenStream): { name: string; at: number } {
  const { text, at } = stream.expect('name');
  let name = text;
  while (stream.skipOperator('.')) name += `.${stream.expect('name').text}`;
  return { name, at };
}

export function parseFilter(stream: TokenStream, input: Expression | null): Expression {
  const { name, at } = dottedName(stream);
  const args = stream.isOperator('(') ? parseArguments(stream) : NO_ARGUMENTS_NODE;
  return { kind: 'filter', input, name, args, at };
}

function parseFilters(stream: TokenStream, start: Expression): Expression {
  let node = start;
  for (let links = 0; ; links += 1) {
    stream.chained(links);
    if (stream.skipOperator('|')) node = parseFilter(stream, node);
    else if (stream.skipName('is')) node = parseTest(stream, node);
    else if (stream.isOperator('(')) {
      const { at } = stream.current;
      node = { kind: 'call', callee: node, args: parseArguments(stream), at };
    } else return node;
  }
}

function parseTest(stream: TokenStream, input: Expression): Expression {
  const negated = stream.skipName('not');
  const { name, at } = dottedName(stream);
  const node: Expression = { kind: 'test', input, name, args: testArguments(stream), at };
  return negated ? { kind: 'not', operand: node, at } : node;
}

function testArguments(stream: TokenStream): Arguments {
  if (stream.isOperator('(')) return parseArguments(stream);
  const { kind } = stream.current;
  const starts = kind === 'name' || kind === 'string' || kind === 'number';
  if (!starts && !stream.isOperator('[') && !stream.isOperator('{')) return NO_ARGUMENTS_NODE;
  if (stream.isName('else', 'or', 'and')) return NO_ARGUMENTS_NODE;
  if (stream.isName('is')) stream.fail('You cannot chain multiple tests with is');
  const only = stream.nested(() => parsePostfix(stream, parsePrimary(stream)));
  return { ...NO_ARGUMENTS_NODE, positional: [only] };
}

// A cursor over tokens for the parser: looking, taking, expecting, and counting how deep the source is nested.

import { limitError, placeAt, TemplateError } from './errors.js';
import { hintForOperator } from './foreign-syntax.js';
import { syntaxError, type Token, type TokenKind } from './lexer.js';

/** Operators, filters or attributes in a row. */
const MAX_CHAIN = 1000;

export class TokenStream {
  private readonly source: string;
  private readonly tokens: readonly Token[];
  private readonly maxNesting: number;
  /** Names the template itself gives a value; all others can only come from the context. */
  readonly assigned = new Set(['loop', 'caller', 'varargs', 'kwargs']);
  private index = 0;
  private nesting = 0;

  constructor(source: string, tokens: readonly Token[], maxNesting: number) {
    this.source = source;
    this.tokens = tokens;
    this.maxNesting = maxNesting;
  }

  get current(): Token {
    return this.tokens[this.index]!;
  }

  get following(): Token {
    return this.tokens[Math.min(this.index + 1, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.index += 1;
    return token;
  }

  is(kind: TokenKind, text?: string): boolean {
    const token = this.current;
    return token.kind === kind && (text === undefined || token.text === text);
  }

  isOperator(text: string): boolean {
    return this.is('operator', text);
  }

  isName(...names: string[]): boolean {
    return this.current.kind === 'name' && names.includes(this.current.text);
  }

  skipOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.index += 1;
    return true;
  }

  skipName(name: string): boolean {
    if (!this.is('name', name)) return false;
    this.index += 1;
    return true;
  }

  expectOperator(text: string): Token {
    if (!this.isOperator(text)) this.failHere(`'${text}'`);
    return this.next();
  }

  expect(kind: TokenKind, text?: string): Token {
    if (!this.is(kind, text)) this.failHere(text ?? KIND_NAMES[kind]);
    return this.next();
  }

  /** Runs a part of the grammar that can contain itself. */
  nested<T>(parse: () => T): T {
    if (++this.nesting > this.maxNesting) {
      const fault = limitError(`template nested deeper than ${this.maxNesting}`);
      throw new TemplateError(fault, placeAt(this.source, this.current.at));
    }
    const result = parse();
    this.nesting -= 1;
    return result;
  }

  /** Ends chains that nest to the left without brackets, `1+1+1…`, before they nest the evaluator too deep. */
  chained(links: number): void {
    if (links <= MAX_CHAIN) return;
    const fault = limitError(`more than ${MAX_CHAIN} operators in a row`);
    throw new TemplateError(fault, placeAt(this.source, this.current.at));
  }

  /** 1-based. */
  lineOf(at: number): number {
    return placeAt(this.source, at).line;
  }

  fail(message: string, at = this.current.at, suggestion?: string, hint?: string): never {
    throw syntaxError(this.source, at, message, suggestion, hint);
  }

  /** Fails at what stands here though something else must. */
  failHere(expected: string): never {
    const { kind, text } = this.current;
    const hint = kind === 'operator' ? hintForOperator(text, this.following.text) : undefined;
    return this.fail(`expected ${expected}, got ${describe(this.current)}`, this.current.at, undefined, hint);
  }
}

const KIND_NAMES: Readonly<Record<TokenKind, string>> = {
  text: 'text',
  outputStart: '{{',
  outputEnd: '}}',
  blockStart: '{%',
  blockEnd: '%}',
  name: 'a name',
  string: 'a string',
  number: 'a number',
  operator: 'an operator',
  end: 'the end',
};

export function describe(token: Token): string {
  if (token.kind === 'end') return 'end of template';
  if (token.kind === 'string') return 'a string';
  return `'${token.text}'`;
}

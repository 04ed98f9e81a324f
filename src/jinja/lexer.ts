// Source text → tokens: text between tags, and the words inside tags, with whitespace control and raw blocks resolved.

import { Fault, limitError, placeAt, TemplateError } from './errors.js';
import { hintForSign } from './foreign-syntax.js';
import { fromBig, toFloat } from './numbers.js';
import type { Value } from './values.js';

export type TokenKind =
  | 'text'
  | 'outputStart'
  | 'outputEnd'
  | 'blockStart'
  | 'blockEnd'
  | 'name'
  | 'string'
  | 'number'
  | 'operator'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The word, the operator, or the text with escapes resolved. */
  readonly text: string;
  /** Of numbers. */
  readonly value: Value;
  readonly at: number;
}

const LONG_OPERATORS: ReadonlySet<string> = new Set(['//', '**', '==', '!=', '>=', '<=']);
const OPERATORS: ReadonlySet<string> = new Set('+-/*%~[](){}><=.:|,;');
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const NUMBER =
  /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|(?<![\w.])\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:[eE][+-]?\d+(?:_\d+)*)?|[eE][+-]?\d+(?:_\d+)*)|(?:[1-9](?:_?\d)*|0(?:_?0)*)/y;
const STRING = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y;
const OPENING = /\{([{%#])([-+]?)/g;
const RAW_OPENING = /\{%[-+]?\s*raw\s*(-?)%\}/y;
const RAW_CLOSING = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;

export function syntaxError(
  source: string,
  at: number,
  message: string,
  suggestion?: string,
  hint?: string,
): TemplateError {
  const fault = new Fault('TemplateSyntaxError', message, 'syntax', suggestion, hint);
  return new TemplateError(fault, placeAt(source, at));
}

/** Tokens of a whole template. One newline at its end is dropped, and \r\n counts as \n, as in Jinja2. */
export function tokenize(source: string, limit: number): Token[] {
  const lexer = new Lexer(source, limit);
  lexer.template();
  return lexer.tokens;
}

/** Tokens of a bare expression. */
export function tokenizeExpression(source: string, limit: number): Token[] {
  const lexer = new Lexer(source, limit);
  lexer.words('');
  return lexer.tokens;
}

/** Line ends as Jinja2 sees them; offsets of errors count in this text. */
export function normalizeNewlines(source: string): string {
  const unix = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  return unix.endsWith('\n') ? unix.slice(0, -1) : unix;
}

function isNameCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95
  );
}

interface Bracket {
  readonly closer: string;
  readonly at: number;
}

function failAtStranger(source: string, at: number): never {
  const sign = String.fromCodePoint(source.codePointAt(at)!);
  throw syntaxError(source, at, `unexpected ${JSON.stringify(sign)}`, undefined, hintForSign(source, at));
}

class Lexer {
  readonly tokens: Token[] = [];
  private readonly source: string;
  private readonly limit: number;
  private offset = 0;
  private trimNext = false;

  constructor(source: string, limit: number) {
    this.source = source;
    this.limit = limit;
  }

  template(): void {
    while (this.offset < this.source.length) {
      OPENING.lastIndex = this.offset;
      const opening = OPENING.exec(this.source);
      this.text(opening === null ? this.source.length : opening.index, opening?.[2] === '-');
      if (opening === null) break;
      this.tag(opening);
    }
    this.push('end', '', this.source.length);
  }

  /** Words up to the closing mark (`%}` or `}}`), or to the end of the source when it is empty. */
  words(closing: string): void {
    const open: Bracket[] = [];
    const start = this.offset;
    for (;;) {
      this.skipBlank();
      if (this.offset >= this.source.length) {
        if (open.length > 0) this.fail(`'${this.source[open.at(-1)!.at]}' is never closed`, open.at(-1)!.at);
        if (closing !== '') {
          const opening = closing === '}}' ? '{{' : '{%';
          this.fail(`'${opening}' is never closed: '${closing}' is missing`, start - opening.length);
        }
        this.push('end', '', this.offset);
        return;
      }
      if (closing !== '' && open.length === 0 && this.closes(closing)) return;
      this.word(open, closing);
    }
  }

  private closes(closing: string): boolean {
    const sign = this.source[this.offset]!;
    const signed = (sign === '-' || sign === '+') && this.source.startsWith(closing, this.offset + 1);
    if (!signed && !this.source.startsWith(closing, this.offset)) return false;
    if (sign === '+' && closing === '}}') return false;
    this.push(closing === '}}' ? 'outputEnd' : 'blockEnd', closing, this.offset);
    this.trimNext = signed && sign === '-';
    this.offset += closing.length + (signed ? 1 : 0);
    return true;
  }

  private text(end: number, trimEnd: boolean): void {
    let text = this.source.slice(this.offset, end);
    const start = this.offset;
    if (this.trimNext) text = text.trimStart();
    if (trimEnd) text = text.trimEnd();
    this.trimNext = false;
    if (text !== '') this.push('text', text, start);
    this.offset = end;
  }

  private tag(opening: RegExpExecArray): void {
    const at = opening.index;
    if (opening[1] === '#') {
      this.comment(at);
      return;
    }
    RAW_OPENING.lastIndex = at;
    const raw = opening[1] === '%' ? RAW_OPENING.exec(this.source) : null;
    if (raw !== null) {
      this.raw(at, raw);
      return;
    }
    this.offset = at + opening[0].length;
    this.push(opening[1] === '{' ? 'outputStart' : 'blockStart', opening[0], at);
    this.words(opening[1] === '{' ? '}}' : '%}');
  }

  private comment(at: number): void {
    const end = this.source.indexOf('#}', at + 2);
    if (end === -1) this.fail('Missing end of comment tag', at);
    this.trimNext = this.source[end - 1] === '-' && end - 1 > at + 1;
    this.offset = end + 2;
  }

  private raw(at: number, opening: RegExpExecArray): void {
    const start = at + opening[0].length;
    RAW_CLOSING.lastIndex = start;
    const closing = RAW_CLOSING.exec(this.source);
    if (closing === null) this.fail('Missing end of raw directive', at);
    this.offset = start;
    this.trimNext = opening[1] === '-';
    this.text(closing.index, closing[1] === '-');
    this.trimNext = closing[2] === '-';
    this.offset = closing.index + closing[0].length;
  }

  private word(open: Bracket[], closing: string): void {
    const at = this.offset;
    const first = this.source[at]!;
    if (first >= '0' && first <= '9') {
      const number = this.match(NUMBER)!;
      this.push('number', number, at, numberValue(number));
      return;
    }
    if (first === "'" || first === '"') {
      const string = this.match(STRING);
      if (string === undefined) this.fail(`the text that starts here has no closing ${first}`, at);
      this.push('string', unescapeText(string.slice(1, -1)), at);
      return;
    }
    if (!OPERATORS.has(first) && first !== '!') {
      const name = this.asciiName() ?? this.match(NAME);
      if (name === undefined) failAtStranger(this.source, at);
      this.push('name', name, at);
      return;
    }
    const isLong = LONG_OPERATORS.has(this.source.slice(at, at + 2));
    if (first === '!' && !isLong) failAtStranger(this.source, at);
    const operator = isLong ? this.source.slice(at, at + 2) : first;
    this.balance(operator, open, at, closing);
    this.offset += operator.length;
    this.push('operator', operator, at);
  }

  private balance(operator: string, open: Bracket[], at: number, closing: string): void {
    const closer = CLOSERS[operator];
    if (closer !== undefined) open.push({ closer, at });
    else if (operator === ')' || operator === ']' || operator === '}') {
      const expected = open.pop();
      if (expected === undefined) {
        const isHalf = operator === '}' && closing !== '';
        this.fail(`unexpected '${operator}'${isHalf ? `: this tag ends with '${closing}'` : ''}`, at);
      }
      if (expected.closer !== operator)
        this.fail(`unexpected '${operator}', expected '${expected.closer}'`, at);
    }
  }

  private skipBlank(): void {
    for (;;) {
      const code = this.source.charCodeAt(this.offset);
      const isBlank =
        code === 0x20 || (code >= 9 && code <= 13) || (code > 0x7f && /\s/.test(this.source[this.offset]!));
      if (!isBlank) return;
      this.offset += 1;
    }
  }

  /** A name of ASCII letters, which nearly all are, without the cost of a pattern. */
  private asciiName(): string | undefined {
    let end = this.offset;
    let code = this.source.charCodeAt(end);
    while (isNameCode(code)) code = this.source.charCodeAt(++end);
    if (end === this.offset || code > 0x7f) return undefined;
    const name = this.source.slice(this.offset, end);
    this.offset = end;
    return name;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.source);
    if (found === null) return undefined;
    this.offset += found[0].length;
    return found[0];
  }

  private push(kind: TokenKind, text: string, at: number, value?: Value): void {
    if (this.tokens.length >= this.limit) {
      const fault = limitError(`template of more than ${this.limit} words and signs`);
      throw new TemplateError(fault, placeAt(this.source, at));
    }
    this.tokens.push({ kind, text, at, value });
  }

  private fail(message: string, at: number): never {
    throw syntaxError(this.source, at, message);
  }
}

function numberValue(text: string): Value {
  const digits = text.replaceAll('_', '');
  if (/^0[xXoObB]/.test(digits)) return fromBig(BigInt(digits.toLowerCase()));
  if (/[.eE]/.test(digits)) return toFloat(Number(digits));
  return digits.length < 16 ? Number(digits) : fromBig(BigInt(digits));
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** Escapes of a Python string literal; unknown ones stay as they are. */
function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  const pattern = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;
  return text.replace(pattern, (whole, hex2, hex4, hex8, octal, single) => {
    const hex = hex2 ?? hex4 ?? hex8;
    if (hex !== undefined) {
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    return SIMPLE[single] ?? whole;
  });
}

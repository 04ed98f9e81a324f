// Errors of the template language. Evaluation throws a `Fault` (no position); the compiled template turns it into a
// `TemplateError` with line, column and the offending text. Nothing here knows how templates are evaluated.

import { closest, distance } from 'fastest-levenshtein';
import { type ErrorCode, RelayError } from '../core/errors.js';

export type TemplateErrorKind = 'syntax' | 'runtime' | 'limit' | 'security';

const CODES: Record<TemplateErrorKind, ErrorCode> = {
  syntax: 'template.syntax',
  runtime: 'template.runtime',
  limit: 'template.limit',
  security: 'template.security',
};

/**
 * Raised inside evaluation, sometimes often and caught again, so it takes no stack: that is most of an error's cost. `type` is Python's name of the exception, for people who know it from Jinja2. */
export class Fault extends Error {
  readonly kind: TemplateErrorKind;
  readonly type: string;
  readonly suggestion: string | undefined;
  /** How to write it instead, when there is more to say than one name. */
  readonly hint: string | undefined;

  constructor(
    type: string,
    message: string,
    kind: TemplateErrorKind = 'runtime',
    suggestion?: string,
    hint?: string,
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.hint = hint;
    this.type = type;
    this.kind = kind;
    this.suggestion = suggestion;
  }
}

export interface TemplateErrorPlace {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** The piece of the source at that place, shortened. */
  readonly text: string;
}

function fixOf({ hint, suggestion }: Fault): { fix?: string } {
  if (hint !== undefined) return { fix: hint };
  return suggestion === undefined ? {} : { fix: `did you mean "${suggestion}"?` };
}

/** What compile, render and evaluate throw. `type` is the Python exception Jinja2 would have raised. */
export class TemplateError extends RelayError {
  readonly kind: TemplateErrorKind;
  readonly type: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly suggestion: string | undefined;

  constructor(fault: Fault, place: TemplateErrorPlace) {
    super(CODES[fault.kind], `${fault.message} at line ${place.line}, column ${place.column}`, {
      ...(place.text === '' ? {} : { why: `in: ${place.text}` }),
      ...fixOf(fault),
    });
    this.name = 'TemplateError';
    this.kind = fault.kind;
    this.type = fault.type;
    this.line = place.line;
    this.column = place.column;
    this.text = place.text;
    this.suggestion = fault.suggestion;
  }
}

export function typeError(message: string): Fault {
  return new Fault('TypeError', message);
}

export function valueError(message: string): Fault {
  return new Fault('ValueError', message);
}

export function limitError(message: string): Fault {
  return new Fault('LimitError', message, 'limit');
}

/** The nearest known name, or undefined when none is near enough to be meant. Looks at 200 names at most. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names: string[] = [];
  for (const candidate of known) {
    if (candidate.length <= 60) names.push(candidate);
    if (names.length === 200) break;
  }
  if (names.length === 0 || name.length > 60) return undefined;
  const best = closest(name, names);
  return distance(name, best) <= Math.max(1, Math.floor(name.length / 3)) ? best : undefined;
}

/** Line and column (1-based) of an offset, and the source there, one line and 60 characters at most. */
export function placeAt(source: string, offset: number): TemplateErrorPlace {
  const at = Math.max(0, Math.min(offset, source.length));
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (const character of before) if (character === '\n') line += 1;
  const lineEnd = source.indexOf('\n', lineStart);
  const whole = source.slice(lineStart, lineEnd === -1 ? source.length : lineEnd);
  const text = whole.length <= 80 ? whole : source.slice(at, at + 60).split('\n', 1)[0]!;
  return { line, column: at - lineStart + 1, text: text.trim() };
}

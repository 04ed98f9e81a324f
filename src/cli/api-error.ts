// An error the daemon answered, as the error it was there: same code, same words, and the config diagnostics when it had some.

import type { Diagnostic } from '../config/spec.js';
import { CATALOGUE, type ErrorCode, RelayError } from '../core/errors.js';
import type { DiagnosticItem, ErrorAnswer } from '../http/wire/api-types.js';

export class ApiError extends RelayError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: ErrorCode, body: ErrorAnswer['error']) {
    super(code, body.message, {
      ...(body.why === undefined ? {} : { why: body.why }),
      ...(body.fix === undefined ? {} : { fix: body.fix }),
    });
    this.diagnostics = (body.diagnostics ?? []).map(fromItem);
  }
}

/** A diagnostic as the API and `--json` give it. */
export function toItem({ at, ...rest }: Diagnostic): DiagnosticItem {
  const { severity, code, message, fix, length } = rest;
  return { severity, code: `config.${code}`, message, fix, line: at.line, column: at.column, length };
}

function fromItem({ line, column, code, ...rest }: DiagnosticItem): Diagnostic {
  return { at: { line, column }, code: code.replace(/^config\./, ''), ...rest };
}

function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
  const error = (answer as ErrorAnswer | null)?.error;
  return typeof error?.code === 'string' && typeof error.message === 'string';
}

/** @param answer the parsed body of an answer that was not 2xx */
export function errorOfAnswer(status: number, answer: unknown): RelayError {
  if (isErrorAnswer(answer)) {
    const { code } = answer.error;
    return new ApiError(code in CATALOGUE ? (code as ErrorCode) : 'internal.bug', answer.error);
  }
  return new RelayError('internal.bug', `the daemon answered ${status} without saying why`, {
    why: 'the answer is not one of its API; it may be a different version than this command line',
    fix: 'compare: relay version',
  });
}

// Errors on stderr: what happened, why, how to fix it, with a code. Decides the exit code.

import { ConfigError } from '../../config/config-error.js';
import { renderDiagnostics } from '../../config/diagnostics.js';
import { asRelayError, type ErrorBody, type RelayError } from '../../core/errors.js';
import type { DiagnosticItem } from '../../http/wire/api-types.js';
import { ApiError, toItem } from '../api-error.js';
import type { CliContext } from '../context.js';
import type { Paint } from './paint.js';

type ErrorOutput = Pick<CliContext, 'err' | 'paintErr' | 'debug' | 'format' | 'invokedAs'>;

/** Fixes name commands as `relay …`; shown as the user started us. */
export function asInvoked(text: string, invokedAs: string): string {
  return invokedAs === 'relay' ? text : text.replace(/(^|[\s(“"`])relay (?=[a-z-])/g, `$1${invokedAs} `);
}

/** The colours of diagnostics. */
export function diagnosticStyle(paint: Paint) {
  return { error: paint.red, warning: paint.yellow, dim: paint.dim };
}

/** The mistakes of a config with the lines they stand in, or an empty string when the error is of another sort. */
function diagnosticsText(error: RelayError, paint: Paint): string {
  if (error instanceof ConfigError) {
    return renderDiagnostics(error.diagnostics, error.path ?? 'config', error.text, diagnosticStyle(paint));
  }
  return error instanceof ApiError
    ? renderDiagnostics(error.diagnostics, 'config', '', diagnosticStyle(paint))
    : '';
}

function linesOf(error: RelayError, context: ErrorOutput): string {
  const { paintErr: paint, invokedAs } = context;
  const diagnostics = diagnosticsText(error, paint);
  const lines = [`${paint.red(paint.bold('error:'))} ${error.message} ${paint.dim(`[${error.code}]`)}`];
  // Diagnostics say why and how to fix it, each for itself.
  if (diagnostics === '') {
    if (error.why !== undefined) lines.push(`${paint.dim('why:')} ${error.why}`);
    if (error.fix !== undefined) lines.push(`${paint.dim('fix:')} ${asInvoked(error.fix, invokedAs)}`);
  }
  if (context.debug) lines.push(`${error.cause instanceof Error ? error.cause.stack : error.stack}`);
  return `${diagnostics}${lines.join('\n')}\n`;
}

function bodyOf(error: RelayError): ErrorBody & { diagnostics?: readonly DiagnosticItem[] } {
  const isOfConfig = error instanceof ConfigError || error instanceof ApiError;
  const diagnostics = isOfConfig ? error.diagnostics.map(toItem) : [];
  return { ...error.toBody(), ...(diagnostics.length > 0 ? { diagnostics } : {}) };
}

/** Prints the error as the user wants it and returns the exit code of the catalogue. */
export function printError(thrown: unknown, context: ErrorOutput): number {
  const error = asRelayError(thrown);
  const asJson = context.format === 'json' || context.format === 'jsonl';
  context.err.write(asJson ? `${JSON.stringify({ error: bodyOf(error) })}\n` : linesOf(error, context));
  return error.exitCode;
}

// Errors on stderr: what happened, why, how to fix it, with a code. Decides the exit code.

import { asRelayError, type ErrorBody, type RelayError } from '../../core/errors.js';
import type { DiagnosticItem } from '../../http/api-types.js';
import { ApiError } from '../api-error.js';
import type { CliContext } from '../context.js';

type ErrorOutput = Pick<CliContext, 'err' | 'paintErr' | 'debug' | 'format' | 'invokedAs'>;

/** Fixes name commands as `relay …`; shown as the user started us. */
function asInvoked(text: string, invokedAs: string): string {
  return invokedAs === 'relay' ? text : text.replace(/(^|[\s(“"`])relay (?=[a-z-])/g, `$1${invokedAs} `);
}

function diagnosticLine(item: DiagnosticItem): string {
  const fix = item.fix === null ? '' : ` (${item.fix})`;
  return `  ${item.line}:${item.column}  ${item.severity}  ${item.message}${fix}  [config.${item.code}]`;
}

function linesOf(error: RelayError, context: ErrorOutput): string[] {
  const { paintErr: paint } = context;
  const lines = [`${paint.red(paint.bold('error:'))} ${error.message} ${paint.dim(`[${error.code}]`)}`];
  if (error.why !== undefined) lines.push(`${paint.dim('why:')} ${error.why}`);
  if (error instanceof ApiError) lines.push(...error.diagnostics.map(diagnosticLine));
  if (error.fix !== undefined) lines.push(`${paint.dim('fix:')} ${asInvoked(error.fix, context.invokedAs)}`);
  if (context.debug) lines.push(`${error.cause instanceof Error ? error.cause.stack : error.stack}`);
  return lines;
}

function bodyOf(error: RelayError): ErrorBody & { diagnostics?: readonly DiagnosticItem[] } {
  const body = error.toBody();
  return error instanceof ApiError && error.diagnostics.length > 0
    ? { ...body, diagnostics: error.diagnostics }
    : body;
}

/** Prints the error as the user wants it and returns the exit code of the catalogue. */
export function printError(thrown: unknown, context: ErrorOutput): number {
  const error = asRelayError(thrown);
  const asJson = context.format === 'json' || context.format === 'jsonl';
  context.err.write(
    asJson ? `${JSON.stringify({ error: bodyOf(error) })}\n` : `${linesOf(error, context).join('\n')}\n`,
  );
  return error.exitCode;
}

// Diagnostics as a screen: each with its line of the file, what is underlined, and the hint; then a count. Plain text; colours are passed in.

import { basename } from 'node:path';
import type { Diagnostic } from './spec.js';

export interface DiagnosticStyle {
  error(text: string): string;
  warning(text: string): string;
  dim(text: string): string;
}

const plain: DiagnosticStyle = { error: (text) => text, warning: (text) => text, dim: (text) => text };
const LONGEST_SHOWN_LINE = 160;

/**
 * One block per diagnostic. `text` is the file's text; empty leaves out the source lines.
 * Tabs count as one column, as editors count them in `line:column`.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  path: string,
  text: string,
  style: DiagnosticStyle = plain,
): string {
  const lines = text === '' ? [] : text.split(/\r?\n/);
  return diagnostics.map((diagnostic) => renderOne(diagnostic, basename(path), lines, style)).join('');
}

function renderOne(
  { severity, code, message, fix, at, length }: Diagnostic,
  file: string,
  lines: readonly string[],
  style: DiagnosticStyle,
): string {
  const head = `${file}:${at.line}:${at.column}  ${style[severity](severity)}  ${printable(message)}`;
  const first = `${head.padEnd(80 + head.length - plainLength(file, at, severity, message))}  ${style.dim(`[config.${code}]`)}\n`;
  const source = lines[at.line - 1];
  if (source === undefined) return fix === null ? first : `${first}      fix: ${fix}\n`;
  const number = String(at.line).padStart(5);
  const gutter = ' '.repeat(number.length);
  const start = Math.max(0, at.column - LONGEST_SHOWN_LINE);
  const shown = printable(source.slice(start, start + LONGEST_SHOWN_LINE));
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - (at.column - 1 - start))));
  const hint = fix === null ? '' : `  ${printable(fix)}`;
  const under = `${' '.repeat(at.column - 1 - start)}${style[severity](carets)}${hint}`;
  return `${first}${style.dim(`${number} |`)} ${shown}\n${style.dim(`${gutter} |`)} ${under}\n`;
}

const plainLength = (file: string, at: Diagnostic['at'], severity: string, message: string): number =>
  `${file}:${at.line}:${at.column}  ${severity}  ${printable(message)}`.length;

/** A file may hold anything: control characters must not move the cursor. Tabs become one space, so that carets line up. */
const printable = (text: string): string => text.replace(/[\t\p{Cc}\p{Cf}]/gu, ' ');

/** `2 errors and 1 warning in relay.yaml`; an empty string when there is nothing to count. */
export function countDiagnostics(diagnostics: readonly Diagnostic[], path: string): string {
  const count = (severity: Diagnostic['severity']): string[] => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return found === 0 ? [] : [`${found} ${severity}${found === 1 ? '' : 's'}`];
  };
  const parts = [...count('error'), ...count('warning')];
  return parts.length === 0 ? '' : `${parts.join(' and ')} in ${basename(path)}`;
}

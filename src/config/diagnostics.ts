// Diagnostics as a screen: each with its line of the file, what is underlined, and the hint; then a count. Plain text; colours are passed in.

import { basename } from 'node:path';
import { type MaskedText, showHidden } from './shown-text.js';
import type { Diagnostic } from './spec.js';

export interface DiagnosticStyle {
  error(text: string): string;
  warning(text: string): string;
  dim(text: string): string;
}

const plain: DiagnosticStyle = { error: (text) => text, warning: (text) => text, dim: (text) => text };
const LONGEST_SHOWN_LINE = 160;
/** Of a longer line, what is shown before the place. */
const SHOWN_BEFORE = 60;
/** Codes are lined up here where the message leaves room. */
const CODE_COLUMN = 80;

/**
 * One block per diagnostic. `text` is the file's text without its secrets (`maskSecrets`); empty leaves out the source lines.
 * Tabs count as one column, as editors count them in `line:column`.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  path: string,
  text: MaskedText | '',
  style: DiagnosticStyle = plain,
): string {
  const lines = text === '' ? [] : text.split(/\r?\n/);
  return diagnostics.map((diagnostic) => renderOne(diagnostic, basename(path), lines, style)).join('');
}

function renderOne(
  diagnostic: Diagnostic,
  file: string,
  lines: readonly string[],
  style: DiagnosticStyle,
): string {
  const { severity, code, fix, at } = diagnostic;
  const message = printable(diagnostic.message);
  // Line 0: an object of the database, which stands on no line.
  const place = at.line === 0 ? '' : `${file}:${at.line}:${at.column}  `;
  const gap = ' '.repeat(Math.max(0, CODE_COLUMN - `${place}${severity}  ${message}`.length));
  const head = `${place}${style[severity](severity)}  ${message}${gap}  ${style.dim(`[config.${code}]`)}\n`;
  const source = lines[at.line - 1];
  if (source === undefined) return fix === null ? head : `${head}      fix: ${printable(fix)}\n`;
  return `${head}${renderSource(diagnostic, source, style)}`;
}

function renderSource(
  { severity, fix, at, length }: Diagnostic,
  source: string,
  style: DiagnosticStyle,
): string {
  const number = String(at.line).padStart(5);
  const line = showHidden(source);
  const from = line.at(at.column - 1);
  const wide = line.at(at.column - 1 + length) - from;
  const isOutside = from + Math.min(wide, LONGEST_SHOWN_LINE / 2) > LONGEST_SHOWN_LINE;
  const start = isOutside ? from - SHOWN_BEFORE : 0;
  const indent = from - start;
  const shown = printable(line.shown.slice(start, start + LONGEST_SHOWN_LINE));
  const carets = '^'.repeat(Math.max(1, Math.min(wide, shown.length - indent)));
  const hint = fix === null ? '' : `  ${printable(fix)}`;
  const under = `${' '.repeat(indent)}${style[severity](carets)}${hint}`;
  const gutter = ' '.repeat(number.length);
  return `${style.dim(`${number} |`)} ${shown}\n${style.dim(`${gutter} |`)} ${under}\n`;
}

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

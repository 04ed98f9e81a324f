// The budget of docs/performance.md as a table: what was asked, what was measured, what the floor did in the same run, their ratio.

/**
 * @typedef {{ what: string, budget: string, measured: string, floor: string, ratio: string, ok: boolean | null }} Row
 */

const COLUMNS = /** @type {const} */ (['what', 'budget', 'measured', 'floor', 'ratio']);

/** @param {readonly Row[]} rows */
export function tableText(rows) {
  const head = {
    what: 'what',
    budget: 'budget',
    measured: 'measured',
    floor: 'floor',
    ratio: 'ratio',
    ok: null,
  };
  const widths = COLUMNS.map((column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (/** @type {Row} */ row, /** @type {string} */ mark) =>
    `| ${COLUMNS.map((column, i) => row[column].padEnd(widths[i] ?? 0)).join(' | ')} | ${mark} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|------|`;
  const mark = (/** @type {Row} */ { ok }) => (ok === null ? '    ' : ok ? 'kept' : 'MISS');
  return [line(head, '    '), rule, ...rows.map((row) => line(row, mark(row)))].join('\n');
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? /** @type {number} */ (sorted[Math.floor(middle)])
    : /** @type {number} */ (sorted[middle - 1] + /** @type {number} */ (sorted[middle])) / 2;
}

/** @param {number} value */
export const perSecond = (value) => `${Math.round(value).toLocaleString('en-US')}/s`;
/** @param {number} value */
export const millis = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
/** @param {number} bytes */
export const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

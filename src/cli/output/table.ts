// Lays text out in columns by display width. Cuts with `…` only when told a width, that is on a terminal.

import stringWidth from 'string-width';

export interface Cell {
  readonly text: string;
  readonly painted: string;
}

export interface TableColumn {
  readonly title: string;
  readonly align?: 'right';
  /** May be cut on a narrow terminal, widest first. */
  readonly shrinks?: boolean;
}

const GAP = '  ';
const NARROWEST = 8;

/** One line, no control characters: a title from outside must not break the table or move the cursor. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}

/** The text cut to a display width, its last column an ellipsis. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = stringWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…`;
}

function columnWidths(columns: readonly TableColumn[], rows: readonly Cell[][], limit: number): number[] {
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...rows.map((row) => stringWidth((row[index] as Cell).text))),
  );
  let excess = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - limit;
  while (excess > 0) {
    const widest = columns
      .map((column, index) => ({ index, width: column.shrinks ? (widths[index] as number) : 0 }))
      .reduce((best, each) => (each.width > best.width ? each : best));
    if (widest.width <= NARROWEST) break;
    widths[widest.index] = widest.width - 1;
    excess -= 1;
  }
  return widths;
}

/** Lines of the table, header first, without trailing blanks. @param limit columns available, Infinity when piped */
export function layTable(
  columns: readonly TableColumn[],
  rows: readonly Cell[][],
  limit: number,
  header: (title: string) => string,
): string[] {
  const widths = columnWidths(columns, rows, limit);
  const place = (text: string, painted: string, index: number): string => {
    const width = widths[index] as number;
    const shown = cut(text, width);
    const ink = shown === text ? painted : painted.replace(text, () => shown);
    const blanks = ' '.repeat(Math.max(0, width - stringWidth(shown)));
    if (columns[index]?.align === 'right') return blanks + ink;
    return index === columns.length - 1 ? ink : ink + blanks;
  };
  const head = columns.map((column, index) => place(column.title, header(column.title), index)).join(GAP);
  return [head, ...rows.map((row) => row.map((cell, i) => place(cell.text, cell.painted, i)).join(GAP))].map(
    (line) => line.trimEnd(),
  );
}

// Lays text out in columns by display width. Cuts with `…` only when told a width, that is on a terminal.

/** Columns that a text takes on a terminal. */
export type Measure = (text: string) => number;

export interface Cell {
  readonly text: string;
  readonly painted: string;
}

export interface TableColumn {
  readonly title: string;
  readonly align?: 'right';
  /** May be cut on a narrow terminal, widest first: at its end, or at its start where the end tells more. */
  readonly shrinks?: boolean | 'at the start';
  /** Left out where fewer columns than this would be left of it: what is too short to tell anything takes room from the others. */
  readonly least?: number;
}

const GAP = '  ';
const NARROWEST = 8;

/** One line, no control characters: a title from outside must not break the table or move the cursor. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
}

/** Plain ASCII is as wide as it is long; only for other text string-width is loaded, which costs 13 ms of start. */
async function measureFor(columns: readonly TableColumn[], rows: readonly Cell[][]): Promise<Measure> {
  const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);
  const plain =
    columns.every((column) => isPlain(column.title)) &&
    rows.every((row) => row.every((cell) => isPlain(cell.text)));
  return plain ? (text) => text.length : (await import('string-width')).default;
}

const withoutScheme = (text: string): string => text.replace(/^https?:\/\//, '');

/** The text cut to a display width, with an ellipsis for the rest. Of a URL the scheme goes first: `https:/…` would tell nothing. */
function cut(whole: string, width: number, measure: Measure, shrinks: TableColumn['shrinks']): string {
  if (measure(whole) <= width) return whole;
  const text = withoutScheme(whole);
  if (measure(text) <= width) return text;
  const isAtStart = shrinks === 'at the start';
  const segments = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  const kept: string[] = [];
  let used = 0;
  for (const segment of isAtStart ? segments.reverse() : segments) {
    const next = measure(segment);
    if (used + next > width - 1) break;
    kept.push(segment);
    used += next;
  }
  return isAtStart ? `…${kept.reverse().join('')}` : `${kept.join('')}…`;
}

/** Indexes of the columns there is room for: of those that may be left out, the last goes first. */
export async function columnsWithRoom(
  columns: readonly TableColumn[],
  rows: readonly Cell[][],
  limit: number,
): Promise<number[]> {
  const measure = await measureFor(columns, rows);
  let kept = columns.map((_, index) => index);
  for (;;) {
    const cells = rows.map((row) => kept.map((index) => row[index] as Cell));
    const shown = kept.map((index) => columns[index] as TableColumn);
    const widths = columnWidths(shown, cells, limit, measure);
    const cramped = shown.findLastIndex(({ least }, place) => {
      const whole = Math.max(...cells.map((row) => measure(withoutScheme((row[place] as Cell).text))));
      return least !== undefined && (widths[place] as number) < Math.min(least, whole);
    });
    if (cramped < 0) return kept;
    kept = kept.filter((_, place) => place !== cramped);
  }
}

function columnWidths(
  columns: readonly TableColumn[],
  rows: readonly Cell[][],
  limit: number,
  measure: Measure,
): number[] {
  const widths = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, measure((row[index] as Cell).text)), measure(column.title)),
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
export async function layTable(
  columns: readonly TableColumn[],
  rows: readonly Cell[][],
  limit: number,
  header: (title: string) => string,
): Promise<string[]> {
  const measure = await measureFor(columns, rows);
  const widths = columnWidths(columns, rows, limit, measure);
  const place = (text: string, painted: string, index: number): string => {
    const width = widths[index] as number;
    const shown = cut(text, width, measure, columns[index]?.shrinks);
    const ink = shown === text ? painted : painted.replace(text, () => shown);
    const blanks = ' '.repeat(Math.max(0, width - measure(shown)));
    if (columns[index]?.align === 'right') return blanks + ink;
    return index === columns.length - 1 ? ink : ink + blanks;
  };
  const head = columns.map((column, index) => place(column.title, header(column.title), index)).join(GAP);
  return [head, ...rows.map((row) => row.map((cell, i) => place(cell.text, cell.painted, i)).join(GAP))].map(
    (line) => line.trimEnd(),
  );
}

// Prints a list in the format asked for. One description of columns serves table, wide and name; json is the API's answer as it is.

import type { CliContext } from '../context.js';
import { printJson, printJsonLine } from './json.js';
import { paintState } from './paint.js';
import type { Cell, TableColumn } from './table.js';
import { showTime } from './time.js';

export interface Column<Item> extends TableColumn {
  readonly value: (item: Item) => string | number | null | undefined;
  /** `time`: an ISO instant, shown as `3m ago` on a terminal; `state`: coloured; `name`: what `-o name` prints. */
  readonly kind?: 'time' | 'state' | 'name';
  /** Shown with `-o wide` only. */
  readonly wide?: boolean;
}

export interface ListView<Item> {
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  readonly next: string | null;
  /** A search ended before the page was full: up to where it looked (ISO 8601). */
  readonly searched_until?: string;
  /** Said on stderr when there is nothing: `no sources yet`. */
  readonly empty?: string;
  /** What was searched for: an empty page then says nothing of how many there are. */
  readonly searched?: string | undefined;
  /** Suggested when there is nothing, without `relay`: `source add datadog datadog-prod`. */
  readonly emptyNext?: string;
}

function cellOf<Item>(
  context: CliContext,
  column: Column<Item>,
  item: Item,
  clean: (t: string) => string,
): Cell {
  const value = column.value(item);
  if (column.kind === 'time') {
    const text = showTime(context, value === undefined ? null : (value as string | null));
    return { text, painted: text };
  }
  const text = value === null || value === undefined || value === '' ? '-' : clean(String(value));
  const painted =
    column.kind === 'state'
      ? paintState(context.paint, text)
      : column.kind === 'name'
        ? context.paint.bold(text)
        : text;
  return { text, painted };
}

async function printTable<Item>(context: CliContext, view: ListView<Item>): Promise<void> {
  const { columnsWithRoom, layTable, oneLine } = await import('./table.js');
  const wide = context.format === 'wide';
  const all = view.columns.filter((column) => wide || !column.wide);
  const cells = view.items.map((item) => all.map((column) => cellOf(context, column, item, oneLine)));
  const limit = wide ? Number.POSITIVE_INFINITY : context.width;
  const places = await columnsWithRoom(all, cells, limit);
  const columns = places.map((place) => all[place] as Column<Item>);
  const rows = cells.map((row) => places.map((place) => row[place] as Cell));
  const lines = await layTable(columns, rows, limit, (title) => context.paint.dim(title));
  context.out.write(`${lines.join('\n')}\n`);
  const left = all.filter((column) => !columns.includes(column)).map(({ title }) => title);
  if (left.length > 0) context.hint(`no room for: ${left.join(', ')}; shown with -o wide`);
}

/** Rows on stdout; on stderr what to do when there are none, or how to get the next page. */
export async function printList<Item>(context: CliContext, view: ListView<Item>): Promise<void> {
  const { items, next, searched_until } = view;
  if (context.format === 'json')
    return printJson(context, { items, next, ...(searched_until && { searched_until }) });
  if (context.format === 'jsonl') {
    for (const item of view.items) printJsonLine(context, item);
  } else if (context.format === 'name') {
    const column = view.columns.find((each) => each.kind === 'name') ?? view.columns[0];
    for (const item of view.items) context.out.write(`${column?.value(item) ?? ''}\n`);
  } else if (view.items.length > 0) {
    await printTable(context, view);
  } else if (view.searched !== undefined) {
    context.hint(`nothing ${searched_until === undefined ? '' : 'so far '}matches "${view.searched}"`);
  } else {
    context.hint(view.empty ?? 'nothing to show');
    if (view.emptyNext) context.hint(`next: ${context.invokedAs} ${view.emptyNext}`);
  }
  if (searched_until !== undefined && next !== null)
    context.hint(`searched up to ${searched_until}, there is more; go on: add --after ${next}`);
  else if (next !== null) context.hint(`more: add --after ${next}`);
}

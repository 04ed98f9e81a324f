// A list of deliveries with long names on terminals of usual widths: no line wraps, and what is cut still tells what it is.

import { describe, expect, it } from '@jest/globals';
import { type Cell, columnsWithRoom, layTable, type TableColumn } from '../../src/cli/output/table.js';

const COLUMNS: readonly TableColumn[] = [
  { title: 'sent at' },
  { title: 'delivery' },
  { title: 'event', shrinks: 'at the start' },
  { title: 'destination', shrinks: 'at the start' },
  { title: 'url', shrinks: true, least: 16 },
  { title: 'result' },
  { title: 'tries', align: 'right' },
  { title: 'state' },
];
const ROWS = [
  [
    ...['3m ago', 'dlv_0b4k2m00003', 'incident.unacknowledged', 'webhook/payments-notifications-europe#2'],
    ...['https://hooks.payments.example.org/incoming/7', '503', '2', 'delivered'],
  ],
  [
    ...['12m ago', 'dlv_0b4k2m00004', 'incident.triggered', 'integration/wallboard'],
    ...['https://wall.example.org/', 'timeout', '12', 'failed'],
  ],
].map((row) => row.map((text): Cell => ({ text, painted: text })));

async function at(width: number): Promise<string[]> {
  const places = await columnsWithRoom(COLUMNS, ROWS, width);
  const rows = ROWS.map((row) => places.map((place) => row[place] as Cell));
  const columns = places.map((place) => COLUMNS[place] as TableColumn);
  return layTable(columns, rows, width, (title) => title);
}

describe('a list of deliveries', () => {
  it.each([80, 100, 120, 160])('fits %i columns', async (width) => {
    for (const line of await at(width)) expect(line.length).toBeLessThanOrEqual(width);
  });

  it('of 80 columns has no URL, and the ends of names', async () => {
    expect(await at(80)).toEqual([
      'sent at  delivery         event         destination    result   tries  state',
      '3m ago   dlv_0b4k2m00003  …cknowledged  …ons-europe#2  503          2  delivered',
      '12m ago  dlv_0b4k2m00004  …t.triggered  …on/wallboard  timeout     12  failed',
    ]);
  });

  it('of 120 columns has a URL that says where', async () => {
    expect(await at(120)).toEqual([
      'sent at  delivery         event                  destination            url                    result   tries  state',
      '3m ago   dlv_0b4k2m00003  …ident.unacknowledged  …tifications-europe#2  hooks.payments.examp…  503          2  delivered',
      '12m ago  dlv_0b4k2m00004  incident.triggered     integration/wallboard  wall.example.org/      timeout     12  failed',
    ]);
  });

  it('without a limit is whole', async () => {
    const [, first] = await at(Number.POSITIVE_INFINITY);
    expect(first).toContain(
      'incident.unacknowledged  webhook/payments-notifications-europe#2  https://hooks',
    );
  });
});

// Deliveries and their attempts, as lists and one by one.

import type { Attempt, Delivery } from '../../../model/delivery.js';
import type { DeliveryQuery, Page } from '../../store.js';
import type { Attempts } from '../attempts.js';
import type { Kernel } from '../kernel.js';
import type { ResolveId } from '../public-ids.js';
import {
  DATA_COLUMNS,
  type DataRow,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  dataOf,
  EVENT_JOIN,
  toDelivery,
} from '../rows.js';
import { defineHolds } from './bodies.js';
import { walkOf } from './delivery-paths.js';
import { type ListPlan, readPage } from './page.js';

const SORTS = {
  created_at: null,
  sent_at: 'coalesce(t.sent_at, 0)',
  event: '(SELECT w.text FROM event e JOIN word w ON w.id = e.type WHERE e.id = t.event)',
  destination: '(SELECT ref FROM destination d WHERE d.id = t.destination)',
  url: '(SELECT url FROM route r WHERE r.id = t.route)',
  result: "coalesce((SELECT text FROM word w WHERE w.id = t.result), '')",
  tries: 't.tries',
  state: 't.state',
};

export function prepareDeliveryLists(kernel: Kernel, attempts: Attempts, resolveId: ResolveId) {
  const { db } = kernel;
  defineHolds(db);
  const from = 'delivery d JOIN event e ON e.id = d.event';
  const find = db.prepare(`SELECT ${DELIVERY_COLUMNS} FROM ${from} WHERE d.id = ?`);
  const findData = db.prepare(`SELECT ${DATA_COLUMNS} FROM ${from} ${EVENT_JOIN} WHERE d.id = ?`);

  function planOf(query: DeliveryQuery): ListPlan<DeliveryRow> {
    const { paths, filters, isCostly } = walkOf(kernel, query, resolveId);
    return {
      table: 'delivery',
      paths,
      filters,
      isCostly,
      sorts: SORTS,
      defaultSort: 'created_at',
      rowsSql: `SELECT ${DELIVERY_COLUMNS} FROM json_each(?) j JOIN delivery d ON d.id = j.value JOIN event e ON e.id = d.event`,
      idOf: (row) => row.id,
    };
  }

  return {
    getDelivery: async (id: string): Promise<Delivery> =>
      toDelivery(kernel, find.get(resolveId('dlv', id)) as DeliveryRow),
    listDeliveries: async (query: DeliveryQuery): Promise<Page<Delivery>> =>
      readPage(kernel, planOf(query), query, (row) => toDelivery(kernel, row)),
    listAttempts: async (delivery: string): Promise<readonly Attempt[]> => {
      const number = resolveId('dlv', delivery);
      return attempts.list(number, dataOf(findData.get(number) as DataRow));
    },
  };
}

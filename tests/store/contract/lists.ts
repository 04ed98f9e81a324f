// Contract: reading by id, and lists page by page, in any order.

import { describe, expect, it } from '@jest/globals';
import type { ListQuery, Store } from '../../../src/store/store.js';
import { everything, onEmptyPlace } from './empty-place.js';
import { accept, alert, type MakeStore, planned, START, type StoreUnderTest } from './fixtures.js';

export function lists(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  const open = async (name: string, to = [planned('webhook/crm')]) => {
    const result = await accept(place, [alert({ groupingId: name, title: name })], { to });
    place.clock.advance(1_000);
    return result;
  };

  describe('ids', () => {
    it('takes a unique beginning, and says when it is not unique or nothing has it', async () => {
      const { alerts } = await open('a');
      place.clock.advance(40 * 24 * 3_600_000);
      await open('b');
      const id = alerts[0]!.incident!;
      expect((await store.getIncident(id.slice(0, 11))).id).toBe(id);
      expect((await store.getIncident(id.slice(4))).id).toBe(id);
      await expect(store.getIncident('inc_0')).rejects.toMatchObject({ code: 'usage.ambiguous_id' });
      await expect(store.getIncident('inc_zzz')).rejects.toMatchObject({ code: 'object.not_found' });
      await expect(store.getIncident(id.replace('inc', 'evt'))).rejects.toMatchObject({
        code: 'object.not_found',
      });
      await expect(store.getDelivery('dlv_00000000000')).rejects.toMatchObject({ code: 'object.not_found' });
    });
  });

  describe('pages', () => {
    it('gives every row once, newest first, while new ones are written', async () => {
      for (let i = 0; i < 12; i++) await open(`n${i}`);
      const first = await store.listIncidents({ limit: 5 });
      expect(first.items.map((one) => one.title)).toEqual(['n11', 'n10', 'n9', 'n8', 'n7']);
      await open('late');
      const second = await store.listIncidents({ limit: 5, after: first.next! });
      const third = await store.listIncidents({ limit: 5, after: second.next! });
      expect([...second.items, ...third.items].map((one) => one.title)).toEqual([
        'n6',
        'n5',
        'n4',
        'n3',
        'n2',
        'n1',
        'n0',
      ]);
      expect(third.next).toBeNull();
    });

    it('sorts by any column both ways and pages without loss when rows are written meanwhile', async () => {
      for (const title of ['c', 'a', 'b', 'a', 'd', 'a'])
        await accept(place, [alert({ title, groupingId: `${title}${place.clock.advance(10)}` })]);
      const titles = async (query: ListQuery) =>
        (await everything((one) => store.listIncidents(one), query)).map((one) => one.title).join('');
      expect(await titles({ sort: 'title', desc: false, limit: 2 })).toBe('aaabcd');
      expect(await titles({ sort: 'title', desc: true, limit: 2 })).toBe('dcbaaa');
      const first = await store.listIncidents({ sort: 'title', desc: false, limit: 2 });
      await accept(place, [alert({ title: 'aa', groupingId: 'later' })]);
      const rest = await store.listIncidents({ sort: 'title', desc: false, after: first.next! });
      expect(rest.items.map((one) => one.title).join('')).toBe('abcd');
      for (const sort of ['opened_at', 'severity', 'priority', 'status', 'alerts'])
        expect(await everything((one) => store.listIncidents(one), { sort, limit: 2 })).toHaveLength(7);
    });

    it('refuses cursors that are not its own, unknown sort columns and limits out of range', async () => {
      await open('a');
      await open('b');
      const { next } = await store.listIncidents({ limit: 1 });
      for (const [query, code] of [
        [{ after: 'nonsense' }, 'usage.invalid_cursor'],
        [{ after: next!, sort: 'title' }, 'usage.invalid_cursor'],
        [{ sort: 'colour' }, 'usage.invalid'],
        [{ limit: 0 }, 'usage.invalid'],
        [{ limit: 1_001 }, 'usage.invalid'],
      ] as const)
        await expect(store.listIncidents(query)).rejects.toMatchObject({ code });
    });

    it('cuts by time', async () => {
      for (const name of ['a', 'b', 'c']) await open(name);
      const titles = async (query: ListQuery) =>
        (await store.listIncidents(query)).items.map((one) => one.title);
      expect(await titles({ since: START + 1_000 })).toEqual(['c', 'b']);
      expect(await titles({ until: START + 1_000 })).toEqual(['b', 'a']);
      expect(await titles({ since: START + 500, until: START + 1_500 })).toEqual(['b']);
    });
  });
}

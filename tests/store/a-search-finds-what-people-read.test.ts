// What a screen shows is what a person searches for: quotes and backslashes as they are read, not as JSON writes them, letters in any
// case of any language, and % and _ as the signs they are.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accept, alert, planned } from './contract/fixtures.js';
import { makeSqliteStore, type SqlitePlace } from './kit/sqlite-place.js';

const TITLE = 'Disk "full" 100% a_b \\ Größe\tÄRGER';
let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqliteStore();
  const to = { to: [planned('webhook/crm')] };
  await accept(place, [alert({ groupingId: 'a', title: TITLE, message: TITLE })], to);
  await accept(place, [alert({ groupingId: 'b', title: 'Other aXb 100 percent', message: '' })], to);
});
afterEach(() => place.dispose());

const FOUND = ['"full"', 'DISK "Full"', '100% a', 'a_b', 'b \\ Gr', 'größe', 'GRÖßE', 'ärger', 'Größe\tä'];
const NOT_FOUND = ['100%a', '_b_', '\\"full\\"', 'größer', '%full%', "'"];

describe.each([
  ['deliveries, by body', (body: string) => place.store.listDeliveries({ body })],
  ['incidents', (search: string) => place.store.listIncidents({ search })],
  ['alerts', (search: string) => place.store.listAlerts({ search })],
  ['events, by the title of their incident', (search: string) => place.store.listEvents({ search })],
] as const)('%s', (name, list) => {
  it.each(FOUND)('are found by %j', async (text) => {
    expect((await list(text)).items).toHaveLength(1);
  });

  // JSON text is what a body is, so both readings of it are found there.
  it.each(NOT_FOUND.filter((text) => !(name.includes('body') && text.includes('\\'))))(
    'are not found by %j',
    async (text) => {
      expect((await list(text)).items).toEqual([]);
    },
  );
});

it.each(FOUND)('an event of one’s own is found by %j in its data', async (text) => {
  const event = {
    type: 'deploy.finished',
    channels: [],
    data: JSON.stringify({ text: TITLE }),
    deliveries: [],
  };
  await place.store.publish(event, { at: place.clock.now(), actor: 'cli:dana' });
  const types = (await place.store.listEvents({ search: text })).items.map(({ type }) => type);
  expect(types).toContain('deploy.finished');
});

it.each(['ÄRGER "now"', 'ärger "NOW"', 'ÄRGER'])('a refused payload is found by %j', async (search) => {
  const reject = { source: 'grafana', at: place.clock.now(), code: 'ingest.unreadable', contentType: '' };
  await place.store.reject({ ...reject, reason: 'Ärger "now"', body: '{', bodyBytes: 1 });
  expect((await place.store.listRejects({ search })).items).toHaveLength(1);
  expect((await place.store.listRejects({ search: 'öde' })).items).toEqual([]);
});

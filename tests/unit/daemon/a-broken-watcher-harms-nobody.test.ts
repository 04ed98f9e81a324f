import { expect, it } from '@jest/globals';
import { Feed } from '../../../src/daemon/watch/feed.js';
import type { TailLine } from '../../../src/http/wire/api-types.js';
import type { RelayEvent } from '../../../src/model/event.js';

const event: RelayEvent = {
  id: 'evt_00000000001',
  type: 'deploy.finished',
  at: 0,
  incident: null,
  alert: null,
  source: null,
  actor: 'cli:dana',
  channels: [],
  data: '{"title":"v2 is out"}',
  unmatched: true,
};

it('who throws while watching is let go; the others go on', () => {
  const feed = new Feed();
  const seen: TailLine[] = [];
  let calls = 0;
  feed.subscribe(() => {
    calls += 1;
    throw new Error('gone');
  });
  const stop = feed.subscribe((line) => seen.push(line));
  feed.events([event, event]);
  expect(calls).toBe(1);
  expect(seen).toHaveLength(2);
  expect(seen[0]).toMatchObject({ kind: 'event', event: { id: event.id, title: 'v2 is out' } });
  stop();
  feed.events([event]);
  expect(seen).toHaveLength(2);
});

// A sender that repeats itself under one key, one after the other, all at once, or after a refusal: taken in once, told once, and what
// was refused is never answered from memory.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { ApiAnswer } from '../kit/api.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';

const KEY = 'a-key-of-twenty-five-long';
let receiver: Receiver;
let daemon: TestDaemon;

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({
    config: {
      channels: [{ name: 'ops' }],
      sources: ['scripts', 'others'].map((name) => ({ name, pack: 'generic', channel: 'ops', key: KEY })),
      webhooks: [{ name: 'crm', urls: [{ url: receiver.url }], events: ['*', 'incident.repeated'] }],
    },
  });
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

const post = (title: string, key: string, source = 'scripts', header = 'idempotency-key') =>
  daemon.post(source, KEY, { id: title, title }, { 'content-type': 'application/json', [header]: key });
const taken = (answer: ApiAnswer) => {
  expect(answer.status).toBe(202);
  return answer.json.alerts[0];
};
/** Titles of the incidents that came to the webhook; repeats too would come. */
async function told(title: string, count: number): Promise<number> {
  const marker = `after ${title} ${receiver.requests.length}`;
  await post(marker, marker);
  const titles = () => receiver.requests.map(({ json }) => json.data.incident.title);
  await untilTrue('the marker came', () => titles().includes(marker));
  await untilTrue('nothing waits', async () => {
    const { json } = await daemon.api('deliveries?status=pending,sending');
    return json.items.length === 0;
  });
  expect(titles().filter((one) => one === title).length).toBe(count);
  return count;
}

describe('the same idempotency key', () => {
  it.each(['idempotency-key', 'webhook-id'])('twice in %s is taken in once', async (header) => {
    const title = `twice by ${header}`;
    const first = taken(await post(title, title, 'scripts', header));
    const second = taken(await post(title, title, 'scripts', header));
    expect(first).toMatchObject({ duplicate: false, result: 'opened' });
    expect(second).toEqual({ ...first, duplicate: true });
    await told(title, 1);
  });

  it('many times at once is taken in once, and all get the same answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('at once', 'at once')));
    const alerts = answers.map(taken);
    expect(alerts.filter(({ duplicate }) => !duplicate).length).toBe(1);
    expect(new Set(alerts.map(({ id, incident }) => `${id} ${incident}`)).size).toBe(1);
    await told('at once', 1);
  });

  it('of another source is another key', async () => {
    expect(taken(await post('of two', 'shared'))).toMatchObject({ duplicate: false });
    expect(taken(await post('of two', 'shared', 'others'))).toMatchObject({ duplicate: false });
    await told('of two', 2);
  });

  it('outlives a restart', async () => {
    const first = taken(await post('restarted', 'restarted'));
    await daemon.kill9();
    await daemon.restart();
    expect(taken(await post('restarted', 'restarted'))).toEqual({ ...first, duplicate: true });
  });
});

describe('a key whose first request failed', () => {
  it('by its own fault is processed when it comes again', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'mended' };
    const refused = await daemon.post('scripts', KEY, '{"id": "mended", ', headers);
    expect([refused.status, refused.json.error.code]).toEqual([400, 'ingest.unreadable']);
    expect(taken(await post('mended', 'mended'))).toMatchObject({ duplicate: false, result: 'opened' });
    await told('mended', 1);
  });

  it('because the database was locked is processed when it comes again, and nothing half was left', async () => {
    const other = new Database(join(daemon.dataDir, 'relay.db'));
    other.exec('BEGIN IMMEDIATE');
    try {
      const refused = await post('locked', 'locked');
      expect([refused.status, refused.json.error.code]).toEqual([503, 'store.unavailable']);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    const { json } = await daemon.api('incidents?search=locked');
    expect(json.items).toEqual([]);
    expect(taken(await post('locked', 'locked'))).toMatchObject({ duplicate: false, result: 'opened' });
    await told('locked', 1);
  });
});

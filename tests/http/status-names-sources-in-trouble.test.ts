// What `status` and the lists say of sources: a missed heartbeat and failing templates degrade; rejects and wrong keys are noticed.

import { afterEach, describe, expect, it } from '@jest/globals';
import { createWrongKeys } from '../../src/http/ingest/wrong-keys.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Running, startRunning } from '../kit/running.js';
import { ask, type Running as Listener, startSocket, startTcp } from './kit/listener.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: FakeClock;
let running: Running;
let listeners: Listener[] = [];

async function start(): Promise<{ tcp: Listener; socket: Listener }> {
  clock = fakeClock();
  running = await startRunning({
    clock,
    config: {
      sources: [
        { name: 'web', pack: 'generic', key: 'key-of-web-0123456', heartbeat: '10m' },
        {
          name: 'odd',
          pack: 'generic',
          key: 'key-of-odd-0123456',
          templates: { message: '{{ payload.a.b.c }}' },
        },
      ],
    },
  });
  const [tcp, socket] = [await startTcp(running.runtime), await startSocket(running.runtime)];
  listeners = [tcp, socket];
  return { tcp, socket };
}

afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.close()));
  listeners = [];
  await running?.remove();
});

const status = async (socket: Listener) => (await ask(socket.at, 'GET', '/api/v1/status')).json;
const source = async (socket: Listener, name: string) =>
  (await ask(socket.at, 'GET', `/api/v1/sources?search=${name}`)).json.items[0];
const post = (tcp: Listener, path: string, body = '{"title":"x"}') =>
  fetch(`${tcp.at}/in/${path}`, { method: 'POST', body });

describe('a source', () => {
  it('that missed its heartbeat degrades, until it is heard again', async () => {
    const { tcp, socket } = await start();
    expect(await status(socket)).toMatchObject({ healthy: true, problems: [], noticed: [] });
    await post(tcp, 'web/key-of-web-0123456', '{"title":"x","status":"resolved"}');
    clock.advance(10 * MINUTE);
    await running.runtime.care.tick();
    expect(await status(socket)).toMatchObject({
      healthy: false,
      problems: [
        {
          text: 'source/web: last heard 2026-01-01 00:00 UTC, expected every 10m',
          see: 'relay source show web',
        },
      ],
    });
    await post(tcp, 'web/key-of-web-0123456', '{"title":"x","status":"resolved"}');
    expect(await status(socket)).toMatchObject({ healthy: true });
  });

  it('whose template failed degrades for a day', async () => {
    const { tcp, socket } = await start();
    await post(tcp, 'odd/key-of-odd-0123456');
    const { problems } = await status(socket);
    expect(problems).toMatchObject([{ see: 'relay source show odd' }]);
    expect(problems[0].text).toMatch(
      /^source\/odd: templates failed once in 24h \(message\), last: .* at line 1/,
    );
    clock.advance(25 * HOUR);
    expect((await status(socket)).healthy).toBe(true);
  });

  it('that refused payloads is noticed, in its list too', async () => {
    const { tcp, socket } = await start();
    expect((await post(tcp, 'odd/key-of-odd-0123456', '{"broken":')).status).toBe(400);
    expect((await post(tcp, 'odd/key-of-odd-0123456', '{"broken":')).status).toBe(400);
    expect(await status(socket)).toMatchObject({
      healthy: true,
      noticed: [{ object: 'source/odd', text: '2 payloads refused in 24h', see: 'relay source rejects odd' }],
    });
    expect(await source(socket, 'odd')).toMatchObject({ rejects_24h: 2, wrong_keys: null });
    expect(await source(socket, 'web')).toMatchObject({ rejects_24h: 0 });
    clock.advance(25 * HOUR);
    expect(await source(socket, 'odd')).toMatchObject({ rejects_24h: 0 });
  });

  it.each([
    ['application/xml', '<alert/>'],
    ['text/xml', '<?xml version="1.0"?><alert/>'],
    ['application/soap+xml', '<a/>'],
    ['application/json', ' <html>'],
    ['', '<alert/>'],
  ])('that was sent XML as "%s" says so, and keeps what it was', async (type, body) => {
    const { tcp } = await start();
    const answer = await fetch(`${tcp.at}/in/odd/key-of-odd-0123456`, {
      method: 'POST',
      body: Buffer.from(body),
      headers: type === '' ? {} : { 'content-type': type },
    });
    const { error } = (await answer.json()) as { error: Record<string, string> };
    expect([answer.status, error.code]).toEqual([415, 'ingest.unsupported_type']);
    expect(error.message).toContain('XML');
    expect(error.fix).toContain('JSON');
    expect((await running.store.listRejects({ source: 'odd' })).items).toMatchObject([{ body }]);
  });

  it('that is posted to with a wrong key says how often, when last and from where', async () => {
    const { tcp, socket } = await start();
    await post(tcp, 'web/nope');
    await post(tcp, 'web/nope');
    await fetch(`${tcp.at}/in/web/nope/heartbeat`);
    // Without any key it is nobody's old URL, and what does not exist cannot make anything grow.
    await post(tcp, 'web');
    await post(tcp, 'nothing/nope');
    expect(await source(socket, 'web')).toMatchObject({
      rejects_24h: 0,
      wrong_keys: { count: 3, last_at: '2026-01-01T00:00:00.000Z', last_from: '127.0.0.1' },
    });
    expect(await status(socket)).toMatchObject({
      healthy: true,
      noticed: [
        {
          object: 'source/web',
          text: '3 posts with a wrong key in 24h, last from 127.0.0.1',
          see: 'relay source url web',
        },
      ],
    });
    expect((await ask(socket.at, 'GET', '/api/v1/sources/web')).json.wrong_keys.count).toBe(3);
  });
});

describe('wrong keys', () => {
  it('are warned of once an hour and source, and forgotten after a day', () => {
    const warned: unknown[] = [];
    const at = fakeClock();
    const keys = createWrongKeys(at, { warn: (about: unknown) => void warned.push(about) } as never);
    keys.note('web', '192.0.2.7');
    keys.note('web', '192.0.2.8');
    keys.note('odd', '192.0.2.7');
    expect(warned).toEqual([
      { source: 'web', from: '192.0.2.7' },
      { source: 'odd', from: '192.0.2.7' },
    ]);
    at.advance(HOUR);
    keys.note('web', '192.0.2.9');
    expect(warned).toHaveLength(3);
    expect(keys.of('web')).toMatchObject({ count: 3, lastFrom: '192.0.2.9' });
    at.advance(23 * HOUR);
    expect(keys.of('web')).toMatchObject({ count: 1 });
    at.advance(HOUR);
    expect(keys.of('web')).toBeNull();
    expect(keys.of('other')).toBeNull();
  });
});

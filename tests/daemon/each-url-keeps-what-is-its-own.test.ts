// A webhook's list of URLs is edited: what waits, and how it stands, belongs to a URL and not to its place in the list.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

let receiver: Receiver;
let running: Running;

const config = (...paths: readonly string[]) => ({
  webhooks: [
    {
      name: 'crm',
      events: ['deploy.*'],
      urls: paths.map((path) => ({ url: `${receiver.url}/${path}` })),
      retry: { max: 3, base: '1h' },
      redelivery: false,
    },
  ],
});
const send = () => running.runtime.send('deploy.finished', null, '{}', 'cli:test');
async function edit(...paths: readonly string[]): Promise<void> {
  running.write(config(...paths));
  await running.runtime.control.reload({ dryRun: false });
}
/** What came to each path. */
const came = (path: string): number =>
  receiver.requests.filter((request) => request.path === `/hook/${path}`).length;
/** `/hook/a webhook/crm`, in the order of the list. */
const refs = (): string[] =>
  [...running.runtime.topology().destinations.values()].map(
    ({ ref, displayUrl }) => `${new URL(displayUrl).pathname} ${ref}`,
  );
async function states(): Promise<string[]> {
  const { items } = await running.store.listDeliveries({ limit: 100 });
  return items
    .map(({ url, state, destination }) => `${new URL(url).pathname} ${destination} ${state}`)
    .sort();
}

beforeEach(async () => {
  receiver = await startReceiver();
  running = await startRunning({ config: config('gone', 'well') });
});
afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

describe('a URL taken off the list', () => {
  it('leaves the others as well as they are, with nothing that was not theirs', async () => {
    receiver.answer(({ path }) => ({ status: path.endsWith('/gone') ? 410 : 200 }));
    await send();
    await untilTrue('it is disabled', () => running.runtime.engine.laneState('webhook/crm')?.disabledReason);
    await send();
    await untilTrue('the other one has both', () => came('well') === 2);
    await edit('well');
    expect(refs()).toEqual(['/hook/well webhook/crm#2']);
    await send();
    await untilTrue('it gets the next one', () => came('well') === 3);
    await untilTrue('what waited is called off', async () =>
      (await states()).includes('/hook/gone webhook/crm cancelled'),
    );
    expect(await states()).toEqual([
      '/hook/gone webhook/crm cancelled',
      '/hook/gone webhook/crm dead',
      ...Array(3).fill('/hook/well webhook/crm#2 delivered'),
    ]);
    expect(came('gone')).toBe(1);
  });

  it('while nothing runs is forgotten as well, and another that gets its number starts afresh', async () => {
    receiver.answer(({ path }) => ({ status: path.endsWith('/gone') ? 410 : 500 }));
    await send();
    await untilTrue('both were tried', async () => {
      const now = await states();
      return now.includes('/hook/gone webhook/crm dead') && now.includes('/hook/well webhook/crm#2 pending');
    });
    await running.stop();
    running = await startRunning({ config: config('well'), dir: running.dir });
    expect(refs()).toEqual(['/hook/well webhook/crm#2']);
    expect(await states()).toContain('/hook/well webhook/crm#2 pending');
    await edit('well', 'new');
    expect(refs()).toEqual(['/hook/well webhook/crm#2', '/hook/new webhook/crm']);
    expect(running.runtime.engine.laneState('webhook/crm')).toMatchObject({
      disabledReason: null,
      lastTriggeredAt: null,
    });
    await running.stop();
    running = await startRunning({ config: config('well', 'new'), dir: running.dir });
    expect(refs()).toEqual(['/hook/well webhook/crm#2', '/hook/new webhook/crm']);
    expect(running.runtime.engine.laneState('webhook/crm')?.disabledReason).toBeNull();
  });
});

describe('a list in another order', () => {
  it('changes nothing', async () => {
    receiver.answer({ status: 500 });
    await send();
    await untilTrue('both failed', () => receiver.requests.length === 2);
    const before = await untilTrue('both wait', async () => {
      const now = await states();
      return now.every((line) => line.endsWith('pending')) ? now : null;
    });
    await edit('well', 'gone');
    expect(refs()).toEqual(['/hook/well webhook/crm#2', '/hook/gone webhook/crm']);
    expect(await states()).toEqual(before);
  });
});

describe('a URL that is edited', () => {
  it('takes what waits along: it may be the cure', async () => {
    receiver.answer(({ path }) => ({ status: path.endsWith('/gone') ? 500 : 200 }));
    await send();
    await untilTrue('one waits', async () => (await states()).includes('/hook/gone webhook/crm pending'));
    await edit('mended', 'well');
    expect(refs()).toEqual(['/hook/mended webhook/crm', '/hook/well webhook/crm#2']);
    expect((await states()).filter((line) => line.endsWith('pending'))).toHaveLength(1);
  });
});

// The file was edited while no daemon ran, and an object made on the command line now refers to nothing. That must not keep the daemon
// from starting, nor lock anything: the rest serves, changes go on, and the object can be mended or removed.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

const BOTH = {
  channels: [{ name: 'ops' }, { name: 'night' }],
  sources: [{ name: 'scripts', pack: 'generic', channel: 'ops' }],
};
const ONE = { ...BOTH, channels: [{ name: 'ops' }] };

let receiver: Receiver;
let running: Running;

const control = () => running.runtime.control;
const refs = () => [...running.runtime.topology().destinations.keys()];

/** What each destination was to get, as it stands. */
async function states(): Promise<Record<string, string>> {
  const { items } = await running.store.listDeliveries({ limit: 10 });
  return Object.fromEntries(items.map(({ destination, state }) => [destination, state]));
}
const BOTH_HELD = { 'integration/wall': 'held', 'integration/desk': 'held' };

beforeAll(async () => {
  receiver = await startReceiver();
  const first = await startRunning({ config: BOTH });
  const add = (name: string) =>
    first.runtime.control.add(
      'integration',
      { name, kind: 'webhook', channel: 'night', url: `${receiver.url}/${name}`, events: ['deploy.*'] },
      'cli',
    );
  await add('wall');
  await add('desk');
  // What they owe is still to be sent when the daemon stops.
  receiver.answer({ status: 500 });
  await first.runtime.send('deploy.finished', 'night', '{}', 'cli:test');
  await receiver.received(2);
  await first.stop();
  running = await startRunning({ config: ONE, dir: first.dir });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

describe('an object of the database whose channel is gone', () => {
  it('is left out, and the rest serves', async () => {
    expect(refs()).toEqual([]);
    const taken = await running.alert('scripts', { id: 'a', title: 'taken' });
    expect(taken.alerts.map(({ result }) => result)).toEqual(['opened']);
    const told = await running.runtime.doctor();
    expect(
      told.filter(({ text }) => text.startsWith('left out')).map(({ name, level }) => [name, level]),
    ).toEqual(['desk', 'wall'].map((name) => [`integration/${name}`, 'error']));
  });

  it('keeps what it owes: held, whatever changes', async () => {
    expect(await states()).toEqual(BOTH_HELD);
    await control().reload({ dryRun: false });
    expect(await states()).toEqual(BOTH_HELD);
  });

  it('does not stand in the way of other changes and of a reload', async () => {
    await control().add('webhook', { name: 'crm', urls: [{ url: receiver.url }] }, 'cli');
    expect(refs()).toEqual(['webhook/crm']);
    running.write({ ...ONE, services: [{ name: 'payments' }] });
    expect(await control().reload({ dryRun: false })).toMatchObject({ added: ['service payments'] });
  });

  it('keeps its name', async () => {
    const again = { name: 'wall', kind: 'console', channel: 'ops' };
    await expect(control().add('integration', again, 'cli')).rejects.toMatchObject({ code: 'object.exists' });
  });

  it('can be given another channel, serves again, and gets what was held', async () => {
    receiver.answer({ status: 200 });
    await control().edit('integration', 'wall', { channel: 'ops' }, 'cli');
    expect(refs().sort()).toEqual(['integration/wall', 'webhook/crm']);
    expect(running.runtime.leftOut().map(({ object }) => object)).toEqual(['integration/desk']);
    await untilTrue('it is delivered', async () => (await states())['integration/wall'] === 'delivered');
    expect((await states())['integration/desk']).toBe('held');
  });

  it('can be removed', async () => {
    await control().remove('integration', 'desk');
    expect((await running.store.listObjects()).map(({ name }) => name)).toEqual(['wall', 'crm']);
    await untilTrue('it is called off', async () => (await states())['integration/desk'] === 'cancelled');
  });
});

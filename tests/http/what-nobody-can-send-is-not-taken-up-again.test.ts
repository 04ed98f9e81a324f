// `deliveries/redeliver` over everything, after a webhook left the config: what it is owed keeps its state, and is counted apart.

import { afterEach, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running as Place, startRunning } from '../kit/running.js';
import { ask, type Running as Socket, startSocket } from './kit/listener.js';

let receiver: Receiver;
let place: Place;
let socket: Socket;

const webhook = (name: string) => ({
  name,
  urls: [{ url: `${receiver.url}/${name}` }],
  events: ['deploy.*'],
  retry: { max: 0 },
  redelivery: false,
});

afterEach(async () => {
  await socket?.close();
  await place?.remove();
  await receiver?.close();
});

describe('taking everything that failed up again', () => {
  it('leaves what was for a removed webhook as it is, and says how many those are', async () => {
    receiver = await startReceiver();
    receiver.answer({ status: 503 });
    place = await startRunning({ config: { webhooks: [webhook('old'), webhook('kept')] } });
    socket = await startSocket(place.runtime);
    await place.runtime.send('deploy.finished', null, '{}', 'cli:test');
    await place.settled();
    place.write({ webhooks: [webhook('kept')] });
    await place.runtime.control.reload({ dryRun: false });
    receiver.answer({ status: 200 });

    const redeliver = async (body: object) =>
      (await ask(socket.at, 'POST', '/api/v1/deliveries/redeliver', body)).json;
    expect(await redeliver({ dry_run: true })).toMatchObject({ total: 1, gone: 1 });
    expect(await redeliver({ dry_run: true, destination: 'webhook/old' })).toMatchObject({
      total: 0,
      gone: 1,
    });
    expect(await redeliver({})).toMatchObject({ total: 1, changed: 1 });
    const states = (await place.settled()).map(({ destination, state, reason }) => [
      destination,
      state,
      reason,
    ]);
    expect(states).toEqual([
      ['webhook/old', 'failed', expect.stringContaining('answered 503')],
      ['webhook/kept', 'delivered', ''],
    ]);
  });
});

import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { newDestinationState } from '../../src/delivery/health.js';
import { Standings } from '../../src/delivery/standings.js';
import { pause, untilTrue } from '../kit/wait.js';

const log = pino({ level: 'silent' });
const disabled = { ...newDestinationState('webhook/crm'), disabledReason: 'answered 410' };
const enabled = newDestinationState('webhook/crm');

/** A store whose first write fails, but is told so only when it is told to. */
function aStore() {
  const kept: (string | null | undefined)[] = [];
  let fail: () => void = () => undefined;
  let writes = 0;
  return {
    kept,
    fail: () => fail(),
    async setDestinationState(_ref: string, { disabledReason }: { disabledReason?: string | null }) {
      writes += 1;
      if (writes === 1)
        await new Promise<void>((_resolve, reject) => {
          fail = () => reject(new Error('the disk is full'));
        });
      kept.push(disabledReason);
    },
  };
}

it('a standing that could not be written is tried again', async () => {
  const store = aStore();
  const standings = new Standings(store, log, () => null);
  standings.note(disabled);
  const first = standings.flush();
  store.fail();
  await first;
  await untilTrue('it is written', () => store.kept.length === 1);
  expect(store.kept).toEqual(['answered 410']);
});

it('but not over a newer one that was written meanwhile', async () => {
  const store = aStore();
  const standings = new Standings(store, log, () => null);
  standings.note(disabled);
  const first = standings.flush();
  standings.note(enabled);
  await standings.flush();
  store.fail();
  await first;
  await standings.flush();
  await pause(30);
  expect(store.kept).toEqual([null]);
});

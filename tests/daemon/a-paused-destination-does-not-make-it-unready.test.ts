import { afterEach, expect, it } from '@jest/globals';
import { fakeClock } from '../kit/clock.js';
import { type Running, startRunning } from '../kit/running.js';

let running: Running;
afterEach(() => running?.remove());

it('what a paused destination holds is not overdue', async () => {
  const clock = fakeClock();
  running = await startRunning({
    clock,
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'scripts', pack: 'generic', channel: 'ops' }],
      webhooks: [{ name: 'crm', urls: [{ url: 'http://127.0.0.1:9/' }] }],
    },
  });
  await running.runtime.control.setPaused('webhook', 'crm', true);
  await running.alert('scripts', { id: 'a', title: 'is held' });
  clock.advance(3_600_000);
  expect((await running.runtime.readiness()).checks.filter(({ ok }) => !ok)).toEqual([]);
});

// How long an attempt took, stage by stage, as the command line tells it: in a test, on the screen of a delivery, as JSON, in an export.

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTlsReceiver, type TlsReceiver } from '../faults/destinations/tls-receiver.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';

const WHOLE = /^\d+$/;
const SPAN = '(<1ms|\\d+ms|\\d+s)';
const FIRST = new RegExp(`${SPAN} \\(dns ${SPAN}, connect ${SPAN}, tls ${SPAN}, first byte ${SPAN}\\)$`, 'm');
const REUSED = new RegExp(`${SPAN} \\(connection reused, first byte ${SPAN}\\)$`, 'm');

let receiver: TlsReceiver;
let daemon: TestDaemon;

async function relay(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await daemon.relay(...args);
  if (code !== 0) throw new Error(`relay ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

beforeAll(async () => {
  // Longer than any pause between two commands.
  receiver = await startTlsReceiver('receiver', { keepAliveTimeout: 120_000 });
  const url = `https://localhost:${receiver.port}/`;
  daemon = await startDaemon({
    config: {
      channels: [{ name: 'ops', integrations: [{ name: 'wall', kind: 'console' }] }],
      webhooks: [{ name: 'crm', urls: [{ url }], events: ['deploy.*'], verify_ssl: false }],
    },
  });
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

it('the first attempt makes a connection, the next ones reuse it, and each says so', async () => {
  expect(await relay('webhook', 'test', 'crm')).toMatch(FIRST);
  expect(await relay('webhook', 'test', 'crm')).toMatch(REUSED);
  expect(receiver.connections()).toBe(1);

  const { items } = JSON.parse(await relay('delivery', 'list', '--sort', 'created_at', '--json'));
  const ids: string[] = items.map(({ id }: { id: string }) => id).sort();
  const screens = await Promise.all(ids.map((id) => relay('delivery', 'show', id)));
  expect(screens[0]).toMatch(new RegExp(`^ +time: ${FIRST.source}`, 'm'));
  expect(screens[1]).toMatch(new RegExp(`^ +time: ${REUSED.source}`, 'm'));

  const exported = await relay('delivery', 'export', '--webhook', 'crm', '--attempts');
  const [made, reused] = exported
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).attempts[0]);
  expect(made.timings.connection_reused).toBe(false);
  const { dns_ms, connect_ms, tls_ms, first_byte_ms } = made.timings;
  for (const ms of [dns_ms, connect_ms, tls_ms, first_byte_ms]) expect(String(ms)).toMatch(WHOLE);
  expect(dns_ms + connect_ms + tls_ms + first_byte_ms).toBeLessThanOrEqual(made.duration_ms);
  expect(reused.timings).toEqual({
    connection_reused: true,
    dns_ms: null,
    connect_ms: null,
    tls_ms: null,
    first_byte_ms: expect.any(Number),
  });
  const shown = JSON.parse(await relay('delivery', 'show', ids[1] as string, '--json'));
  expect(shown.attempts[0].timings).toEqual(reused.timings);
});

it('what is not sent over HTTP has a duration and no stages', async () => {
  const [test] = JSON.parse(await relay('integration', 'test', 'wall', '--json')).items;
  expect(test.attempt).toMatchObject({ duration_ms: expect.any(Number), timings: null });
  expect(await relay('delivery', 'show', test.attempt.delivery)).toMatch(
    new RegExp(`^ +time: ${SPAN}$`, 'm'),
  );
});

// What a source says that is no alert (`ignore_condition`): kept and counted, of no incident, told to nobody; and a beat of the source.

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServer, type HttpListener } from '../../src/http/listen/server.js';
import type { IngestAnswer } from '../../src/http/wire/api-types.js';
import { fakeClock } from '../kit/clock.js';
import { type Running, startRunning } from '../kit/running.js';

const clock = fakeClock();
let running: Running;
let listener: HttpListener;
let url: string;
beforeAll(async () => {
  running = await startRunning({
    clock,
    config: {
      channels: [{ name: 'ops', integrations: [{ name: 'terminal', kind: 'console', events: ['*'] }] }],
      sources: [
        {
          name: 'web',
          pack: 'generic',
          channel: 'ops',
          heartbeat: '10m',
          templates: { ignore_condition: "{{ payload.kind == 'comment' }}" },
        },
      ],
    },
  });
  listener = createServer(running.runtime, { listener: 'tcp', host: '127.0.0.1', port: 0 });
  const at = await listener.listen();
  url = `${at}/in/web/${running.runtime.topology().sources.get('web')?.key}`;
});
afterAll(async () => {
  await listener?.close(0);
  await running?.remove();
});

const post = async (body: unknown): Promise<IngestAnswer> =>
  (await (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json()) as IngestAnswer;

it('is answered and kept as ignored, also on an open incident, which it does not touch', async () => {
  const opened = await post({ title: 'Disk full', alert_uid: '1' });
  expect(opened.alerts).toMatchObject([{ result: 'opened' }]);
  const incident = opened.alerts[0]?.incident as string;
  const answer = await post({ title: 'Disk full', alert_uid: '1', kind: 'comment' });
  expect(answer.alerts).toEqual([
    { id: expect.stringMatching(/^alt_/), incident: null, duplicate: false, result: 'ignored' },
  ]);
  expect(await running.store.getIncident(incident)).toMatchObject({ alertCount: 1, status: 'triggered' });
  const id = answer.alerts[0]?.id as string;
  expect(await running.store.getAlert(id)).toMatchObject({
    incident: null,
    result: 'ignored',
    signal: 'ignore',
    groupingId: '1',
  });
  expect((await running.store.listAlerts({ source: 'web' })).items.map(({ result }) => result)).toEqual([
    'ignored',
    'opened',
  ]);
  expect((await running.settled()).map(({ eventType }) => eventType)).toEqual(['incident.triggered']);
  expect(await running.runtime.metrics.metrics()).toContain(
    'relay_alerts_total{source="web",result="ignored"} 1',
  );
});

it('is a beat, and silent in a maintenance that collects', async () => {
  clock.advance(9 * 60_000);
  await post({ title: 'x', kind: 'comment' });
  clock.advance(9 * 60_000);
  await running.runtime.care.tick();
  expect(running.runtime.care.heartbeatOf('web')?.state).toBe('heard');
  const source = running.runtime.topology().sources.get('web');
  await running.runtime.care.startMaintenance(source as NonNullable<typeof source>, 'collect', null, 'relay');
  const answer = await post({ title: 'y', alert_uid: 'y', kind: 'comment' });
  expect(answer.alerts).toMatchObject([{ result: 'ignored', incident: null }]);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SourcePreview } from '../../src/http/wire/api-types.js';
import type { Source } from '../../src/model/topology.js';
import { type Running, startRunning } from '../kit/running.js';
import { ask, startSocket } from './kit/listener.js';

let running: Running;
let server: Awaited<ReturnType<typeof startSocket>>;

beforeAll(async () => {
  running = await startRunning({
    config: {
      channels: [{ name: 'ops' }],
      sources: [
        {
          name: 'mine',
          pack: 'generic',
          channel: 'ops',
          templates: { sms_title: '{{ payload.title / 2 }}' },
        },
        { name: 'hub', pack: 'github', channel: 'ops' },
      ],
    },
  });
  server = await startSocket(running.runtime);
});
afterAll(async () => {
  await server?.close();
  await running?.remove();
});

async function preview(source: string, body: object): Promise<SourcePreview> {
  const answer = await ask(server.at, 'POST', `/api/v1/sources/${source}/preview`, body);
  expect(answer.status).toBe(200);
  return answer.json as SourcePreview;
}
const would = async (payload: unknown) =>
  (await preview('mine', { text: JSON.stringify(payload) })).alerts.map(
    ({ would: { result, incident } }) => ({ result, incident }),
  );
const DISK = { id: 'disk', title: 'Disk full', severity: 'warning' };

describe('a preview', () => {
  it('says what the alert would do with what is open, and does nothing', async () => {
    expect(await would(DISK)).toEqual([{ result: 'opened', incident: null }]);
    expect(await would({ ...DISK, state: 'ok' })).toEqual([{ result: 'nothing_open', incident: null }]);
    const { alerts } = await running.alert('mine', DISK);
    const incident = alerts[0]?.incident;
    expect(await would(DISK)).toEqual([{ result: 'repeated', incident }]);
    expect(await would({ ...DISK, severity: 'critical' })).toEqual([{ result: 'escalated', incident }]);
    expect(await would({ ...DISK, state: 'ok' })).toEqual([{ result: 'resolved', incident }]);
    expect((await running.store.listIncidents({})).items).toHaveLength(1);
    expect((await running.store.listAlerts({})).items).toHaveLength(1);
  });

  it('follows the alerts of one payload one after the other', async () => {
    const other = { ...DISK, id: 'other' };
    expect(await would([other, other, { ...other, state: 'ok' }, other])).toEqual([
      { result: 'opened', incident: null },
      { result: 'repeated', incident: 'inc_new' },
      { result: 'resolved', incident: 'inc_new' },
      { result: 'opened', incident: null },
    ]);
  });

  it('knows that groups of Relay itself are given to no alert', async () => {
    const given = { ...DISK, id: 'relay:heartbeat' };
    const { alerts } = await running.alert('mine', given);
    const [previewed] = (await preview('mine', { text: JSON.stringify(given) })).alerts;
    expect(previewed?.grouping_id).toBe('alert:relay:heartbeat');
    expect(previewed?.would).toMatchObject({ result: 'repeated', incident: alerts[0]?.incident });
    expect(
      await would([
        { ...given, id: 'relay:x' },
        { ...given, id: 'relay:x' },
      ]),
    ).toEqual([
      { result: 'opened', incident: null },
      { result: 'repeated', incident: 'inc_new' },
    ]);
  });

  it('knows that the source is under maintenance', async () => {
    const silent = { name: 'quiet', pack: 'generic', channel: 'ops' };
    await running.runtime.control.add('source', silent, 'cli');
    const before = (await preview('quiet', { text: JSON.stringify(DISK) })).alerts[0]?.would;
    expect(before).toEqual({ result: 'opened', incident: null, silent: false });
    const { care, topology } = running.runtime;
    await care.startMaintenance(topology().sources.get('quiet') as Source, 'silence', null, 'cli:dana');
    const during = (await preview('quiet', { text: JSON.stringify(DISK) })).alerts[0]?.would;
    expect(during).toEqual({ result: 'opened', incident: null, silent: true });
  });

  it('takes a sample with the headers it is sent with', async () => {
    const { alerts, sample } = await preview('hub', { sample: 'ping' });
    expect(sample).toBe('ping');
    expect(alerts).toMatchObject([{ signal: 'ignore', would: { result: 'ignored' }, kinds: null }]);
    const text = JSON.stringify({ zen: 'x', hook: {} });
    const [given] = (await preview('hub', { text, headers: { 'X-GitHub-Event': 'ping' } })).alerts;
    expect(given?.signal).toBe('ignore');
  });

  it('takes the content type with its parameters', async () => {
    const body = { text: 'title=Disk', content_type: 'Application/X-WWW-Form-Urlencoded; charset=utf-8' };
    expect((await preview('mine', body)).alerts).toMatchObject([{ title: 'Disk' }]);
  });

  it('tells a template that fails, with what stands in its place', async () => {
    const [alert] = (await preview('mine', { text: JSON.stringify(DISK) })).alerts;
    expect(alert?.failed_templates).toEqual([
      { template: 'sms_title', error: expect.stringMatching(/at line 1, column \d+/), instead: 'Disk full' },
    ]);
    expect(alert?.kinds?.sms?.title).toBe('[warning] Disk full');
  });
});

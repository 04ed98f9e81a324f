import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTitle } from '../../src/http/view/event-item.js';
import { type Running as RealRuntime, startRunning } from '../kit/running.js';
import { ask, type Running, startSocket } from './kit/listener.js';
import { makeRuntime } from './kit/runtime.js';

let real: RealRuntime;
let server: Running;
beforeAll(async () => {
  real = await startRunning({
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'scripts', pack: 'generic', channel: 'ops' }],
      directory: { users: [{ name: 'dana', email: 'dana@example.org' }] },
    },
  });
  server = await startSocket(real.runtime);
});
afterAll(async () => {
  await server?.close();
  await real?.remove();
});

const post = (path: string, body: unknown) => ask(server.at, 'POST', `/api/v1${path}`, body);

describe('a copy of the database', () => {
  it('into a folder that is not there is the mistake of who asked, not a defect', async () => {
    const path = join(real.dir, 'nowhere', 'copy.db');
    const { status, json } = await post('/db/backup', { path });
    expect(status).toBe(422);
    expect(json.error).toMatchObject({ code: 'object.invalid', message: `${path} cannot be written` });
    expect(json.error.why).toContain(join(real.dir, 'nowhere'));
    mkdirSync(join(real.dir, 'nowhere'));
    expect((await post('/db/backup', { path })).status).toBe(200);
  });
});

describe('an incident given to nobody known', () => {
  it.each([
    ['dano', /did you mean "dana"/],
    ['somebody-else', /directory\.users/],
  ])('%s: the fix names a thing that exists', async (user, fix) => {
    const opened = await real.alert('scripts', { id: user, title: 'down' });
    const id = opened.alerts[0]?.incident;
    const { status, json } = await post(`/incidents/${id}/reassign`, { to: `user:${user}` });
    expect(status).toBe(404);
    expect(json.error.fix).toMatch(fix);
  });
});

describe('an event about a destination', () => {
  it('is titled with the destination that has the trouble', () => {
    const event = (data: unknown) =>
      eventTitle({ data: JSON.stringify(data) } as Parameters<typeof eventTitle>[0]);
    expect(event({ destination: 'webhook/crm', reason: 'answered 503' })).toBe('webhook/crm: answered 503');
    expect(event({ reason: 'because' })).toBe('because');
    expect(event({ incident: { title: 'down' }, reason: 'because' })).toBe('down');
    expect(event({ source: 'crm', reason: 'it sends more than 2/5m' })).toBe('crm: it sends more than 2/5m');
    expect(event({ source: 'crm', reason: 'maintenance of crm ended' })).toBe('maintenance of crm ended');
  });
});

describe('a SyntaxError from within a route', () => {
  it('is a defect of ours, not a mistake of who asked', async () => {
    const runtime = makeRuntime();
    runtime.topology = () => JSON.parse('{broken');
    const broken = await startSocket(runtime);
    const answer = await ask(broken.at, 'GET', '/api/v1/channels');
    expect([answer.status, answer.json.error.code]).toEqual([500, 'internal.bug']);
    expect(runtime.logged.join('')).toContain('SyntaxError');
    await broken.close();
  });
});

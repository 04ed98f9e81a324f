// What people do to incidents from the terminal: several at once, as themselves, with bad input refused before it is asked.

import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { run } from './kit/run.js';
import { INCIDENT } from './kit/samples.js';

let api: CannedApi;
const incident = (...words: string[]) => run(api.socket, ['incident', ...words]);

beforeEach(async () => {
  api = await cannedApi({
    'POST /incidents/inc_1/acknowledge': { ...INCIDENT, id: 'inc_1', status: 'acknowledged' },
    'POST /incidents/inc_2/acknowledge': { ...INCIDENT, id: 'inc_2', status: 'acknowledged' },
    'POST /incidents/inc_1/unacknowledge': { ...INCIDENT, id: 'inc_1' },
    'POST /incidents/inc_1/resolve': { ...INCIDENT, id: 'inc_1', status: 'resolved' },
    'POST /incidents/inc_1/reassign': { ...INCIDENT, id: 'inc_1' },
    'POST /incidents/inc_1/priority': { ...INCIDENT, id: 'inc_1' },
    'POST /incidents/inc_1/notes': { ...INCIDENT, id: 'inc_1' },
    'GET /incidents': { items: [], next: null },
  });
});
afterEach(() => api.close());

describe('incident', () => {
  it('acknowledges several ids in the name of the user', async () => {
    const ran = await incident('ack', 'inc_1', 'inc_2');
    expect(ran.stdout).toBe(`acknowledged inc_1  ${INCIDENT.title}\nacknowledged inc_2  ${INCIDENT.title}\n`);
    expect(ran.stderr).toBe('next: relay incident show inc_1\n');
    expect(api.asked.map((asked) => asked.actor)).toEqual([userInfo().username, userInfo().username]);
  });

  it('goes on after one that fails and ends with its code', async () => {
    api.answer('POST /incidents/inc_0/acknowledge', {
      error: {
        code: 'incident.invalid_transition',
        message: 'incident inc_0 is already acknowledged by cli:sam',
      },
    });
    const ran = await incident('ack', 'inc_0', 'inc_1');
    expect([ran.code, ran.stdout]).toEqual([6, `acknowledged inc_1  ${INCIDENT.title}\n`]);
    expect(ran.stderr).toContain('already acknowledged by cli:sam');
  });

  it.each([
    [['unack', 'inc_1'], '/incidents/inc_1/unacknowledge', {}],
    [['resolve', 'inc_1'], '/incidents/inc_1/resolve', {}],
    [['reassign', 'inc_1', '--to', 'user:dana'], '/incidents/inc_1/reassign', { to: 'user:dana' }],
    [['reassign', 'inc_1', '--to', 'dana'], '/incidents/inc_1/reassign', { to: 'user:dana' }],
    [['reassign', 'inc_1', '--to', 'nobody'], '/incidents/inc_1/reassign', { to: null }],
    [['priority', 'inc_1', 'p2'], '/incidents/inc_1/priority', { priority: 'P2' }],
    [['note', 'inc_1', 'rolled back'], '/incidents/inc_1/notes', { note: 'rolled back' }],
    [['note', 'inc_1', 'rolled', 'back'], '/incidents/inc_1/notes', { note: 'rolled back' }],
  ])('%j posts to %s', async (words, path, body) => {
    const ran = await incident(...words);
    expect([ran.code, api.asked[0]]).toEqual([0, expect.objectContaining({ method: 'POST', path, body })]);
  });

  it.each([
    [['priority', 'inc_1', 'urgent'], /is not a priority/],
    [['note', 'inc_1', '  '], /the note is empty/],
    [['list', '--status', 'resolvd'], /did you mean --status resolved/],
    [['reassign', 'inc_1'], /--to/],
    [['ack'], /missing required argument/],
    [['acknowledge', 'inc_1'], /did you mean: relay incident ack/],
  ])('%j is refused with exit code 2 and asks the daemon nothing', async (words, message) => {
    const ran = await incident(...words);
    expect([ran.code, ran.stderr, api.asked]).toEqual([2, expect.stringMatching(message), []]);
  });

  it('lists by the filters of the API', async () => {
    api.answer('GET /services/payments-api', { name: 'payments-api' });
    const ran = await incident(
      'ls',
      '--open',
      '--status',
      'triggered,acknowledged',
      '--service',
      'payments-api',
    );
    expect(api.asked[0]?.query).toEqual({
      open: 'true',
      status: 'triggered,acknowledged',
      service: 'payments-api',
    });
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, '', 'no open incidents: all is quiet\n']);
  });

  it('does not say that all is quiet at a service that does not exist', async () => {
    const ran = await incident('ls', '--open', '--service', 'payment');
    expect([ran.code, ran.stdout]).toEqual([5, '']);
    expect(ran.stderr).not.toContain('quiet');
  });
});

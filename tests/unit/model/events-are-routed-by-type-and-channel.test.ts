import { describe, expect, it } from '@jest/globals';
import { patternCovers } from '../../../src/model/event-types.js';
import type { FilterSubject } from '../../../src/model/filter/fields.js';
import { channelsOf, createRouter } from '../../../src/model/route.js';
import type { User } from '../../../src/model/topology.js';
import { destination, incident, topology } from './records.js';

const dana: User = {
  name: 'dana',
  fullName: 'Dana',
  email: null,
  phone: null,
  organization: null,
  channel: 'dana-phone',
};

describe('a type pattern', () => {
  it.each([
    ['incident.triggered', 'incident.triggered', true],
    ['incident.triggered', 'incident.resolved', false],
    ['incident.*', 'incident.resolved', true],
    ['incident.*', 'incident.repeated', false],
    ['incident.repeated', 'incident.repeated', true],
    ['incident.*', 'incidents.other', false],
    ['*', 'deploy.finished', true],
    ['*', 'incident.repeated', false],
    ['*', 'delivery.failed', false],
    ['destination.*', 'destination.disabled', true],
  ])('%s covers %s: %s', (pattern, type, covers) => {
    expect(patternCovers(pattern, type)).toBe(covers);
  });
});

const subject = (type: string): FilterSubject => ({
  type,
  incident: incident(),
  payload: () => undefined,
  data: () => ({}),
});

describe('an event', () => {
  const route = createRouter(
    topology([
      destination('integration/wallboard', { channel: 'ops', events: ['incident.triggered'] }),
      destination('integration/other', { channel: 'dev' }),
      destination('webhook/crm', { events: ['incident.*'] }),
      destination('webhook/crm#2', { events: ['incident.*'] }),
      destination('webhook/deploys', { events: ['deploy.finished'] }),
    ]),
  );
  const refs = (type: string, channels: string[]): string[] =>
    route(type, channels, subject(type)).map(({ destination: found }) => found.ref);

  it('reaches the integrations of its channel and every webhook that subscribes, and no other', () => {
    expect(refs('incident.triggered', ['ops'])).toEqual([
      'integration/wallboard',
      'webhook/crm',
      'webhook/crm#2',
    ]);
    expect(refs('incident.resolved', ['ops'])).toEqual(['webhook/crm', 'webhook/crm#2']);
  });

  it('says why', () => {
    expect(
      route('incident.triggered', ['ops'], subject('incident.triggered')).map(({ because }) => because),
    ).toEqual([
      'channel ops',
      'webhook crm subscribes to incident.triggered',
      'webhook crm subscribes to incident.triggered',
    ]);
  });

  it('nobody wants reaches nobody', () => {
    expect(refs('user.updated', ['ops'])).toEqual([]);
  });

  it('published twice on one channel is owed once', () => {
    expect(refs('deploy.finished', ['dev', 'dev'])).toEqual(['integration/other', 'webhook/deploys']);
  });

  it('of an assigned incident is published on the assignee’s own channel too', () => {
    const users = new Map([['dana', dana]]);
    expect(channelsOf(incident({ assignee: 'user:dana' }), topology([], { users }))).toEqual([
      'ops',
      'dana-phone',
    ]);
    expect(channelsOf(incident({ assignee: 'user:kim', channel: null }), topology([], { users }))).toEqual(
      [],
    );
  });
});

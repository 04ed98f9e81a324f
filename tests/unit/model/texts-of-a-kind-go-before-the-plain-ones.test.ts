import { describe, expect, it } from '@jest/globals';
import { INCIDENT_MARKS } from '../../../src/model/alert.js';
import { announce } from '../../../src/model/announcement.js';
import type { RelayEvent } from '../../../src/model/event.js';
import { incidentEventData } from '../../../src/model/event-data.js';
import { withIncidentNames } from '../../../src/model/incident-marks.js';
import { alert, incident, T0 } from './records.js';

function eventOf(change: Parameters<typeof incident>[0]): RelayEvent {
  return {
    id: 'evt_00000000001',
    type: 'incident.triggered',
    at: T0,
    incident: 'inc_00000000001',
    alert: null,
    source: 'prod',
    actor: 'source:prod',
    channels: ['ops'],
    data: incidentEventData(incident(change), { type: 'incident.triggered' }, 'source:prod'),
    unmatched: false,
  };
}

describe('the words for a kind of destination', () => {
  const texts = { webhook: { title: 'For the wallboard', message: 'short' }, sms: { title: 'brief' } };
  const event = eventOf({ title: 'Disk full', message: 'long', texts });

  it('are those of its own templates', () => {
    expect(announce(event, 'webhook')).toMatchObject({
      title: expect.stringContaining('For the wallboard'),
      text: expect.stringMatching(/^short\n/),
    });
  });

  it('fall back to the plain ones, part by part', () => {
    expect(announce(event, 'console').title).toContain('Disk full');
    expect(announce(event, 'sms')).toMatchObject({
      title: expect.stringContaining('brief'),
      text: expect.stringMatching(/^long\n/),
    });
  });

  it('are in the data of an event only where there are any', () => {
    expect(JSON.parse(event.data).incident.texts).toEqual(texts);
    expect(JSON.parse(eventOf({}).data).incident).not.toHaveProperty('texts');
  });
});

describe('names of the incident in texts', () => {
  const marked = alert({
    title: `#${INCIDENT_MARKS.id} down`,
    message: `see ${INCIDENT_MARKS.url}`,
    texts: { slack: { title: `<${INCIDENT_MARKS.url}|#${INCIDENT_MARKS.id}>` } },
    link: null,
  });

  it('stand for the incident that the alert opens', () => {
    const url = 'relay incident show inc_new';
    expect(withIncidentNames(marked, null, 'inc_new')).toMatchObject({
      title: '#inc_new down',
      message: `see ${url}`,
      texts: { slack: { title: `<${url}|#inc_new>` } },
    });
  });

  it('stand for the incident that is open, read about at the page of the source', () => {
    const open = { id: 'inc_open', link: 'https://grafana.example.org/$&' };
    expect(withIncidentNames(marked, open, 'inc_new')).toMatchObject({
      title: '#inc_open down',
      message: 'see https://grafana.example.org/$&',
    });
  });

  it('cost an alert without them nothing', () => {
    const plain = alert({});
    expect(withIncidentNames(plain, null, 'inc_new')).toBe(plain);
  });
});

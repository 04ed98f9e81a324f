// The exact words people get, for every event type: {title, text, url} and nothing else.

import { describe, expect, it } from '@jest/globals';
import { webhookIntegrationDriver } from '../../src/destinations/webhook/integration.js';
import type { RelayEvent } from '../../src/model/event.js';
import { AT, anEvent, anIncidentEvent } from './sample-events.js';

const CONTEXT = { messageId: 'dlv_1_a', now: AT, publicUrl: 'http://relay', version: '0', sentBody: null };
const LINK = 'https://app.datadoghq.com/monitors/1';
const ABOUT = 'service payments-api · severity critical · source datadog-prod · assignee dana';

function bodyOf(event: RelayEvent): string {
  return webhookIntegrationDriver.build(event, { url: 'https://example.org' }, CONTEXT).body;
}

const CASES: [string, RelayEvent, { title: string; text: string; url: string }][] = [
  [
    'triggered',
    anIncidentEvent('incident.triggered'),
    {
      title: '[P1] Triggered: CPU high on web-1',
      text: `CPU is at 97 % since 5 minutes\n${ABOUT}\nsince 2026-11-21 03:00:00 UTC`,
      url: LINK,
    },
  ],
  [
    'acknowledged',
    anIncidentEvent('incident.acknowledged', {}, { actor: 'cli:dana' }),
    {
      title: '[P1] Acknowledged: CPU high on web-1',
      text: `Acknowledged by dana (command line) after 12m\n${ABOUT}\nsince 2026-11-21 03:00:00 UTC`,
      url: LINK,
    },
  ],
  [
    'unacknowledged',
    anIncidentEvent('incident.unacknowledged', {}, { actor: 'api:pager' }),
    {
      title: '[P1] Unacknowledged: CPU high on web-1',
      text: `No longer acknowledged, by pager (API)\n${ABOUT}\nsince 2026-11-21 03:00:00 UTC`,
      url: LINK,
    },
  ],
  [
    'resolved',
    anIncidentEvent('incident.resolved', { priority: null }),
    {
      title: 'Resolved: CPU high on web-1',
      text: `Resolved by datadog-prod after 12m\n${ABOUT}`,
      url: LINK,
    },
  ],
  [
    'reassigned',
    anIncidentEvent(
      'incident.reassigned',
      {},
      { actor: 'user:eve', change: { from: null, to: 'user:dana' } },
    ),
    {
      title: '[P1] Reassigned: CPU high on web-1',
      text: `Reassigned from nobody to dana by eve\n${ABOUT}\nsince 2026-11-21 03:00:00 UTC`,
      url: LINK,
    },
  ],
  [
    'priority changed',
    anIncidentEvent('incident.priority_changed', {}, { actor: 'relay', change: { from: 'P3', to: 'P1' } }),
    {
      title: '[P1] Priority changed: CPU high on web-1',
      text: `Priority changed from P3 to P1 by Relay\n${ABOUT}\nsince 2026-11-21 03:00:00 UTC`,
      url: LINK,
    },
  ],
  [
    'note',
    anIncidentEvent('incident.note_added', {}, { actor: 'user:eve', change: { note: 'disk swapped' } }),
    {
      title: '[P1] Note: CPU high on web-1',
      text: `Note by eve:\ndisk swapped\n${ABOUT}\nsince 2026-11-21 03:00:00 UTC`,
      url: LINK,
    },
  ],
  [
    'repeated, without a link of its own',
    anIncidentEvent('incident.repeated', { alert_count: 7, url: null }),
    {
      title: '[P1] Still firing: CPU high on web-1',
      text: `7 alerts so far\nCPU is at 97 % since 5 minutes\n${ABOUT}\nsince 2026-11-21 03:00:00 UTC\nsee: relay incident show inc_01h8x3zq0a0`,
      url: '',
    },
  ],
  [
    'resolved in the instant it was opened',
    anIncidentEvent('incident.resolved', { opened_at: '2026-11-21T03:12:00.000Z' }, { actor: 'user:eve' }),
    {
      title: '[P1] Resolved: CPU high on web-1',
      text: `Resolved by eve\n${ABOUT}`,
      url: LINK,
    },
  ],
  [
    'a custom event with words of its own',
    anEvent({ data: '{"title":"Deployed","message":"web 4.2","link":"https://ci/1"}' }),
    { title: 'Deployed', text: 'web 4.2', url: 'https://ci/1' },
  ],
  [
    'a custom event of any shape',
    anEvent({ data: '{"build":42}' }),
    {
      title: 'deploy.finished',
      text: '{\n  "build": 42\n}',
      url: '',
    },
  ],
  [
    'news of Relay itself',
    anEvent({
      type: 'delivery.failed',
      data: '{"destination":"webhook/crm","delivery":"dlv_1","reason":"answered 503"}',
    }),
    {
      title: 'Delivery failed: webhook/crm',
      text: 'answered 503\nsee: relay delivery show dlv_1',
      url: '',
    },
  ],
];

describe('the simple body', () => {
  it.each(CASES)('of %s', (_name, event, expected) => {
    expect(bodyOf(event)).toBe(JSON.stringify(expected));
  });
});

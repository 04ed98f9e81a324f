// Events as the store hands them to drivers.

import type { RelayEvent } from '../../src/model/event.js';

export const AT = Date.UTC(2026, 10, 21, 3, 12, 0);

export function anEvent(change: Partial<RelayEvent> = {}): RelayEvent {
  return {
    id: 'evt_01h8x3zq0a1',
    type: 'deploy.finished',
    at: AT,
    incident: null,
    alert: null,
    source: null,
    actor: 'cli:dana',
    channels: ['ops'],
    data: '{"text":"web 4.2 is live"}',
    unmatched: false,
    ...change,
  };
}

/** An incident event in wire form; `change` of the incident and of the event's own fields. */
export function anIncidentEvent(
  type: string,
  incident: Record<string, unknown> = {},
  extra: { readonly actor?: string; readonly at?: number; readonly change?: Record<string, unknown> } = {},
): RelayEvent {
  const actor = extra.actor ?? 'source:datadog-prod';
  const data = {
    incident: {
      id: 'inc_01h8x3zq0a0',
      status: 'triggered',
      title: 'CPU high on web-1',
      message: 'CPU is at 97 % since 5 minutes',
      severity: 'critical',
      priority: 'P1',
      source: 'datadog-prod',
      service: 'payments-api',
      assignee: 'user:dana',
      url: 'https://app.datadoghq.com/monitors/1',
      labels: {},
      alert_count: 1,
      opened_at: '2026-11-21T03:00:00.000Z',
      ...incident,
    },
    ...(extra.change === undefined ? {} : { change: extra.change }),
    actor,
  };
  return anEvent({
    type,
    incident: 'inc_01h8x3zq0a0',
    actor,
    at: extra.at ?? AT,
    data: JSON.stringify(data),
  });
}

// What the contract tests write: plain alerts, plans and settlements, with the parts a test does not care about filled in.
// Also used by processes of their own, where there is no jest.

import type { Clock } from '../../../src/core/clock.js';
import type { PreparedAlert } from '../../../src/model/alert.js';
import type { Incident } from '../../../src/model/incident.js';
import type {
  AcceptInput,
  AcceptResult,
  AttemptRecord,
  ClaimedDelivery,
  DecideAlert,
  NextStep,
  PlannedDelivery,
  Settlement,
  Store,
} from '../../../src/store/store.js';

export const START = Date.UTC(2026, 4, 1, 9, 0, 0);

export interface FakeClock extends Clock {
  set(at: number): void;
  advance(ms: number): number;
}

export function fakeClock(at = START): FakeClock {
  let now = at;
  return {
    now: () => now,
    set(next) {
      now = next;
    },
    advance(ms) {
      now += ms;
      return now;
    },
  };
}

/** A store over an empty place, and the same place opened again as after a crash or a stop. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly clock: FakeClock;
  /** Closes it and opens the same place again. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}
export type MakeStore = () => Promise<StoreUnderTest>;

export function alert(change: Partial<PreparedAlert> = {}): PreparedAlert {
  return {
    signal: 'trigger',
    groupingId: 'disk-web-1',
    title: 'Disk is full on web-1',
    message: 'only 2 % left on /var',
    link: 'https://monitor.example/a/1',
    imageUrl: null,
    severity: 'critical',
    priority: 'P1',
    labels: { host: 'web-1', mount: '/var' },
    members: [],
    payload: '{"host":"web-1","free":2}',
    renderErrors: [],
    texts: {},
    ...change,
  };
}

export function planned(destination: string, change: Partial<PlannedDelivery> = {}): PlannedDelivery {
  return {
    destination,
    because: 'subscription',
    claim: false,
    trigger: 'automatic',
    url: `https://hooks.example/${destination}`,
    dueAt: START,
    ...change,
  };
}

export function incidentOf(from: PreparedAlert, id: string, at: number, source: string): Incident {
  return {
    id,
    source,
    pack: 'generic',
    service: 'payments',
    channel: 'ops',
    groupingId: from.groupingId,
    status: 'triggered',
    title: from.title,
    message: from.message,
    link: from.link,
    imageUrl: from.imageUrl,
    texts: from.texts,
    severity: from.severity,
    priority: from.priority,
    assignee: null,
    labels: from.labels,
    alertCount: 1,
    openedAt: at,
    lastAlertAt: at,
    acknowledgedAt: null,
    acknowledgedBy: null,
    firstAcknowledgedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    silenced: false,
  };
}

/** A small model: opens, counts repeats with an event each, resolves; every event goes to every destination given. */
export function decider(at: number, source: string, deliveries: readonly PlannedDelivery[]): DecideAlert {
  const event = (type: string, incident: Incident) => ({
    type,
    channels: ['ops'],
    data: JSON.stringify({ incident, actor: `source:${source}` }),
    deliveries,
  });
  const by = `source:${source}`;
  return (from, open, newIncidentId) => {
    if (open === null && from.signal === 'resolve')
      return { plan: { incident: null, timeline: [], events: [] }, result: 'nothing_open' };
    if (open === null) {
      const incident = incidentOf(from, newIncidentId, at, source);
      const timeline = [{ at, action: 'triggered', by, detail: '' }] as const;
      return {
        plan: { incident, timeline, events: [event('incident.triggered', incident)] },
        result: 'opened',
      };
    }
    if (from.signal === 'resolve') {
      const incident: Incident = { ...open, status: 'resolved', resolvedAt: at, resolvedBy: by };
      const timeline = [{ at, action: 'resolved', by, detail: '' }] as const;
      return {
        plan: { incident, timeline, events: [event('incident.resolved', incident)] },
        result: 'resolved',
      };
    }
    const incident = { ...open, alertCount: open.alertCount + 1, lastAlertAt: at };
    return {
      plan: { incident, timeline: [], events: [event('incident.repeated', incident)] },
      result: 'repeated',
    };
  };
}

export interface AcceptOptions {
  readonly source?: string;
  readonly key?: string | null;
  readonly to?: readonly PlannedDelivery[];
}

export function accept(
  { store, clock }: Pick<StoreUnderTest, 'store' | 'clock'>,
  alerts: readonly PreparedAlert[],
  { source = 'grafana', key = null, to = [] }: AcceptOptions = {},
): Promise<AcceptResult> {
  const at = clock.now();
  const input: AcceptInput = {
    source,
    at,
    actor: `source:${source}`,
    idempotencyKey: key,
    alerts,
  };
  return store.accept(input, decider(at, source, to));
}

export function attempt(change: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    startedAt: START,
    durationMs: 12,
    timings: { connectionReused: true, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 7 },
    trigger: 'automatic',
    outcome: 'delivered',
    method: 'POST',
    url: 'https://hooks.example/in',
    requestHeaders: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
    requestBody: '{"a":1}',
    status: 200,
    responseHeaders: { 'content-type': 'text/plain' },
    responseBody: 'thanks',
    responseTruncated: false,
    error: null,
    reason: '200 OK',
    ...change,
  };
}

export function settlement(
  delivery: ClaimedDelivery,
  next: NextStep = { state: 'delivered' },
  change: Partial<AttemptRecord> = {},
): Settlement {
  const isGood = next.state === 'delivered';
  return {
    delivery,
    next,
    attempt: attempt({
      trigger: delivery.trigger,
      outcome: isGood ? 'delivered' : 'retry',
      status: isGood ? 200 : 503,
      reason: isGood ? '200 OK' : '503 Service Unavailable',
      ...change,
    }),
  };
}

export const FAILS = { state: 'failed', reason: 'retries used up' } as const satisfies NextStep;

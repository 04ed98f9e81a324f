// The metrics Relay exposes at /metrics: their names, labels, and what feeds them. The registry is the daemon's.
// Names are a contract with people's dashboards: add, never rename.

import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { asRelayError } from '../../core/errors.js';
import type { AcceptedAlert, DestinationBacklog } from '../../store/store.js';
import type { Runtime } from '../runtime.js';

export interface RelayMetrics {
  readonly accepted: Counter<'source'>;
  readonly rejected: Counter<'source' | 'code'>;
  readonly alerts: Counter<'source' | 'result'>;
  readonly ingestSeconds: Histogram;
  readonly actions: Counter<'action'>;
  readonly attempts: Counter<'destination' | 'outcome'>;
  readonly attemptSeconds: Histogram<'destination'>;
  readonly operational: Counter<'type'>;
  readonly mails: Counter<'result'>;
  readonly renderErrors: Counter<'source'>;
  readonly storeErrors: Counter<'code'>;
}

const MADE = new WeakMap<Registry, RelayMetrics>();
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

function makeMetrics(registry: Registry): RelayMetrics {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Histogram<L>({ name, help, labelNames, buckets: BUCKETS, registers });
  return {
    accepted: counter('relay_ingest_accepted_total', 'Requests answered 202.', ['source']),
    rejected: counter(
      'relay_ingest_rejected_total',
      'Requests to ingest answered with an error; source is empty unless the key was right.',
      ['source', 'code'],
    ),
    alerts: counter(
      'relay_alerts_total',
      'Alerts stored, by what came of them (opened, repeated, resolved …).',
      ['source', 'result'],
    ),
    ingestSeconds: histogram('relay_ingest_duration_seconds', 'From the whole body to the committed answer.'),
    actions: counter('relay_incident_actions_total', 'What people did to incidents by hand.', ['action']),
    attempts: counter('relay_delivery_attempts_total', 'Requests made, by how the answer was judged.', [
      'destination',
      'outcome',
    ]),
    attemptSeconds: histogram('relay_delivery_attempt_duration_seconds', 'Duration of one request.', [
      'destination',
    ]),
    operational: counter(
      'relay_operational_events_total',
      'Destinations degraded, disabled, recovered; deliveries failed; sources over their limit.',
      ['type'],
    ),
    mails: countedFrom0(
      counter(
        'relay_failure_mails_total',
        'Failure mails the mail server took (sent), tries that failed, and news that got no mail of its own (suppressed).',
        ['result'],
      ),
    ),
    renderErrors: counter('relay_render_errors_total', 'Templates that failed; the alert went out plain.', [
      'source',
    ]),
    storeErrors: counter('relay_store_errors_total', 'Writes that could not be committed.', ['code']),
  };
}

/** There before the first mail: an alert on `failed` must not wait for the series to appear. */
function countedFrom0(mails: Counter<'result'>): Counter<'result'> {
  for (const result of ['sent', 'failed', 'suppressed']) mails.inc({ result }, 0);
  return mails;
}

/** The metrics of this registry, made on first use: every listener and the daemon share one set. */
export function relayMetrics(registry: Registry): RelayMetrics {
  let metrics = MADE.get(registry);
  if (metrics === undefined) {
    metrics = makeMetrics(registry);
    MADE.set(registry, metrics);
  }
  return metrics;
}

/** Counts what came of the alerts of one accepted request. */
export function countAlerts(metrics: RelayMetrics, source: string, alerts: readonly AcceptedAlert[]): void {
  for (const alert of alerts) metrics.alerts.inc({ source, result: alert.result });
}

/** A store that cannot be read must not take the other metrics with it: its series are absent then. */
const withoutStore = (): readonly DestinationBacklog[] => [];

function gaugeBacklog(runtime: Runtime): void {
  let reading: Promise<readonly DestinationBacklog[]> | null = null;
  // The gauges are collected side by side: one look into the store serves them all.
  const backlog = (): Promise<readonly DestinationBacklog[]> => {
    reading ??= runtime.store
      .backlog()
      .catch(withoutStore)
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  const gauge = (name: string, help: string, amountOf: (lane: DestinationBacklog) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['destination'],
      registers: [runtime.metrics],
      async collect() {
        const lanes = await backlog();
        this.reset();
        for (const lane of lanes) this.set({ destination: lane.destination }, amountOf(lane));
      },
    });
  };
  gauge('relay_deliveries_waiting', 'Deliveries not yet sent.', (lane) => lane.waiting);
  gauge('relay_deliveries_failed', 'Failed deliveries the sweep may take up again.', (lane) => lane.failed);
  gauge(
    'relay_oldest_due_age_seconds',
    'How long the oldest due delivery has waited; 0 when none is due.',
    (lane) => Math.max(0, runtime.clock.now() - (lane.oldestDueAt ?? runtime.clock.now())) / 1_000,
  );
}

/** Starts counting: called once by the daemon, after the engine exists and before it starts. */
export function watchMetrics(runtime: Runtime): RelayMetrics {
  const metrics = relayMetrics(runtime.metrics);
  collectDefaultMetrics({ register: runtime.metrics });
  gaugeBacklog(runtime);
  new Gauge({
    name: 'relay_info',
    help: 'Always 1; the version is a label.',
    labelNames: ['version'],
    registers: [runtime.metrics],
  }).set({ version: runtime.version }, 1);
  runtime.engine.onAttempt((notice) => {
    if (notice.isSharedRequest === true) return;
    metrics.attempts.inc({ destination: notice.destination, outcome: notice.outcome });
    metrics.attemptSeconds.observe({ destination: notice.destination }, notice.record.durationMs / 1_000);
  });
  runtime.engine.onOperational((notice) => metrics.operational.inc({ type: notice.type }));
  return metrics;
}

/** Counts an ingest request that was answered with an error. `source` is empty unless the key was right. */
export function countRefusal(metrics: RelayMetrics, source: string, error: unknown): void {
  const { code } = asRelayError(error);
  metrics.rejected.inc({ source, code });
  if (code.startsWith('store.')) metrics.storeErrors.inc({ code });
}

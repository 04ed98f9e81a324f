// The running daemon as the HTTP routes see it: the relay, the store, the engine and control, behind one interface.

import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { LoadedConfig } from '../config/spec.js';
import type { Clock } from '../core/clock.js';
import { RelayError } from '../core/errors.js';
import type { DeliveryEngine } from '../delivery/engine.js';
import { createSourceRates } from '../http/ingest/ingest-rate.js';
import { createSignatureChecks } from '../http/ingest/ingest-signature.js';
import { createWrongKeys } from '../http/ingest/wrong-keys.js';
import { relayMetrics } from '../http/listen/metrics.js';
import type { IngestRequest, Runtime } from '../http/runtime.js';
import type { TestAnswer } from '../http/wire/api-types.js';
import { MailDesk } from '../mail/desk.js';
import { MailOutbox } from '../mail/outbox.js';
import { isEventType } from '../model/event-types.js';
import type { Source } from '../model/topology.js';
import { toWire } from '../model/wire.js';
import { Relay } from '../relay.js';
import { loadPacks } from '../sources/pack/pack-loader.js';
import type { FetchSns } from '../sources/verify/sns-certificates.js';
import { fetchSns } from '../sources/verify/sns-fetch.js';
import type { Store } from '../store/store.js';
import { RunningCare } from './care/source-care.js';
import { RunningControl } from './control/control.js';
import type { InForce } from './control/in-force.js';
import { previewPayload } from './trial/preview.js';
import { ReplayRuns } from './trial/replay-runs.js';
import { TEST_EVENT_TYPE, testEventData } from './trial/test-event.js';
import { verifySignature } from './trial/verify-signature.js';
import { doctor } from './watch/doctor.js';
import { Feed } from './watch/feed.js';
import { publishNotices, publishRateNotices } from './watch/notices.js';
import { readiness } from './watch/readiness.js';
import { RenderErrors } from './watch/render-errors.js';

/** A reject keeps this much of a body. */
const REJECT_CHARACTERS = 64 * 1024;
/** On top of the destination's own timeout. */
const TEST_GRACE_MS = 5_000;

export interface RuntimeParts {
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly engine: DeliveryEngine;
  readonly inForce: InForce;
  readonly env: NodeJS.ProcessEnv;
  /** Reads the config file again. @throws ConfigError, RelayError config.* */
  load(): LoadedConfig;
  draining(): boolean;
  /** How Amazon SNS is called, where not over the network. */
  readonly fetchSns?: FetchSns;
}

function makeRelay(
  parts: RuntimeParts,
  feed: Feed,
  metrics: Registry,
  failures: RenderErrors,
  care: RunningCare,
): Relay {
  const { renderErrors } = relayMetrics(metrics);
  return new Relay({
    rendered: (source, alerts) => {
      for (const alert of alerts) {
        if (alert.renderErrors.length === 0) continue;
        renderErrors.inc({ source }, alert.renderErrors.length);
        failures.note(source, alert.renderErrors, parts.clock.now());
      }
    },
    store: parts.store,
    engine: parts.engine,
    clock: parts.clock,
    served: () => parts.inForce.current.served,
    maintenanceOf: (source) => care.maintenanceOf(source),
    published: (events) => feed.events(events),
  });
}

function ingestion(parts: RuntimeParts, relay: Relay, care: RunningCare): Runtime['ingest'] {
  return async (source, request) => {
    if (parts.draining()) {
      throw new RelayError('daemon.draining', 'this daemon is stopping', { retryAfterSeconds: 5 });
    }
    try {
      if (source.paused) {
        throw new RelayError('ingest.source_paused', `source ${source.name} is paused`, {
          fix: `the payload is kept: relay source rejects ${source.name}; take alerts again: relay source resume ${source.name}`,
        });
      }
      const accepted = await relay.take(source, request);
      care.heard(source);
      return accepted;
    } catch (error) {
      if (error instanceof RelayError && error.code.startsWith('ingest.'))
        await keepReject(parts, source, request, error);
      throw error;
    }
  };
}

async function keepReject(
  parts: RuntimeParts,
  source: Source,
  request: IngestRequest,
  error: RelayError,
): Promise<void> {
  await parts.store.reject({
    source: source.name,
    at: parts.clock.now(),
    code: error.code,
    reason: error.why ? `${error.message}: ${error.why}` : error.message,
    contentType: request.contentType,
    body: request.text.slice(0, REJECT_CHARACTERS),
    bodyBytes: Buffer.byteLength(request.text),
  });
}

async function runTest(parts: RuntimeParts, relay: Relay, ref: string): Promise<TestAnswer> {
  const { topology } = parts.inForce.current.served;
  const destination = topology.destinations.get(ref);
  if (destination === undefined) throw new RelayError('object.not_found', `there is no destination ${ref}`);
  const lane = parts.engine.laneState(ref);
  if (destination.paused || lane?.disabledAt) {
    throw new RelayError(
      'delivery.destination_disabled',
      `${ref} is ${destination.paused ? 'paused' : 'disabled'}`,
      {
        ...(lane?.disabledReason ? { why: lane.disabledReason } : {}),
        fix: `relay ${destination.noun} resume ${destination.name}`,
      },
    );
  }
  const data = testEventData(parts.clock.now());
  const { event, claimed } = await relay.publish(TEST_EVENT_TYPE, [], data, 'relay', {
    destination,
    because: 'test',
  });
  const delivery =
    claimed[0]?.id ?? (await parts.store.listDeliveries({ event: event.id, limit: 1 })).items[0]?.id ?? '';
  if (claimed.length === 0) parts.engine.wake(ref, delivery);
  const notice = await parts.engine.nextAttempt(delivery, destination.timeoutMs + TEST_GRACE_MS);
  const [attempt] = await parts.store.listAttempts(delivery);
  return {
    destination: ref,
    outcome: notice.outcome,
    attempt: toWire(attempt as NonNullable<typeof attempt>),
  };
}

async function sendCustom(
  parts: RuntimeParts,
  relay: Relay,
  ...[type, channel, data, actor]: Parameters<Runtime['send']>
) {
  const { topology } = parts.inForce.current.served;
  if (!isEventType(type)) {
    throw new RelayError('object.invalid', `"${type}" is not an event type`, {
      fix: 'use area.name in lower case, for instance deploy.finished',
    });
  }
  if (channel !== null && !topology.channels.has(channel)) {
    throw new RelayError('object.not_found', `there is no channel called "${channel}"`, {
      fix: 'see: relay channel list',
    });
  }
  const published = await relay.publish(type, channel === null ? [] : [channel], data, actor);
  return { event: published.event, deliveries: published.deliveries };
}

/** What the daemon itself needs of it besides: the care of sources and the outbox of mails are loaded, started and stopped. */
export type DaemonRuntime = Runtime & { readonly care: RunningCare; readonly outbox: MailOutbox };

export function createRuntime(parts: RuntimeParts): DaemonRuntime {
  const { store, engine, clock, inForce } = parts;
  const metrics = new Registry();
  const feed = new Feed();
  const failures = new RenderErrors();
  const care: RunningCare = new RunningCare({ ...parts, relay: () => relay });
  const relay = makeRelay(parts, feed, metrics, failures, care);
  const integrationUrl = (source: Source): string =>
    `${inForce.current.served.topology.publicUrl}/in/${source.name}/${source.key}`;
  const mail = {
    store,
    clock,
    log: parts.log,
    smtp: () => inForce.current.config.smtp,
    topology: () => inForce.current.served.topology,
  };
  const outbox = new MailOutbox(mail);
  engine.onAttempt((notice) => feed.attempt(notice));
  engine.onAttempt((notice) => outbox.attempted(notice));
  engine.onOperational((notice) => outbox.heard(notice));
  inForce.onSwap(() => outbox.retryNow());
  engine.onOperational(
    publishNotices({ relay, store, log: parts.log, topology: () => inForce.current.served.topology }),
  );
  const replays = new ReplayRuns({ relay, store, engine, clock });
  const control = new RunningControl({
    ...parts,
    integrationUrl,
    loadPacks: (config) => loadPacks(config.packDirs),
  });
  control.start().catch((error: unknown) => parts.log.error({ err: error }, 'the control did not start'));
  const runtime: DaemonRuntime = {
    version: parts.version,
    startedAt: clock.now(),
    clock,
    log: parts.log,
    store,
    engine,
    metrics,
    care,
    outbox,
    mails: new MailDesk(mail, outbox),
    signatures: createSignatureChecks({ clock, log: parts.log, fetchSns: parts.fetchSns ?? fetchSns }),
    wrongKeys: createWrongKeys(clock, parts.log),
    rates: createSourceRates(
      clock,
      publishRateNotices({
        relay,
        log: parts.log,
        clock,
        count: (type) => relayMetrics(metrics).operational.inc({ type }),
        topology: () => inForce.current.served.topology,
      }),
    ),
    control,
    config: () => inForce.current.config,
    configLoadedAt: () => inForce.since,
    topology: () => inForce.current.served.topology,
    packs: () => inForce.current.packs,
    snapshots: () => store.snapshots(),
    integrationUrl,
    draining: parts.draining,
    ingest: ingestion(parts, relay, care),
    preview: (source, request) =>
      previewPayload(
        {
          served: inForce.current.served,
          store,
          now: clock.now(),
          maintenance: care.maintenanceOf(source.name),
        },
        source,
        request,
      ),
    templateFailures: (source) => failures.of(source, clock.now()),
    membersOf: (source, payload) => inForce.current.served.sources.get(source)?.membersOf(payload) ?? [],
    act: (incident, action, actor) => relay.act(incident, action, actor),
    send: (...call) => sendCustom(parts, relay, ...call),
    async replay(id, { dryRun }) {
      const event = await store.getEvent(id);
      const destinations = (await relay.routeOf(event)).map((routed) => routed.destination.ref);
      return { event: event.id, destinations, deliveries: dryRun ? [] : [...(await relay.replay(event))] };
    },
    replayStep: (request) => replays.step(request),
    subjectOf: (event) => relay.subjectOf(event),
    sendTo: (event, destinations, because) =>
      relay.sendTo(
        event,
        destinations.map((destination) => ({ destination, because })),
      ),
    test: (ref) => runTest(parts, relay, ref),
    verifySignature: (headers, body) =>
      verifySignature(inForce.current.served.topology, headers, body, clock.now()),
    tail: (listener) => feed.subscribe(listener),
    leftOut: () => inForce.current.leftOut,
    readiness: () => readiness({ store, engine, clock }, parts.draining()),
    doctor: () => doctor(runtime),
  };
  return runtime;
}

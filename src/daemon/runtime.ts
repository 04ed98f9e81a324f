// The running daemon as the HTTP routes see it: the relay, the store, the engine and control, behind one interface.

import { Registry } from 'prom-client';
import { createSourceRates } from '../http/ingest/ingest-rate.js';
import { createSignatureChecks } from '../http/ingest/ingest-signature.js';
import { createWrongKeys } from '../http/ingest/wrong-keys.js';
import { relayMetrics } from '../http/listen/metrics.js';
import type { Runtime } from '../http/runtime.js';
import { MailDesk } from '../mail/desk.js';
import { MailOutbox } from '../mail/outbox.js';
import { Relay } from '../relay.js';
import { loadPacks } from '../sources/pack/pack-loader.js';
import { createFetchSns } from '../sources/verify/sns-fetch.js';
import { IssuedTokens } from './access/issued-tokens.js';
import { RunningCare } from './care/source-care.js';
import { RunningControl } from './control/control.js';
import type { InForce } from './control/in-force.js';
import { ingestion } from './ingestion.js';
import type { RuntimeParts } from './runtime-parts.js';
import { byHand } from './trial/by-hand.js';
import { previewPayload } from './trial/preview.js';
import { verifySignature } from './trial/verify-signature.js';
import { doctor } from './watch/doctor.js';
import { Feed } from './watch/feed.js';
import { publishNotices, publishRateNotices } from './watch/notices.js';
import { readiness } from './watch/readiness.js';
import { RenderErrors } from './watch/render-errors.js';

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

/** What the daemon itself needs of it besides: these are loaded, and all but the tokens started and stopped. */
export type DaemonRuntime = Runtime & {
  readonly care: RunningCare;
  readonly outbox: MailOutbox;
  readonly tokens: IssuedTokens;
};

type Telling = Pick<DaemonRuntime, 'outbox' | 'mails'>;

/** Who is told of deliveries that fail: by mail, and by events that channels and webhooks subscribe to. */
function createTelling(
  { store, clock, log, engine, inForce }: RuntimeParts,
  relay: Relay,
  metrics: Registry,
): Telling {
  const topology = () => inForce.current.served.topology;
  const mail = { store, clock, log, smtp: () => inForce.current.config.smtp, topology };
  const { mails } = relayMetrics(metrics);
  const outbox = new MailOutbox({ ...mail, count: (result) => mails.inc({ result }) });
  engine.onAttempt((notice) => outbox.attempted(notice));
  engine.onOperational((notice) => outbox.heard(notice));
  engine.onOperational(publishNotices({ relay, store, log, clock, topology }));
  inForce.onSwap(() => outbox.retryNow());
  return { outbox, mails: new MailDesk(mail, outbox) };
}

/** What stands before a request is taken in. */
function createGuards(
  { clock, log, inForce, ...parts }: RuntimeParts,
  relay: Relay,
  metrics: Registry,
): Pick<Runtime, 'signatures' | 'wrongKeys' | 'rates'> {
  const proxy = (): string | null => inForce.current.config.egress.proxy ?? null;
  const fetchSns = parts.fetchSns ?? createFetchSns(proxy);
  const limited = publishRateNotices({
    relay,
    log,
    clock,
    count: (type) => relayMetrics(metrics).operational.inc({ type }),
    topology: () => inForce.current.served.topology,
  });
  return {
    signatures: createSignatureChecks({ clock, log, fetchSns }),
    wrongKeys: createWrongKeys(clock, log),
    rates: createSourceRates(clock, limited),
  };
}

type InForceView = Pick<
  Runtime,
  'config' | 'configLoadedAt' | 'topology' | 'packs' | 'leftOut' | 'integrationUrl' | 'membersOf'
>;

/** What is in force at the moment it is asked. */
function viewOf(inForce: InForce): InForceView {
  return {
    config: () => inForce.current.config,
    configLoadedAt: () => inForce.since,
    topology: () => inForce.current.served.topology,
    packs: () => inForce.current.packs,
    leftOut: () => inForce.current.leftOut,
    integrationUrl: (source) =>
      `${inForce.current.served.topology.publicUrl}/in/${source.name}/${source.key}`,
    membersOf: (source, payload) => inForce.current.served.sources.get(source)?.membersOf(payload) ?? [],
  };
}

function createControl(parts: RuntimeParts, { integrationUrl }: InForceView): RunningControl {
  const control = new RunningControl({
    ...parts,
    integrationUrl,
    loadPacks: (config) => loadPacks(config.packDirs),
  });
  control.start().catch((error: unknown) => parts.log.error({ err: error }, 'the control did not start'));
  return control;
}

export function createRuntime(parts: RuntimeParts): DaemonRuntime {
  const { store, engine, clock, inForce } = parts;
  const metrics = new Registry();
  const feed = new Feed();
  const failures = new RenderErrors();
  const care: RunningCare = new RunningCare({ ...parts, relay: () => relay });
  const relay = makeRelay(parts, feed, metrics, failures, care);
  const view = viewOf(inForce);
  engine.onAttempt((notice) => feed.attempt(notice));
  const runtime: DaemonRuntime = {
    ...view,
    ...createTelling(parts, relay, metrics),
    ...createGuards(parts, relay, metrics),
    ...byHand(parts, relay),
    version: parts.version,
    startedAt: clock.now(),
    clock,
    log: parts.log,
    store,
    engine,
    metrics,
    care,
    tokens: new IssuedTokens(parts),
    control: createControl(parts, view),
    snapshots: () => store.snapshots(),
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
    verifySignature: (headers, body) => verifySignature(view.topology(), headers, body, clock.now()),
    tail: (listener) => feed.subscribe(listener),
    readiness: () => readiness({ store, engine, clock }, parts.draining()),
    doctor: () => doctor(runtime),
  };
  return runtime;
}

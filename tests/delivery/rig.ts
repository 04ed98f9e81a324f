// The delivery engine over a real SQLite store and real receivers, with a clock the test moves and no jitter.

import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { createDeliveryEngine } from '../../src/delivery/create-engine.js';
import type { AttemptNotice, DeliveryEngine, OperationalNotice } from '../../src/delivery/engine.js';
import type { DeliveryEngineOptions } from '../../src/delivery/scheduler.js';
import { Slots } from '../../src/delivery/slots.js';
import type { PreparedAlert } from '../../src/model/alert.js';
import type { Delivery } from '../../src/model/delivery.js';
import type { Incident } from '../../src/model/incident.js';
import { DEFAULT_RETRY } from '../../src/model/retry-policy.js';
import type { Routed } from '../../src/model/route.js';
import type { Destination, Topology } from '../../src/model/topology.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { Store } from '../../src/store/store.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { removeDir, tempDir, untilTrue } from '../kit/wait.js';

const opened: { close(): Promise<void> }[] = [];

/** Closes all rigs and receivers of this file, the youngest first: for `afterEach`, so that a failed test leaves nothing open. */
export async function closeAll(): Promise<void> {
  for (const place of opened.splice(0).reverse()) await place.close();
}

export async function aReceiver(...script: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...script);
  opened.push(receiver);
  return receiver;
}

export interface Rig {
  readonly store: Store;
  readonly engine: DeliveryEngine;
  readonly clock: FakeClock;
  readonly attempts: AttemptNotice[];
  readonly notices: OperationalNotice[];
  readonly printed: PassThrough;
  /** Moves the clock, then lets every lane look at it. */
  advance(ms: number): void;
  configure(...destinations: readonly Destination[]): Promise<void>;
  /** A custom event owed to these destinations; the ids of its deliveries in the same order. */
  publish(refs: readonly string[], data?: unknown, trigger?: 'automatic' | 'test'): Promise<string[]>;
  /** Opens an incident with one event after the other, `data.step` from 1. */
  publishIncident(ref: string, name: string, steps: number): Promise<void>;
  /** One more event of the only incident there is; the id of its delivery. */
  followUp(ref: string, type: string): Promise<string>;
  /** Waits until the delivery is in this state. */
  reaches(delivery: string, state: Delivery['state']): Promise<Delivery>;
  /** Waits until so many attempts were settled. */
  attempted(count: number): Promise<void>;
  close(): Promise<void>;
}

export function aDestination(name: string, url: string, change: Partial<Destination> = {}): Destination {
  return {
    ref: `webhook/${name}`,
    noun: 'webhook',
    name,
    kind: 'webhook',
    origin: 'file',
    channel: null,
    events: ['*'],
    settings: { url },
    displayUrl: url,
    paused: false,
    retry: { ...DEFAULT_RETRY, jitter: 0 },
    timeoutMs: 10_000,
    concurrency: 4,
    redelivery: null,
    ...change,
  };
}

export type RigOptions = Partial<
  Pick<DeliveryEngineOptions, 'random' | 'maxRequests' | 'egress' | 'resolve' | 'store'>
> & {
  readonly wrapStore?: (store: Store) => Store;
  /** That of another rig whose store is gone on with. */
  readonly clock?: FakeClock;
};

export async function openRig(destinations: readonly Destination[], options: RigOptions = {}): Promise<Rig> {
  const dir = tempDir();
  const clock = options.clock ?? fakeClock();
  const sqlite = await openSqliteStore({ dir, clock });
  const store = options.wrapStore?.(sqlite) ?? sqlite;
  const printed = new PassThrough();
  const engine = createDeliveryEngine({
    random: () => 0,
    egress: () => ({ allow: [], deny: [] }),
    ...options,
    store,
    clock,
    log: pino({ level: 'silent' }),
    publicUrl: () => 'http://relay.test',
    version: '0.0.0',
    instanceId: (await store.info()).instanceId,
    stdout: printed,
  });
  const attempts: AttemptNotice[] = [];
  const notices: OperationalNotice[] = [];
  engine.onAttempt((notice) => attempts.push(notice));
  engine.onOperational((notice) => notices.push(notice));
  const known = new Map<string, Destination>();
  const configure = async (...list: readonly Destination[]): Promise<void> => {
    known.clear();
    for (const destination of list) known.set(destination.ref, destination);
    await engine.update(topologyOf(known));
  };
  await configure(...destinations);
  await engine.start();
  const routed = (ref: string): Routed =>
    ({
      destination: known.get(ref) ?? aDestination(ref.slice(8), 'http://gone'),
      because: 'test',
    }) as Routed;
  const rig: Rig = {
    store,
    engine,
    clock,
    attempts,
    notices,
    printed,
    configure,
    advance(ms) {
      clock.advance(ms);
      engine.wake();
    },
    async publish(refs, data = {}, trigger = 'automatic') {
      const slots = new Slots(engine);
      const deliveries = slots.plan(refs.map(routed), clock.now(), trigger);
      const written = await store.publish(
        { type: 'test.happened', channels: [], data: JSON.stringify(data), deliveries },
        { at: clock.now(), actor: 'cli:test' },
      );
      slots.use(written.claimed);
      const { items } = await store.listDeliveries({ event: written.event.id, limit: 1_000 });
      return refs.map((ref) => items.find(({ destination }) => destination === ref)?.id as string);
    },
    async publishIncident(ref, name, steps) {
      const slots = new Slots(engine);
      const written = await store.accept(
        {
          source: 'test',
          at: clock.now(),
          actor: 'source:test',
          idempotencyKey: null,
          alerts: [anAlert(name)],
        },
        (_alert, _open, id) => ({
          result: 'opened',
          plan: {
            incident: anIncident(id, name, clock.now()),
            timeline: [],
            events: Array.from({ length: steps }, (_, index) => ({
              type: 'incident.triggered',
              channels: [],
              data: JSON.stringify({ name, step: index + 1 }),
              deliveries: slots.plan([routed(ref)], clock.now(), 'automatic'),
            })),
          },
        }),
      );
      slots.use(written.claimed);
    },
    async followUp(ref, type) {
      const [incident] = (await store.listIncidents({ limit: 1 })).items;
      const slots = new Slots(engine);
      const written = await store.act(incident?.id as string, clock.now(), 'cli:test', () => {
        const deliveries = slots.plan([routed(ref)], clock.now(), 'automatic');
        const event = {
          type,
          channels: [],
          data: JSON.stringify({ name: incident?.title, type }),
          deliveries,
        };
        return { incident: null, timeline: [], events: [event] };
      });
      slots.use(written.claimed);
      const { items } = await store.listDeliveries({ event: written.events[0]?.id as string, limit: 1 });
      return items[0]?.id as string;
    },
    reaches(delivery, state) {
      return untilTrue(`${delivery} is ${state}`, async () => {
        const found = await store.getDelivery(delivery);
        return found.state === state ? found : null;
      });
    },
    async attempted(count) {
      await untilTrue(`${count} attempts were settled`, () => attempts.length >= count);
    },
    async close() {
      await engine.stop(0);
      await sqlite.close();
      removeDir(dir);
    },
  };
  opened.push(rig);
  return rig;
}

function topologyOf(destinations: ReadonlyMap<string, Destination>): Topology {
  return {
    services: new Map(),
    channels: new Map(),
    sources: new Map(),
    users: new Map(),
    organizations: new Map(),
    destinations: new Map(destinations),
    publicUrl: 'http://relay.test',
  };
}

function anAlert(groupingId: string): PreparedAlert {
  return {
    signal: 'trigger',
    groupingId,
    title: groupingId,
    message: '',
    link: null,
    imageUrl: null,
    severity: null,
    priority: null,
    labels: {},
    members: [],
    payload: '{}',
    renderErrors: [],
    texts: {},
  };
}

function anIncident(id: string, groupingId: string, at: number): Incident {
  return {
    id,
    source: 'test',
    pack: 'generic',
    service: null,
    channel: null,
    groupingId,
    status: 'triggered',
    title: groupingId,
    message: '',
    link: null,
    imageUrl: null,
    texts: {},
    severity: null,
    priority: null,
    assignee: null,
    labels: {},
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

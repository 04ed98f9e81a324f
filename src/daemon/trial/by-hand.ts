// What people do by hand with destinations and events: a test, an event of their own, one event again.

import { RelayError } from '../../core/errors.js';
import type { Runtime } from '../../http/runtime.js';
import type { TestAnswer } from '../../http/wire/api-types.js';
import { isEventType, TEST_EVENT_TYPE } from '../../model/event-types.js';
import { toWire } from '../../model/wire.js';
import type { Relay } from '../../relay.js';
import type { RuntimeParts } from '../runtime-parts.js';
import { ReplayRuns } from './replay-runs.js';
import { testEventData } from './test-event.js';

/** On top of the destination's own timeout. */
const TEST_GRACE_MS = 5_000;

type Parts = Pick<RuntimeParts, 'store' | 'engine' | 'clock' | 'inForce'>;
type ByHand = Pick<Runtime, 'act' | 'send' | 'sendTo' | 'replay' | 'replayStep' | 'subjectOf' | 'test'>;

async function runTest(parts: Parts, relay: Relay, ref: string): Promise<TestAnswer> {
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
  parts: Parts,
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

export function byHand(parts: Parts, relay: Relay): ByHand {
  const { store } = parts;
  const replays = new ReplayRuns({ ...parts, relay });
  return {
    act: (incident, action, actor) => relay.act(incident, action, actor),
    send: (...call) => sendCustom(parts, relay, ...call),
    sendTo: (event, destinations, because) =>
      relay.sendTo(
        event,
        destinations.map((destination) => ({ destination, because })),
      ),
    async replay(id, { dryRun }) {
      const event = await store.getEvent(id);
      const destinations = (await relay.routeOf(event)).map((routed) => routed.destination.ref);
      return { event: event.id, destinations, deliveries: dryRun ? [] : [...(await relay.replay(event))] };
    },
    replayStep: (request) => replays.step(request),
    subjectOf: (event) => relay.subjectOf(event),
    test: (ref) => runTest(parts, relay, ref),
  };
}

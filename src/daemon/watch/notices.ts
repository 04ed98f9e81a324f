// Operational notices of delivery, and of sources over their limit, become events that any channel or webhook can subscribe to. A failing notice never makes another one.

import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.js';
import type { OperationalNotice } from '../../delivery/engine.js';
import type { RateNotice } from '../../http/ingest/ingest-rate.js';
import { destinationEventData, sourceRateLimitedData } from '../../model/event-data.js';
import { isOperational } from '../../model/event-types.js';
import type { Topology } from '../../model/topology.js';
import type { Relay } from '../../relay.js';
import type { Store } from '../../store/store.js';
import { Flapping } from './flapping.js';

/** A clock that was set back must not make a busy loop. */
const SHORTEST_WAIT_MS = 1_000;

/** A source over its limit, to every channel: who wants to know names the type. */
export function publishRateNotices(parts: {
  readonly relay: Relay;
  readonly log: Logger;
  readonly clock: Clock;
  readonly count: (type: string) => void;
  topology(): Topology;
}): (notice: RateNotice) => void {
  const type = 'source.rate_limited';
  return ({ source, limit, since, refused }) => {
    parts.log.warn({ source: source.name, limit: limit.text, refused }, type);
    parts.count(type);
    const data = sourceRateLimitedData(source.name, { text: limit.text, since, refused }, parts.clock.now());
    parts.relay
      .publish(type, [...parts.topology().channels.keys()], JSON.stringify(data), 'relay')
      .catch((error: unknown) => parts.log.error({ err: error, type }, 'a notice could not be published'));
  };
}

export function publishNotices(parts: {
  readonly relay: Relay;
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  topology(): Topology;
}): (notice: OperationalNotice) => void {
  const { log, clock } = parts;
  const flapping = new Flapping();
  let timer: NodeJS.Timeout | undefined;

  async function publish(notice: OperationalNotice): Promise<void> {
    const { type, delivery } = notice;
    if (delivery !== null && isOperational((await parts.store.getDelivery(delivery)).eventType)) return;
    const data = JSON.stringify(destinationEventData(notice));
    const channels = [...parts.topology().channels.keys()];
    await parts.relay.publish(type, channels, data, 'relay');
  }
  const tell = (notice: OperationalNotice): void =>
    void publish(notice).catch((error: unknown) =>
      log.error({ err: error, type: notice.type }, 'a notice could not be published'),
    );
  /** For what was held back. */
  function tellLater(): void {
    clearTimeout(timer);
    const nextAt = flapping.nextAt();
    if (nextAt === null) return;
    timer = setTimeout(
      () => {
        for (const notice of flapping.due(clock.now())) tell(notice);
        tellLater();
      },
      Math.max(nextAt - clock.now(), SHORTEST_WAIT_MS),
    );
    timer.unref();
  }
  return (notice) => {
    const { destination, delivery, reason } = notice;
    log.warn({ destination: destination.ref, delivery, reason }, notice.type);
    if (flapping.isTold(notice, clock.now())) tell(notice);
    tellLater();
  };
}

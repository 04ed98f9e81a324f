// What a driver needs beyond the event, read from the store just before its request is built. Only what was asked for is read.

import { nullIfGone } from '../core/errors.js';
import { type Driver, type Need, NO_SUPPLIES, type Supplied } from '../destinations/driver.js';
import type { RelayEvent } from '../model/event.js';
import { timelineUpTo } from '../model/past.js';
import type { Destination, Directory } from '../model/topology.js';
import type { Store } from '../store/store.js';

export interface SupplySources {
  readonly store: Pick<Store, 'timeline' | 'getAlert' | 'listAlerts'>;
  readonly directory: Directory;
}

/** Empty for nearly every driver and event. */
export function needsOf(
  driver: Driver | undefined,
  destination: Destination,
  event: RelayEvent,
): readonly Need[] {
  return driver?.needs?.(destination.settings, event) ?? [];
}

/** @throws RelayError store.* */
export async function loadSupplies(
  needs: readonly Need[],
  event: RelayEvent,
  { store, directory }: SupplySources,
): Promise<Supplied> {
  const { incident } = event;
  const readsFirst = needs.includes('first_alert') || (needs.includes('alert') && event.alert === null);
  const [timeline, own, first] = await Promise.all([
    incident !== null && needs.includes('timeline') ? store.timeline(incident) : [],
    event.alert !== null && needs.includes('alert') ? store.getAlert(event.alert).catch(nullIfGone) : null,
    incident !== null && readsFirst ? firstAlert(store, incident) : null,
  ]);
  return {
    ...NO_SUPPLIES,
    timeline: timelineUpTo(event, timeline),
    alert: (own ?? (needs.includes('alert') ? first : null))?.payload ?? null,
    firstAlert: first?.payload ?? null,
    directory,
  };
}

async function firstAlert(store: SupplySources['store'], incident: string) {
  const page = await store.listAlerts({ incident, sort: 'received_at', desc: false, limit: 1 });
  return page.items[0] ?? null;
}

// The care of sources: maintenance of a source, and telling of an incident that was silenced.

import { RelayError } from '../../core/errors.js';
import { parseSpan } from '../../core/units.js';
import { MAINTENANCE_MODES, type Maintenance, type MaintenanceMode } from '../../model/maintenance.js';
import { toWire } from '../../model/wire.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { findIn } from '../view/find.js';
import type { IncidentItem, MaintenanceEndAnswer, MaintenanceItem } from '../wire/api-types.js';
import { described, input, oneOf, ref, text } from '../wire/schema.js';

type Named<Body = unknown> = ApiCall<unknown, Body, { name: string }>;
interface StartBody {
  mode: MaintenanceMode;
  for?: string;
}

/** A week's typing error is found out before a year of silence. */
const LONGEST_MS = 90 * 86_400_000;
const SHORTEST_MS = 60_000;

/** @throws RelayError object.invalid */
function spanOf(given: string | undefined): number | null {
  if (given === undefined) return null;
  const ms = parseSpan(given);
  if (ms !== undefined && ms >= SHORTEST_MS && ms <= LONGEST_MS) return ms;
  throw new RelayError('object.invalid', `"for" cannot be "${given}"`, {
    why: 'it is a span of time between 1m and 90d; without one the maintenance lasts until it is ended',
    fix: 'for example: 2h',
  });
}

export function maintenanceItem(maintenance: Maintenance): MaintenanceItem {
  const { source, mode, startedAt, until, by } = maintenance;
  return {
    source,
    mode,
    started_at: new Date(startedAt).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
    by,
  };
}

async function startMaintenance(call: Named<StartBody>): Promise<MaintenanceItem> {
  const { runtime, params, body, caller } = call;
  const source = findIn('source', runtime.topology().sources, params.name);
  const started = await runtime.care.startMaintenance(source, body.mode, spanOf(body.for), caller.actor);
  return maintenanceItem(started);
}

async function endMaintenance({ runtime, params, caller }: Named): Promise<MaintenanceEndAnswer> {
  const { announced, stillFiring } = await runtime.care.endMaintenance(params.name, caller.actor);
  return { source: params.name, announced, still_firing: stillFiring };
}

async function announceIncident(call: ApiCall<unknown, unknown, { id: string }>): Promise<IncidentItem> {
  const { runtime, params, caller } = call;
  // The store takes a unique prefix of an id for reading; acting needs the whole one.
  const { id } = await runtime.store.getIncident(params.id);
  return toWire((await runtime.care.announce(id, caller.actor)).incident);
}

export const SOURCE_CARE_ROUTES: readonly ApiRoute[] = [
  {
    method: 'POST',
    path: '/sources/:name/maintenance',
    scope: 'admin',
    tag: 'sources',
    summary: 'Start maintenance of a source, or set another end for it. Alerts are still taken.',
    body: input(
      {
        mode: described(
          oneOf(...MAINTENANCE_MODES),
          'silence: incidents that open are told to nobody until the end; collect: alerts that would open incidents are gathered in one',
        ),
        for: described(text, 'A span such as 2h; without it until it is ended'),
      },
      ['mode'],
    ),
    answer: ref('Maintenance'),
    handle: startMaintenance,
  },
  {
    method: 'DELETE',
    path: '/sources/:name/maintenance',
    scope: 'admin',
    tag: 'sources',
    summary: 'End maintenance of a source: silenced incidents that are still open are announced.',
    answer: ref('MaintenanceEnd'),
    handle: endMaintenance,
  },
  {
    method: 'POST',
    path: '/incidents/:id/announce',
    scope: 'incidents',
    tag: 'incidents',
    summary: 'Tell of a silenced incident now, before its silence ends.',
    body: input({}),
    answer: ref('Incident'),
    handle: announceIncident,
  },
];

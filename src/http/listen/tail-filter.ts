// Which lines of the live feed a reader gets: what lists of events and deliveries select by, asked of one line. Pure.

import type { DeliveryState } from '../../model/delivery.js';
import { hasResult } from '../../model/lists.js';
import type { Topology } from '../../model/topology.js';
import type { TailTexts } from '../runtime.js';
import { coversRef } from '../view/find.js';
import type { TailLine } from '../wire/api-types.js';

type EventLine = Extract<TailLine, { kind: 'event' }>;
type AttemptLine = Extract<TailLine, { kind: 'attempt' }>;

/** What is left out selects nothing. */
export interface TailFilter {
  readonly kinds: ReadonlySet<TailLine['kind']>;
  readonly channel?: string;
  readonly type?: string;
  readonly incident?: string;
  readonly event?: string;
  /** In any value of the line; lower case. */
  readonly grep?: string;
  /** In the event's data, the request, the answer or the error; lower case. */
  readonly body?: string;
  /** Of events alone. */
  readonly unmatched?: boolean;
  /** Of attempts alone: where it went, how its delivery stands now, what came back. */
  readonly destination?: string;
  readonly status?: readonly DeliveryState[];
  readonly result?: readonly string[];
}

/** An attempt belongs to the channel of its destination; webhooks hear the whole workspace and belong to none. */
function isOnChannel(line: EventLine | AttemptLine, channel: string, topology: Topology): boolean {
  return line.kind === 'event'
    ? line.event.channels.includes(channel)
    : topology.destinations.get(line.destination)?.channel === channel;
}

function wantsEvent({ event }: EventLine, { type, incident, event: id, unmatched }: TailFilter): boolean {
  return (
    (type === undefined || event.type === type) &&
    (incident === undefined || event.incident === incident) &&
    (id === undefined || event.id === id) &&
    (unmatched === undefined || event.unmatched === unmatched)
  );
}

function wantsAttempt(line: AttemptLine, filter: TailFilter): boolean {
  const { type, incident, event, destination, status, result } = filter;
  return (
    (type === undefined || line.event_type === type) &&
    (incident === undefined || line.incident === incident) &&
    (event === undefined || line.event === event) &&
    (destination === undefined || coversRef(destination, line.destination)) &&
    (status === undefined || (status as readonly string[]).includes(line.state)) &&
    (result === undefined || hasResult(result, line.result))
  );
}

/** Names of keys are no part of it: `attempt` is not found in every attempt. */
function holdsText(value: unknown, text: string): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((inner) => holdsText(inner, text));
  return value !== null && String(value).toLowerCase().includes(text);
}

/** The cheap questions first; bodies are looked at only where one is asked for. */
export function wantsLine(filter: TailFilter, line: TailLine, texts: TailTexts, topology: Topology): boolean {
  if (line.kind === 'end') return true;
  if (!filter.kinds.has(line.kind)) return false;
  if (filter.channel !== undefined && !isOnChannel(line, filter.channel, topology)) return false;
  if (line.kind === 'event' ? !wantsEvent(line, filter) : !wantsAttempt(line, filter)) return false;
  const { grep, body } = filter;
  const { kind: _, ...shown } = line;
  if (grep !== undefined && !holdsText(shown, grep)) return false;
  return body === undefined || texts().some((text) => text.toLowerCase().includes(body));
}

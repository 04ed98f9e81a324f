// `GET /tail`: what its parameters select, and which of them exclude each other. The stream itself is in listen/tail.

import { RelayError } from '../../core/errors.js';
import { DELIVERY_STATES } from '../../model/delivery.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { tail } from '../listen/tail.js';
import type { TailFilter } from '../listen/tail-filter.js';
import type { Runtime } from '../runtime.js';
import { coversRef, notFound } from '../view/find.js';
import { parseInstant, resultsOf, wordsOf } from '../view/lists.js';
import { described, flag, input, list, ref, text } from '../wire/schema.js';

interface TailQuery {
  kind?: string[];
  channel?: string;
  type?: string;
  incident?: string;
  event?: string;
  unmatched?: boolean;
  destination?: string;
  status?: string[];
  result?: string[];
  grep?: string;
  body?: string;
  since?: string;
}

const KINDS = ['event', 'attempt'] as const;
type Kind = (typeof KINDS)[number];
/** What says something of one kind of line alone. */
const SAYS_OF: readonly (readonly [keyof TailQuery, Kind])[] = [
  ['unmatched', 'event'],
  ['destination', 'attempt'],
  ['status', 'attempt'],
  ['result', 'attempt'],
];

/** The kinds that all of the query can be asked of. @throws RelayError usage.invalid when it is none, or not one that `kind` names */
function kindsOf(query: TailQuery): ReadonlySet<Kind> {
  const named = wordsOf('kind', query.kind, KINDS);
  let kinds: readonly Kind[] = named ?? KINDS;
  for (const [parameter, kind] of SAYS_OF) {
    if (query[parameter] === undefined) continue;
    if (!kinds.includes(kind)) {
      throw new RelayError('usage.invalid', `"${parameter}" selects ${kind}s, and those are left out`, {
        why: named ? `"kind" is ${named.join(', ')}` : 'another parameter selects the other kind of line',
        fix: `leave "${parameter}" out, or what else there is`,
      });
    }
    kinds = [kind];
  }
  return new Set(kinds);
}

function checkNames({ channel, destination }: TailQuery, runtime: Runtime): void {
  const { channels, destinations } = runtime.topology();
  if (channel !== undefined && !channels.has(channel)) notFound('channel', channel, channels.keys());
  const refs = [...destinations.keys()];
  if (destination === undefined || refs.some((one) => coversRef(destination, one))) return;
  const [, noun = 'webhook', name = destination] = /^(webhook|integration)\/(.*)$/.exec(destination) ?? [];
  const names = [...destinations.values()].filter((one) => one.noun === noun).map((one) => one.name);
  notFound(noun, name, new Set(names));
}

/** @throws RelayError usage.invalid, object.not_found, usage.ambiguous_id */
async function filterOf(query: TailQuery, runtime: Runtime): Promise<TailFilter> {
  const { channel, type, incident, event, unmatched, destination, grep, body } = query;
  const kinds = kindsOf(query);
  checkNames(query, runtime);
  const status = wordsOf('status', query.status, DELIVERY_STATES);
  const result = resultsOf(query.result);
  return {
    kinds,
    ...(channel === undefined ? {} : { channel }),
    ...(type === undefined ? {} : { type }),
    // The beginning of an id will do, as everywhere.
    ...(incident === undefined ? {} : { incident: (await runtime.store.getIncident(incident)).id }),
    ...(event === undefined ? {} : { event: (await runtime.store.getEvent(event)).id }),
    ...(unmatched === undefined ? {} : { unmatched }),
    ...(destination === undefined ? {} : { destination }),
    ...(status === undefined ? {} : { status }),
    ...(result === undefined ? {} : { result }),
    ...(grep === undefined ? {} : { grep: grep.toLowerCase() }),
    ...(body === undefined ? {} : { body: body.toLowerCase() }),
  };
}

/** @throws RelayError usage.invalid_time, usage.invalid where nothing of the past would be told */
function sinceOf({ since }: TailQuery, { kinds }: TailFilter, now: number): number | null {
  if (since === undefined) return null;
  const at = parseInstant('since', since, now);
  if (kinds.has('event')) return at;
  throw new RelayError('usage.invalid', '"since" tells events of the past, and only attempts are asked for', {
    why: 'attempts of the past are in the history',
    fix: `relay delivery list --since ${since} --follow`,
  });
}

async function streamTail({ runtime, query, reply, onClose }: ApiCall<TailQuery>): Promise<void> {
  const filter = await filterOf(query, runtime);
  const since = sinceOf(query, filter, runtime.clock.now());
  reply.hijack();
  const stream = tail(runtime, filter, since, reply.raw);
  const forget = onClose((why) => stream.end(why));
  reply.raw.once('close', forget);
  // The answer has begun: what fails now can only be told in it.
  await stream.done.catch((error: unknown) => {
    runtime.log.warn({ err: error }, 'a tail was cut off');
    stream.end(
      error instanceof RelayError ? error.message : 'cut off by an error; see the log of the daemon',
    );
  });
}

export const TAIL_ROUTE: ApiRoute = {
  method: 'GET',
  path: '/tail',
  scope: 'read',
  tag: 'status',
  summary:
    'Events and attempts as they happen, one JSON line each; with `since`, events of the past first. A parameter that says something of one kind alone leaves the other out.',
  query: input({
    kind: described(list(text), 'event, attempt; both when left out'),
    channel: text,
    type: described(text, 'One event type'),
    incident: text,
    event: text,
    unmatched: described(flag, 'Events that no destination wanted'),
    destination: described(text, 'Attempts to webhook/<name> (all its URLs) or integration/<name>'),
    status: described(list(text), 'Attempts whose delivery stands so now; several with commas'),
    result: described(list(text), 'Attempts answered so: 503, 5xx, timeout, error; several with commas'),
    grep: described(text, 'Only lines with this text in a value'),
    body: described(text, 'Only with this text in the event data, the request, the answer or the error'),
    since: described(text, 'An instant (ISO 8601) or a span ago (2h)'),
  }),
  answer: ref('TailLine'),
  streams: 'application/x-ndjson',
  handle: streamTail,
};

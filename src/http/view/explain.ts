// Whether a destination would get an event, and what decides that: its list of event types, its channel, its filter, its condition, each
// asked as routing asks it. Sends and stores nothing.

import { compileEventFilter } from '../../filters/event-filter.js';
import { storedSubject } from '../../filters/subjects.js';
import { toJson } from '../../jinja/json.js';
import type { RelayEvent } from '../../model/event.js';
import { EXAMPLE_PAYLOAD } from '../../model/event-examples.js';
import { patternCovers } from '../../model/event-types.js';
import type { Explanation, FilterSubject } from '../../model/filter/filter.js';
import type { Destination } from '../../model/topology.js';
import type { Runtime } from '../runtime.js';
import type { ExplainAnswer, ExplainedExpression, ExplainedStep } from '../wire/explain-types.js';
import { exampleFor, type PreviewWish } from './request-preview.js';

const MAX_SHOWN_CHARACTERS = 2_000;
const cut = (text: string): string =>
  text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;

/** As JSON; what JSON has no words for (an infinity, an integer of twenty digits, brackets without end), and what fills screens, as text. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return String(value);
  try {
    const text = toJson(value);
    return text.length > MAX_SHOWN_CHARACTERS ? cut(text) : JSON.parse(text);
  } catch {
    return 'a value that JSON cannot hold';
  }
}

function toExpression(one: Explanation, decides: boolean): ExplainedExpression {
  return {
    expression: one.expression,
    holds: one.matches,
    decided: decides && one.decided,
    ...(one.found === undefined ? {} : { found: shown(one.found) }),
    ...(one.error === undefined ? {} : { error: one.error }),
    inner: one.inner.map((inner) => toExpression(inner, decides)),
  };
}

type Asked = Explanation & { readonly step: ExplainedStep['step'] };

function subscriptionStep({ events }: Destination, type: string): Asked {
  const pattern = events.find((each) => patternCovers(each, type));
  return {
    step: 'subscription',
    expression: `events ${pattern ?? events.join(', ')}`,
    matches: pattern !== undefined,
    found: type,
    decided: true,
    inner: [],
  };
}

function channelStep({ channel }: Destination, channels: readonly string[]): Asked {
  const matches = channel === null || channels.includes(channel);
  const expression = channel === null ? 'any channel' : `channel ${channel}`;
  return { step: 'channel', expression, matches, found: channels, decided: true, inner: [] };
}

function filterSteps(destination: Destination, subject: FilterSubject): Asked[] {
  const { filter, when } = destination;
  const explained = (part: Partial<Pick<Destination, 'filter' | 'when'>>): readonly Explanation[] =>
    compileEventFilter(part)?.explain(subject) ?? [];
  return [
    ...(filter === undefined ? [] : explained({ filter })).map((one) => ({
      step: 'filter' as const,
      ...one,
    })),
    ...(when === undefined ? [] : explained({ when })).map((one) => ({ step: 'when' as const, ...one })),
  ];
}

async function notesOf(
  runtime: Runtime,
  destination: Destination,
  event: RelayEvent,
  isStored: boolean,
): Promise<string[]> {
  const notes: string[] = [];
  const reason = runtime.engine.laneState(destination.ref)?.disabledReason;
  if (destination.paused) notes.push('it is paused: what it gets is held until it resumes');
  else if (reason) notes.push(`it is disabled (${reason}): what it gets is held until it resumes`);
  if (!isStored || event.incident === null) return notes;
  const { silenced } = await runtime.store.getIncident(event.incident);
  if (silenced)
    notes.push('its incident is silenced: nobody is told until the silence ends or it is announced');
  return notes;
}

/** @throws RelayError object.not_found for the event, or a type that has no example */
export async function explainDestination(
  runtime: Runtime,
  destination: Destination,
  wish: PreviewWish,
): Promise<ExplainAnswer> {
  const isStored = wish.event !== undefined;
  const event = isStored
    ? await runtime.store.getEvent(wish.event as string)
    : exampleFor(wish.type ?? 'incident.triggered');
  const subject = isStored ? await runtime.subjectOf(event) : storedSubject(event, EXAMPLE_PAYLOAD);
  // An example stands for an event of this very channel: it belongs to none.
  const channels = isStored || destination.channel === null ? event.channels : [destination.channel];
  const asked = [
    subscriptionStep(destination, event.type),
    channelStep(destination, channels),
    ...filterSteps(destination, subject),
  ];
  const refusing = asked.find((one) => !one.matches);
  return {
    destination: destination.ref,
    event: isStored ? event.id : null,
    event_type: event.type,
    would_get: refusing === undefined,
    steps: asked.map(({ step, ...one }) => ({
      step,
      ...toExpression(one, refusing === undefined || step === refusing.step),
    })),
    notes: await notesOf(runtime, destination, event, isStored),
  };
}

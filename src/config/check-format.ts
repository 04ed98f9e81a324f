// What is wrong with how a webhook says its bodies look: keys that belong to another format, a template that does not compile, and one
// that fails on the examples of the events it is sent for.

import { NO_SUPPLIES } from '../destinations/driver.js';
import type { FormatSettings } from '../destinations/webhook/formats/format.js';
import { renderBody } from '../destinations/webhook/formats/template.js';
import { compile } from '../jinja/compile.js';
import type { RelayEvent } from '../model/event.js';
import { EXAMPLE_PAYLOAD, exampleEvent, exampleTimeline } from '../model/event-examples.js';
import { KNOWN_EVENT_TYPES, subscribes } from '../model/event-types.js';
import { childOf, entriesIn, type PathPart, type Problem, problemAt, textOf } from './problem.js';
import { DEFAULT_WEBHOOK_EVENTS } from './schema-objects.js';

const PUBLIC_URL = 'https://relay.example.org';

export function checkFormat(spec: unknown, base: readonly PathPart[]): Problem[] {
  const format = textOf(childOf(spec, 'format')) ?? 'standard';
  const has = (key: string): boolean => childOf(spec, key) !== undefined;
  const problems: Problem[] = [];
  if (has('body') && format !== 'template') problems.push(belongsTo('body', 'template', base));
  if (has('cloudevents') && format !== 'cloudevents')
    problems.push(belongsTo('cloudevents', 'cloudevents', base));
  if (format === 'template' && !has('body')) {
    const fix = 'add the body, such as: body: \'{"text": {{ incident.title }}}\'';
    problems.push(problemAt([...base, 'format'], 'missing_key', 'the format "template" needs "body"', fix));
  }
  problems.push(...checkContentType(spec, format, base), ...checkEventHeaders(spec, format, base));
  return format === 'template' ? [...problems, ...checkBody(spec, base)] : problems;
}

function belongsTo(key: string, format: string, base: readonly PathPart[]): Problem {
  const fix = `set format: ${format}, or take "${key}" out`;
  return problemAt([...base, key], 'invalid_value', `"${key}" is for the format "${format}" only`, fix, {
    on: 'key',
  });
}

function checkContentType(spec: unknown, format: string, base: readonly PathPart[]): Problem[] {
  const given = textOf(childOf(spec, 'content_type')) ?? 'json';
  const at = [...base, 'content_type'];
  // What is no media type at all is told by the schema.
  if (given === 'json' || format === 'template' || !/^form$|\//.test(given)) return [];
  if (given === 'form' && format !== 'cloudevents') return [];
  const why =
    format === 'cloudevents'
      ? 'the format "cloudevents" has content types of its own'
      : `the format "${format}" is JSON: "content_type" can be json or form`;
  return [problemAt(at, 'invalid_value', why, format === 'cloudevents' ? 'take it out' : 'use json or form')];
}

/** In binary mode the attributes of an event are headers. */
function checkEventHeaders(spec: unknown, format: string, base: readonly PathPart[]): Problem[] {
  if (format !== 'cloudevents' || childOf(childOf(spec, 'cloudevents'), 'mode') !== 'binary') return [];
  return entriesIn(spec, 'headers')
    .filter(([name]) => /^ce-/i.test(name))
    .map(([name]) =>
      problemAt(
        [...base, 'headers', name],
        'invalid_value',
        `the header "${name}" is set by the format`,
        'take it out',
        { on: 'key' },
      ),
    );
}

function checkBody(spec: unknown, base: readonly PathPart[]): Problem[] {
  const body = textOf(childOf(spec, 'body'));
  if (body === undefined) return [];
  const at = [...base, 'body'];
  try {
    compile(body);
  } catch (error) {
    const { message, fix, line, column } = error as Error & { fix?: string; line?: number; column?: number };
    const within = line === undefined || column === undefined ? {} : { within: { line, column } };
    return [problemAt(at, 'template_syntax', `template "body": ${message}`, fix ?? null, within)];
  }
  const content_type = textOf(childOf(spec, 'content_type')) ?? 'json';
  return failingExample({ body, content_type, name: textOf(childOf(spec, 'name')) ?? '' }, typesOf(spec), at);
}

function typesOf(spec: unknown): readonly string[] {
  const given = childOf(spec, 'events');
  const patterns = Array.isArray(given) ? given.filter((type) => typeof type === 'string') : null;
  return KNOWN_EVENT_TYPES.filter((type) => subscribes(patterns ?? DEFAULT_WEBHOOK_EVENTS, type));
}

/** A warning for the first type whose example fails: an example is not all that can happen, and a failure there may never. */
function failingExample(
  settings: FormatSettings,
  types: readonly string[],
  path: readonly PathPart[],
): Problem[] {
  for (const type of types) {
    const event = exampleEvent(type);
    const failure = event && failureOf(event, settings);
    if (!failure) continue;
    const message = `the body fails for the example of ${type}: ${failure.message}`;
    const fix = failure.fix ?? `look at the example: relay event types ${type}`;
    return [problemAt(path, 'template_example', message, fix, { severity: 'warning' })];
  }
  return [];
}

function failureOf(event: RelayEvent, settings: FormatSettings): (Error & { fix?: string }) | null {
  const supplied = {
    ...NO_SUPPLIES,
    timeline: exampleTimeline(event.type),
    ...(event.incident === null ? {} : { alert: EXAMPLE_PAYLOAD, firstAlert: EXAMPLE_PAYLOAD }),
  };
  try {
    renderBody(event, settings, { publicUrl: PUBLIC_URL, supplied });
    return null;
  } catch (error) {
    return error as Error;
  }
}

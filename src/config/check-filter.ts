// Whether the `filter:` and `when:` of a destination can be used; each mistake at its place.

import { nearestName } from '../core/nearest.js';
import { compile, type Template } from '../jinja/compile.js';
import { GLOBALS } from '../jinja/globals.js';
import { exampleEvent } from '../model/event-examples.js';
import { KNOWN_EVENT_TYPES, subscribes } from '../model/event-types.js';
import { readFilter } from '../model/filter/filter.js';
import { childOf, type PathPart, type Problem, problemAt, textOf } from './problem.js';

export function checkFilter(spec: unknown, base: readonly PathPart[]): Problem[] {
  const filter = childOf(spec, 'filter');
  // Anything but an object is told by the schema.
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) return [];
  return readFilter(filter).problems.map(({ path, message, fix, on }) =>
    problemAt([...base, 'filter', ...path], 'invalid_filter', message, fix, { on }),
  );
}

export function checkWhen(spec: unknown, base: readonly PathPart[]): Problem[] {
  const when = textOf(childOf(spec, 'when'));
  if (when === undefined) return [];
  const path = [...base, 'when'];
  let template: Template;
  try {
    template = compile(when);
  } catch (error) {
    const { message, fix, line, column } = error as Error & { fix?: string; line?: number; column?: number };
    const within = line === undefined || column === undefined ? {} : { within: { line, column } };
    return [problemAt(path, 'template_syntax', `"when": ${message}`, fix ?? null, within)];
  }
  if (/\{[{%]/.test(when)) return unknownNames(template, childOf(spec, 'events'), path);
  const fix = `write it as a template: when: "{{ ${when.trim()} }}"`;
  return [problemAt(path, 'invalid_value', '"when" is a plain text, which is the same for every event', fix)];
}

/** What `when:` sees of every event. */
const ALWAYS_SEEN = ['incident', 'change', 'actor', 'event', 'data', 'payload'];

/**
 * A warning for each name that no event brings: a condition that fails does not hold, so a typo would end all deliveries and say nothing.
 * Not where custom events are subscribed to: their data has names of its own.
 */
function unknownNames(template: Template, events: unknown, path: readonly PathPart[]): Problem[] {
  const patterns = Array.isArray(events) ? events.filter((each) => typeof each === 'string') : ['incident.*'];
  const isOurs = (pattern: string): boolean =>
    pattern !== '*' && KNOWN_EVENT_TYPES.some((type) => subscribes([pattern], type));
  if (!patterns.every(isOurs)) return [];
  const types = KNOWN_EVENT_TYPES.filter((type) => subscribes(patterns, type));
  const brought = types.flatMap((type) => Object.keys(JSON.parse(exampleEvent(type)?.data ?? '{}')));
  const known = new Set([...ALWAYS_SEEN, ...brought]);
  return [...template.reads]
    .filter((name) => !known.has(name) && !GLOBALS.has(name))
    .map((name) => {
      const near = nearestName(name, known);
      const fix = near === undefined ? `there are: ${[...known].join(', ')}` : `did you mean "${near}"?`;
      const message = `"when" reads "${name}", which no event brings`;
      return problemAt(path, 'template_example', message, fix, { severity: 'warning' });
    });
}

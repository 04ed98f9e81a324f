// Whether a destination wants an event: its `filter:` and its `when:`, both of which must hold. Compiled when the config is read.

import { compile, type Template } from '../jinja/compile.js';
import type { FilterSpec, FilterSubject } from '../model/filter/filter.js';
import { type Explanation, type Filter, readFilter } from '../model/filter/filter.js';
import type { Destination } from '../model/topology.js';

/** The truth of conditions in templates: trimmed, in lower case. */
const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 'true', 'ok']);

export interface EventFilter {
  /** Whether it looks into the payload of the alert, which then must be at hand. */
  readonly readsPayload: boolean;
  matches(subject: FilterSubject): boolean;
  explain(subject: FilterSubject): readonly Explanation[];
}

interface When {
  readonly text: string;
  readonly template: Template;
}

/** What `when:` sees: the event's type, its data (`incident`, `change`, `actor`; or a custom event's own), and the alert's payload. */
function contextOf(subject: FilterSubject, readsPayload: boolean): Record<string, unknown> {
  const data = subject.data();
  const fields = data !== null && typeof data === 'object' ? data : {};
  return {
    ...fields,
    data,
    event: { type: subject.type },
    ...(readsPayload ? { payload: (subject.templatePayload ?? subject.payload)() } : {}),
  };
}

/** A condition that fails does not hold, as with a field that is not there. */
function holds(
  when: When,
  subject: FilterSubject,
): Pick<Explanation, 'matches'> & Partial<Pick<Explanation, 'found' | 'error'>> {
  try {
    const found = when.template.render(contextOf(subject, when.template.reads.has('payload'))).trim();
    return { matches: TRUE_WORDS.has(found.toLowerCase()), found };
  } catch (error) {
    return { matches: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function explainWhen(when: When, subject: FilterSubject): Explanation {
  return { expression: `when ${when.text.trim()}`, ...holds(when, subject), decided: true, inner: [] };
}

/** A filter that cannot be read was refused with the config; here it is a bug. */
function filterOf(spec: FilterSpec | undefined): Filter | null {
  if (spec === undefined) return null;
  const { filter, problems } = readFilter(spec);
  if (filter === null) throw new Error(`a filter was not checked: ${problems[0]?.message}`);
  return filter;
}

/** Null when the destination wants whatever its list of event types lets through. @throws TemplateError */
export function compileEventFilter({
  filter,
  when,
}: Pick<Destination, 'filter' | 'when'>): EventFilter | null {
  const groups = filterOf(filter);
  const condition: When | null = when === undefined ? null : { text: when, template: compile(when) };
  if (groups === null && condition === null) return null;
  return {
    readsPayload: groups?.readsPayload === true || condition?.template.reads.has('payload') === true,
    matches: (subject) =>
      (groups === null || groups.matches(subject)) &&
      (condition === null || holds(condition, subject).matches),
    explain: (subject) => [
      ...(groups === null ? [] : [groups.explain(subject)]),
      ...(condition === null ? [] : [explainWhen(condition, subject)]),
    ],
  };
}

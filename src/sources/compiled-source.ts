// A source with its templates compiled: turns a payload into prepared alerts. A template that fails costs the alert nothing but its
// looks: a plain rendering takes its place and the error stays with the alert.

import { RE2JS } from 're2js';
import { RelayError } from '../core/errors.js';
import { compile, compileExpression, type Template } from '../jinja/compile.js';
import { parseJson } from '../jinja/json.js';
import type { Value } from '../jinja/values.js';
import type { AlertMember, AlertSignal, PreparedAlert } from '../model/alert.js';
import { parsePriority, parseSeverity } from '../model/severity.js';
import type { Source } from '../model/topology.js';
import { groupByLabels, toLabels } from './labels.js';
import type { Pack } from './pack.js';
import { dropAbsent, readPayloads, textOfPart } from './payload.js';

const TITLE_CHARACTERS = 500;
const RESULT_CHARACTERS = 50_000;
const GROUPING_CHARACTERS = 1_000;
const MAX_ALERTS_PER_PAYLOAD = 1_000;
/** OnCall's rule for conditions: trimmed and in lower case one of these. */
const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 'true', 'ok']);

type Context = Record<string, unknown>;

interface Expression {
  evaluate(context: Context): Value;
}

export interface CompiledSource {
  readonly source: Source;
  /** @throws RelayError ingest.unreadable, ingest.invalid_payload */
  prepare(text: string, contentType: string): readonly PreparedAlert[];
  /** The member alerts of a stored payload, read from it anew. */
  membersOf(payload: string): readonly AlertMember[];
}

export const isTrue = (rendered: string): boolean => TRUE_WORDS.has(rendered.trim().toLowerCase());

const orNull = (text: string): string | null => (text === '' || text === 'None' ? null : text);

/** `{{ payload.labels }}` is read as the expression it holds; anything else must render to JSON. */
export function labelsExpression(template: string): Expression {
  const inner = /^\s*\{\{(?!.*\}\}.*\{\{)([\s\S]*)\}\}\s*$/.exec(template)?.[1];
  if (inner !== undefined) return compileExpression(inner);
  const compiled = compile(template);
  return { evaluate: (context) => parseJson(compiled.render(context)) };
}

/** Renders with a note of what failed, in place of throwing. */
class Rendering {
  readonly errors: string[] = [];
  readonly #templates: ReadonlyMap<string, Template>;

  constructor(templates: ReadonlyMap<string, Template>) {
    this.#templates = templates;
  }

  text(name: string, context: Context, limit = RESULT_CHARACTERS): string {
    const template = this.#templates.get(name);
    if (template === undefined) return '';
    try {
      const rendered = template.render(context).trim();
      return rendered.length > limit ? `${rendered.slice(0, limit)}..` : rendered;
    } catch (error) {
      this.note(name, error);
      return '';
    }
  }

  note(name: string, error: unknown): void {
    this.errors.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function plainTitle(payload: Value, source: Source): string {
  for (const name of ['title', 'summary', 'name', 'subject', 'message']) {
    const value =
      payload instanceof Map ? payload.get(name) : (payload as Record<string, Value> | null)?.[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, TITLE_CHARACTERS);
  }
  return `Alert from ${source.name}`;
}

function signalOf(rendering: Rendering, context: Context): AlertSignal {
  if (isTrue(rendering.text('resolve_condition', context))) return 'resolve';
  return isTrue(rendering.text('acknowledge_condition', context)) ? 'acknowledge' : 'trigger';
}

interface Parts {
  readonly source: Source;
  readonly templates: ReadonlyMap<string, Template>;
  readonly labels: Expression | null;
}

function renderAlert(parts: Parts, context: Context, payload: Value, text: string): PreparedAlert {
  const rendering = new Rendering(parts.templates);
  const link = orNull(rendering.text('source_link', context));
  context.source_link = link ?? '';
  const title = rendering.text('title', context, TITLE_CHARACTERS).replace(/\s+/g, ' ');
  const severityText = rendering.text('severity', context);
  let labels: Readonly<Record<string, string>> = {};
  try {
    if (parts.labels !== null) labels = toLabels(parts.labels.evaluate(context));
  } catch (error) {
    rendering.note('labels', error);
  }
  const shownTitle = title === '' || title === 'None' ? plainTitle(payload, parts.source) : title;
  const grouping = rendering.text('grouping_id', context, GROUPING_CHARACTERS);
  return {
    signal: signalOf(rendering, context),
    groupingId: orNull(grouping) ?? groupByLabels(labels, shownTitle),
    title: shownTitle,
    message: orNull(rendering.text('message', context)) ?? '',
    link,
    imageUrl: orNull(rendering.text('image_url', context)),
    severity: parseSeverity(severityText),
    priority: parsePriority(rendering.text('priority', context)),
    labels,
    members: [],
    payload: text,
    renderErrors: rendering.errors,
  };
}

function compileMembers(pack: Pack): ((payload: Value) => readonly AlertMember[]) | null {
  if (pack.members === null) return null;
  const { each, title, resolved, labels, startsAt, link } = pack.members;
  const list = compileExpression(each);
  const labelsOf = compileExpression(labels);
  const [titleOf, resolvedOf, startsAtOf, linkOf] = [title, resolved, startsAt, link].map((text) =>
    compile(text),
  );
  return (payload) => {
    const items = list.evaluate({ payload });
    if (!Array.isArray(items)) return [];
    return items.slice(0, MAX_ALERTS_PER_PAYLOAD).map((member) => {
      const context = { payload, member };
      return {
        title: (titleOf as Template).render(context).trim(),
        state: isTrue((resolvedOf as Template).render(context)) ? 'resolved' : 'firing',
        labels: toLabels(labelsOf.evaluate(context)),
        startsAt: orNull((startsAtOf as Template).render(context).trim()),
        link: orNull((linkOf as Template).render(context).trim()),
      };
    });
  };
}

type Splitter = (payload: Value) => readonly { alert: Value; text: string }[];

function compileSplit(source: Source, pack: Pack): Splitter | null {
  const split = source.split === null ? undefined : pack.splits[source.split];
  if (split === undefined) return null;
  const each = compileExpression(split.each);
  return (payload) => {
    const alerts = each.evaluate({ payload });
    if (!Array.isArray(alerts) || alerts.length === 0) {
      throw new RelayError(
        'ingest.invalid_payload',
        `the body has no list at ${split.each} to split into alerts`,
        {
          fix: `take split: ${source.split} off the source to accept such bodies as one alert`,
        },
      );
    }
    return alerts.map((alert) => ({ alert, text: textOfPart(alert) }));
  };
}

function checkAccepted(pack: Pack): (payload: Value) => void {
  if (pack.accepts === null) return () => {};
  const { condition, otherwise } = pack.accepts;
  const expression = compileExpression(condition);
  return (payload) => {
    let accepted = false;
    try {
      accepted = expression.evaluate({ payload }) === true;
    } catch {
      accepted = false;
    }
    if (accepted) return;
    throw new RelayError('ingest.invalid_payload', otherwise, {
      why: `this source was made from the pack "${pack.slug}"`,
      fix: 'post to a source of the right kind: relay pack list',
    });
  };
}

/** @throws TemplateError when a template does not parse (validation reports these before) */
export function compileSource(source: Source, pack: Pack): CompiledSource {
  const { labels: labelsText, ...rest } = source.templates as Record<string, string>;
  const templates = new Map(Object.entries(rest).map(([name, text]) => [name, compile(text)]));
  const parts: Parts = { source, templates, labels: labelsText ? labelsExpression(labelsText) : null };
  const absent = pack.absentPattern === null ? null : RE2JS.compile(pack.absentPattern);
  const clean =
    absent === null
      ? (value: Value) => value
      : (value: Value) => dropAbsent(value, (text) => absent.matches(text));
  const check = checkAccepted(pack);
  const split = compileSplit(source, pack);
  const members = compileMembers(pack);
  const prepareOne = (raw: Value, text: string): PreparedAlert[] => {
    const payload = clean(raw);
    check(payload);
    const context = { payload, integration_name: source.name };
    if (split === null) return [renderAlert(parts, context, payload, text)];
    return split(payload).map((part) =>
      renderAlert(parts, { ...context, alert: part.alert }, part.alert, part.text),
    );
  };
  return {
    source,
    prepare(text, contentType) {
      const payloads = readPayloads(text, contentType);
      const [only] = payloads;
      const alerts =
        payloads.length === 1
          ? prepareOne(only as Value, text)
          : payloads.flatMap((payload) => prepareOne(payload, textOfPart(payload)));
      if (alerts.length > MAX_ALERTS_PER_PAYLOAD) {
        throw new RelayError('ingest.invalid_payload', `the body holds ${alerts.length} alerts`, {
          why: `at most ${MAX_ALERTS_PER_PAYLOAD} are taken in one request`,
        });
      }
      return alerts;
    },
    membersOf(payload) {
      if (members === null || split !== null) return [];
      try {
        return members(clean(parseJson(payload)));
      } catch {
        return [];
      }
    },
  };
}

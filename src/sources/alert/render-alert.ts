// One alert through the templates of its source. A template that fails costs the alert nothing but its looks: a plain rendering takes its
// place and the error stays with the alert.

import { type CompileOptions, compile, compileExpression, type Template } from '../../jinja/compile.js';
import { parseJson } from '../../jinja/json.js';
import type { Value } from '../../jinja/values.js';
import type { AlertSignal, KindText, KindTexts, PreparedAlert } from '../../model/alert.js';
import { parsePriority, parseSeverity } from '../../model/severity.js';
import type { Source } from '../../model/topology.js';
import { kindTemplate, VARIABLE_PREFIX } from '../pack/pack-schema.js';
import { addIncidentNames, type Context } from './alert-context.js';
import { startOf } from './cut.js';
import { compileVariables, type Expression } from './expressions.js';
import { groupByLabels, type Labels, toLabels } from './labels.js';
import { Rendering } from './rendering.js';

const TITLE_CHARACTERS = 500;
const GROUPING_CHARACTERS = 1_000;
/** OnCall's rule for conditions: trimmed and in lower case one of these. */
const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 'true', 'ok']);

export const isTrue = (rendered: string): boolean => TRUE_WORDS.has(rendered.trim().toLowerCase());

/** OnCall's rule: a template that renders to `None` says nothing. */
export const orNull = (text: string): string | null => (text === '' || text === 'None' ? null : text);

/** `{{ payload.labels }}` is read as the expression it holds; anything else must render to JSON. */
function labelsExpression(template: string, options: CompileOptions = {}): Expression {
  const inner = /^\s*\{\{(?!.*\}\}.*\{\{)([\s\S]*)\}\}\s*$/.exec(template)?.[1];
  if (inner !== undefined) return compileExpression(inner, options);
  const compiled = compile(template, options);
  return { evaluate: (context) => parseJson(compiled.render(context)) };
}

/** Templates of one source, compiled. */
export interface AlertTemplates {
  /** Whether any of them reads the request's headers. */
  readonly readsHeaders: boolean;
  /** `context` holds payload and names of the request; it is added to. */
  render(context: Context, payload: Value, text: string): PreparedAlert;
}

/** What a plain message holds of the payload's own. */
const MESSAGE_CHARACTERS = 2_000;
const TITLE_FIELDS = ['title', 'summary', 'name', 'subject', 'message'];
const MESSAGE_FIELDS = ['message', 'description', 'text', 'body'];

/** The first of these fields of a payload that is a text; empty where none is. */
function firstText(payload: Value, fields: readonly string[]): string {
  for (const name of fields) {
    const value =
      payload instanceof Map ? payload.get(name) : (payload as Record<string, Value> | null)?.[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return '';
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');

const plainTitle = (payload: Value): string =>
  startOf(oneLine(firstText(payload, TITLE_FIELDS)), TITLE_CHARACTERS);

/** The template's, or where that failed what the payload itself says. */
function messageOf(payload: Value, rendering: Rendering, context: Context): string {
  const message = orNull(rendering.text('message', context)) ?? '';
  return rendering.failed('message')
    ? startOf(firstText(payload, MESSAGE_FIELDS), MESSAGE_CHARACTERS)
    : message;
}

function signalOf(rendering: Rendering, context: Context): AlertSignal {
  if (isTrue(rendering.text('ignore_condition', context))) return 'ignore';
  if (isTrue(rendering.text('resolve_condition', context))) return 'resolve';
  return isTrue(rendering.text('acknowledge_condition', context)) ? 'acknowledge' : 'trigger';
}

function readLabels(expression: Expression | null, context: Context, rendering: Rendering): Labels {
  try {
    return expression === null ? {} : toLabels(expression.evaluate(context));
  } catch (error) {
    rendering.note('labels', error);
    return {};
  }
}

type KindNames = ReadonlyMap<string, Readonly<Partial<Record<keyof KindText, string>>>>;

const PART_KEYS = { title: 'title', message: 'message', image_url: 'imageUrl' } as const;

function kindNames(names: Iterable<string>): KindNames {
  const kinds = new Map<string, Partial<Record<keyof KindText, string>>>();
  for (const name of names) {
    const found = kindTemplate(name);
    if (found === null) continue;
    kinds.set(found.kind, { ...kinds.get(found.kind), [PART_KEYS[found.part]]: name });
  }
  return kinds;
}

/** What the kinds with templates of their own show. A template of a kind that renders to nothing falls back, as one that is not there. */
function kindTexts(kinds: KindNames, rendering: Rendering, context: Context): KindTexts {
  const texts: Record<string, KindText> = {};
  for (const [kind, parts] of kinds) {
    const text: Partial<Record<keyof KindText, string>> = {};
    for (const [part, name] of Object.entries(parts) as [keyof KindText, string][]) {
      const rendered = orNull(rendering.text(name, context, part === 'title' ? TITLE_CHARACTERS : undefined));
      if (rendered !== null) text[part] = part === 'title' ? oneLine(rendered) : rendered;
    }
    if (Object.keys(text).length > 0) texts[kind] = text;
  }
  return texts;
}

/** OnCall's templates for chats use what was rendered for its web page. */
function addWebNames(context: Context, rendering: Rendering, alert: KindText): void {
  const shown = (name: string, fallback = ''): string => orNull(rendering.text(name, context)) ?? fallback;
  context.web_title = shown('web_title', alert.title);
  context.web_message = shown('web_message', alert.message);
  context.web_image_url = shown('web_image_url', alert.imageUrl);
}

const INCIDENT_NAME = /\bgrafana_oncall_/;
const HEADERS_NAME = /\bheaders\b/;

/** @throws TemplateError when one does not parse (validation reports these before) */
export function compileTemplates(
  source: Source,
  texts: Readonly<Record<string, string>>,
  options: CompileOptions,
): AlertTemplates {
  const entries = Object.entries(texts);
  const isVariable = ([name]: readonly [string, string]): boolean => name.startsWith(VARIABLE_PREFIX);
  const addVariables = compileVariables(
    entries.filter(isVariable).map(([name, text]) => [name.slice(VARIABLE_PREFIX.length), text]),
    options,
  );
  const plain = entries.filter((entry) => !isVariable(entry) && entry[0] !== 'labels');
  const templates = new Map<string, Template>(plain.map(([name, text]) => [name, compile(text, options)]));
  const labelsText = texts.labels;
  const labelsOf = labelsText ? labelsExpression(labelsText, options) : null;
  const kinds = kindNames(templates.keys());
  const mentions = (name: RegExp): boolean => entries.some(([, text]) => name.test(text));
  const readsIncident = mentions(INCIDENT_NAME);

  return {
    readsHeaders: mentions(HEADERS_NAME),
    render(context, payload, text) {
      const rendering = new Rendering(templates);
      addVariables(context, rendering);
      if (readsIncident) addIncidentNames(context);
      const labels = readLabels(labelsOf, context, rendering);
      context.labels = labels;
      const link = orNull(rendering.text('source_link', context));
      context.source_link = link ?? '';
      const rendered = orNull(oneLine(rendering.text('title', context, TITLE_CHARACTERS)));
      const title = rendered ?? (plainTitle(payload) || `Alert from ${source.name}`);
      const message = messageOf(payload, rendering, context);
      const imageUrl = orNull(rendering.text('image_url', context));
      if (kinds.size > 0) addWebNames(context, rendering, { title, message, imageUrl: imageUrl ?? '' });
      const texts = kinds.size > 0 ? kindTexts(kinds, rendering, context) : {};
      const severity = parseSeverity(rendering.text('severity', context));
      const grouping = orNull(rendering.text('grouping_id', context, GROUPING_CHARACTERS));
      return {
        signal: signalOf(rendering, context),
        groupingId: grouping ?? groupByLabels(labels, title),
        title,
        message,
        link,
        imageUrl,
        texts,
        severity,
        priority: parsePriority(rendering.text('priority', context)),
        labels,
        members: [],
        payload: text,
        renderErrors: rendering.errors,
      };
    },
  };
}

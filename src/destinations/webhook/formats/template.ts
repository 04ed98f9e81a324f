// Format `template`: a body of the user's own in the template language. As JSON, what is inserted is escaped or written as JSON, and a
// result that is not JSON is never sent; as any other media type it is text.

import { RelayError } from '../../../core/errors.js';
import { findJsonFault } from '../../../core/json-fault.js';
import { compile, type Template } from '../../../jinja/compile.js';
import { parseJson } from '../../../jinja/json.js';
import type { RelayEvent } from '../../../model/event.js';
import { toWire } from '../../../model/wire.js';
import { readStoredPayload } from '../../../sources/alert/payload.js';
import type { Need, Supplied } from '../../driver.js';
import type { FormatContext, FormatSettings, WebhookFormat } from './format.js';

/** What a template may read that has to be fetched first, by name. */
const NEED_OF: Readonly<Record<string, Need>> = {
  payload: 'alert',
  timeline: 'timeline',
  users: 'directory',
  services: 'directory',
};

interface Compiled {
  readonly template: Template;
  readonly needs: readonly Need[];
  /** What `time()` says: when the event happened, so that the same event makes the same body. */
  readonly clock: { at: number };
}

/** JSON unless a media type of another kind is named; a form carries JSON in its field. */
const isJsonTemplate = ({ content_type = 'json' }: FormatSettings): boolean =>
  content_type === 'json' || content_type === 'form' || /^[^;]*[/+]json\s*(?:;|$)/i.test(content_type);

/** @throws TemplateError */
function compileBody(settings: FormatSettings): Compiled {
  const clock = { at: 0 };
  const template = compile(settings.body ?? '', { now: () => clock.at, json: isJsonTemplate(settings) });
  const needs = Object.keys(NEED_OF).filter((name) => template.reads.has(name));
  return { template, clock, needs: [...new Set(needs.map((name) => NEED_OF[name] as Need))] };
}

/** Settings are frozen records that live as long as a config: compiled once for each. */
const compiledOf = new WeakMap<FormatSettings, Compiled>();

function compiled(settings: FormatSettings): Compiled {
  const known = compiledOf.get(settings) ?? compileBody(settings);
  compiledOf.set(settings, known);
  return known;
}

const byName = <Item>(items: ReadonlyMap<string, Item>): Map<string, unknown> =>
  new Map([...items].map(([name, item]) => [name, toWire(item)]));

function suppliedContext({ alert, timeline, directory }: Supplied): Record<string, unknown> {
  return {
    payload: alert === null ? {} : readStoredPayload(alert),
    timeline: toWire(timeline),
    users: byName(directory.users),
    services: byName(directory.services),
  };
}

function contextOf(event: RelayEvent, settings: FormatSettings, { supplied, publicUrl }: FormatContext) {
  const data = parseJson(event.data) as { incident?: unknown; change?: unknown };
  const at = new Date(event.at).toISOString();
  return {
    ...suppliedContext(supplied),
    event: { id: event.id, type: event.type, time: at, channels: [...event.channels], source: event.source },
    incident: fieldOf(data, 'incident') ?? {},
    change: fieldOf(data, 'change') ?? {},
    actor: event.actor,
    data,
    webhook: { name: settings.name ?? '' },
    public_url: publicUrl,
  };
}

/** Parsed data is a Map where an object would reorder its keys. */
function fieldOf(data: unknown, name: string): unknown {
  if (data instanceof Map) return data.get(name);
  return data !== null && typeof data === 'object' && Object.hasOwn(data, name)
    ? (data as Record<string, unknown>)[name]
    : undefined;
}

/** @throws RelayError template.runtime with the place in what was rendered */
function assertJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const { offset, what } = findJsonFault(text) ?? { offset: text.length, what: (cause as Error).message };
    const before = text.slice(0, offset).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
    const near = text.slice(Math.max(0, offset - 30), offset + 10).replaceAll('\n', ' ');
    throw new RelayError(
      'template.runtime',
      `the body that the template renders to is not JSON: ${what}, at ${place} of the result, near ${JSON.stringify(near)}`,
      {
        fix: 'values need no quotes and no tojson: "title": {{ incident.title }}; a comma in a loop is {% if not loop.last %},{% endif %}; for a body that is no JSON set content_type, such as text/plain',
        cause,
      },
    );
  }
}

/** @throws RelayError template.* */
export function renderBody(event: RelayEvent, settings: FormatSettings, context: FormatContext): string {
  const { template, clock } = compiled(settings);
  clock.at = event.at;
  const text = template.render(contextOf(event, settings, context));
  if (isJsonTemplate(settings)) assertJson(text);
  return text;
}

export const templateFormat: WebhookFormat = {
  needs: (settings) => compiled(settings).needs,
  contentType({ content_type = 'json' }) {
    if (content_type === 'json' || content_type === 'form') return 'application/json';
    // What Node sends is UTF-8.
    return /;\s*charset=/i.test(content_type) || !/^text\//i.test(content_type)
      ? content_type
      : `${content_type}; charset=utf-8`;
  },
  body: renderBody,
};

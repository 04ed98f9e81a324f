// What a body that arrived says, for a person: the event's type and title whatever its form (standard, simple, CloudEvents, batch, form).
// Pure; never throws on strange input.

import { indentJson } from '../../output/printable.js';

export interface Reading {
  /** The event's type; null when the body does not say. */
  readonly type: string | null;
  readonly title: string | null;
  /** The body as it is best read: indented JSON, one form field a line, or the text itself. */
  readonly pretty: string;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** @param contentType the header as it came; may be empty */
export function readBody(body: string, contentType: string): Reading {
  const isForm = contentType.startsWith('application/x-www-form-urlencoded') && body.includes('=');
  if (isForm) return readForm(body);
  try {
    const value: unknown = JSON.parse(body);
    return { ...typeAndTitle(value), pretty: indentJson(body) ?? body };
  } catch {
    return { type: null, title: null, pretty: body };
  }
}

function readForm(body: string): Reading {
  const fields = [...new URLSearchParams(body)];
  const one = Object.fromEntries(fields);
  return { ...typeAndTitle(one), pretty: fields.map(([name, value]) => `${name} = ${value}`).join('\n') };
}

function typeAndTitle(value: unknown): { type: string | null; title: string | null } {
  if (Array.isArray(value)) {
    const types = [...new Set(value.map((item) => typeAndTitle(item).type).filter((type) => type !== null))];
    return { type: types.length === 0 ? null : types.join(', '), title: `${value.length} events` };
  }
  if (!isFields(value)) return { type: null, title: null };
  return { type: text(value.type) ?? text(value.event), title: titleIn(value) };
}

function titleIn(fields: Fields): string | null {
  const own = text(fields.title) ?? text(fields.subject);
  if (own !== null) return own;
  for (const key of ['data', 'incident']) {
    const inner = fields[key];
    const title = isFields(inner) ? titleIn(inner) : null;
    if (title !== null) return title;
  }
  return null;
}

// Labels of an alert, from whatever a source calls them: an object, a list of `key:value`, or one string of them with commas.

import { createHash } from 'node:crypto';
import { floatText } from '../../jinja/numbers.js';
import { Markup, PyFloat, type Value } from '../../jinja/values.js';
import { startOf } from './cut.js';

export type Labels = Readonly<Record<string, string>>;

/** OnCall's limits for labels on a group are stricter; these keep an incident's row small. */
const MAX_LABELS = 64;
const MAX_CHARACTERS = 1_000;

function fromTag(tag: string): [string, string] | null {
  const text = tag.trim();
  if (text === '') return null;
  const colon = text.search(/[:=]/);
  return colon <= 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1).trim()];
}

function entriesOf(value: Value): readonly (readonly [string, unknown] | null)[] {
  if (typeof value === 'string') return value.split(',').map(fromTag);
  if (Array.isArray(value)) return value.map((tag) => (typeof tag === 'string' ? fromTag(tag) : null));
  if (value instanceof Map) return [...value.entries()].map(([key, inner]) => [String(key), inner]);
  if (value !== null && typeof value === 'object') return Object.entries(value);
  return [];
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return startOf(value, MAX_CHARACTERS);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Markup) return startOf(value.text, MAX_CHARACTERS);
  // A float that JSON wrote with a point, as 1.0: as it was sent.
  return value instanceof PyFloat ? floatText(value.value) : null;
}

/** Nested values are left out; at most 64 labels, each up to 1,000 characters. */
export function toLabels(value: Value): Labels {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>;
  let count = 0;
  for (const entry of entriesOf(value)) {
    const text = entry === null ? null : textOf(entry[1]);
    if (entry === null || text === null || count === MAX_LABELS) continue;
    labels[startOf(entry[0], MAX_CHARACTERS)] = text;
    count++;
  }
  return { ...labels };
}

/**
 * What groups alerts that name no group: their labels, or their title when there are none. Each part carries its length, so that
 * `ab`+`c` and `a`+`bc` differ. Never the whole payload: a timestamp in it would make every alert new.
 */
export function groupByLabels(labels: Labels, title: string): string {
  const parts = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const named = parts.length > 0 ? parts.flat() : [title];
  const digest = createHash('sha256').update(named.map((part) => `${part.length}:${part}`).join(''));
  return `${parts.length > 0 ? 'labels' : 'title'}:${digest.digest('hex').slice(0, 16)}`;
}

// A part of a payload as JSON text again: what an alert keeps when its source splits, with numbers as they were sent.

import { PyFloat, type Value } from '../jinja/values.js';

export function toJsonText(value: Value): string {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof PyFloat)
    return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(toJsonText).join(',')}]`;
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  return `{${entries.map(([key, inner]) => `${JSON.stringify(String(key))}:${toJsonText(inner)}`).join(',')}}`;
}

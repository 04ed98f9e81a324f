// Which templates failed lately, per source: for `source show`. Kept in memory, since the errors themselves stay with their alerts in the
// database; empty after a restart.

import type { TemplateFailures } from '../../http/runtime.js';

const DAY_MS = 86_400_000;
/** Counted hour by hour, so that what is a day old drops out without a timestamp per failure. */
const HOUR_MS = 3_600_000;
/** A split names its templates; a payload cannot. Still, nothing from outside may grow without end. */
const MOST_TEMPLATES = 200;

interface Failing {
  lastAt: number;
  lastError: string;
  /** Start of the hour → failures in it. */
  readonly hours: Map<number, number>;
}

export class RenderErrors {
  readonly #sources = new Map<string, Map<string, Failing>>();

  /** @param errors each as `title: message (line 1, column 4)` */
  note(source: string, errors: readonly string[], at: number): void {
    for (const told of errors) {
      const colon = told.indexOf(': ');
      const failing = this.#failing(source, told.slice(0, Math.max(0, colon)));
      if (failing === undefined) continue;
      const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
      failing.lastAt = at;
      failing.lastError = told.slice(colon + 2);
      failing.hours.set(hour, (failing.hours.get(hour) ?? 0) + 1);
      for (const old of failing.hours.keys()) if (old + HOUR_MS <= at - DAY_MS) failing.hours.delete(old);
    }
  }

  /** Templates that failed in the last 24 hours, the last one first. */
  of(source: string, now: number): TemplateFailures[] {
    const failures: TemplateFailures[] = [];
    for (const [template, { lastAt, lastError, hours }] of this.#sources.get(source) ?? []) {
      const recent = [...hours].filter(([hour]) => hour + HOUR_MS > now - DAY_MS);
      const count = recent.reduce((sum, [, failed]) => sum + failed, 0);
      if (count > 0) failures.push({ template, count, lastAt, lastError });
    }
    return failures.sort((a, b) => b.lastAt - a.lastAt);
  }

  #failing(source: string, template: string): Failing | undefined {
    const templates = this.#sources.get(source) ?? new Map<string, Failing>();
    this.#sources.set(source, templates);
    const known = templates.get(template);
    if (known !== undefined || templates.size >= MOST_TEMPLATES) return known;
    const fresh: Failing = { lastAt: 0, lastError: '', hours: new Map() };
    templates.set(template, fresh);
    return fresh;
  }
}

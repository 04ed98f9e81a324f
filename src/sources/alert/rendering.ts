// Renders templates with a note of what failed, in place of throwing: an alert goes out whatever its templates do.

import type { Template } from '../../jinja/compile.js';
import type { Context } from './alert-context.js';
import { startOf } from './cut.js';

const RESULT_CHARACTERS = 50_000;
const ERROR_CHARACTERS = 500;

/** `title: message (line 1, column 4)` */
export function noted(name: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `${name}: ${startOf(why, ERROR_CHARACTERS)}`;
}

export class Rendering {
  /** `title: message (line 1, column 4)` of each template that failed. */
  readonly errors: string[] = [];
  readonly #templates: ReadonlyMap<string, Template>;

  constructor(templates: ReadonlyMap<string, Template>) {
    this.#templates = templates;
  }

  has(name: string): boolean {
    return this.#templates.has(name);
  }

  /** Trimmed; empty where there is no such template or it failed. Longer than `limit` characters it is cut and ends in `..`. */
  text(name: string, context: Context, limit = RESULT_CHARACTERS): string {
    const template = this.#templates.get(name);
    if (template === undefined) return '';
    try {
      const rendered = template.render(context).trim();
      return rendered.length > limit ? `${startOf(rendered, limit)}..` : rendered;
    } catch (error) {
      this.note(name, error);
      return '';
    }
  }

  failed(name: string): boolean {
    return this.errors.some((error) => error.startsWith(`${name}: `));
  }

  note(name: string, error: unknown): void {
    this.errors.push(noted(name, error));
  }
}

// A config that cannot be used, with every mistake found in it.

import { RelayError } from '../core/errors.js';
import type { MaskedText } from './shown-text.js';
import type { Diagnostic } from './spec.js';

export class ConfigError extends RelayError {
  readonly path: string | null;
  /** The file's text without its secrets, for showing the lines; empty when the mistakes are not in a file. */
  readonly text: MaskedText | '';
  readonly diagnostics: readonly Diagnostic[];

  constructor(path: string | null, text: MaskedText | '', diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    const [first] = errors;
    super(
      'config.invalid',
      `${errors.length} ${errors.length === 1 ? 'mistake' : 'mistakes'} in ${path ?? 'the config'}`,
      {
        ...(first ? { why: `line ${first.at.line}:${first.at.column}: ${first.message}` } : {}),
        fix: 'see all of them with: relay config validate',
      },
    );
    this.path = path;
    this.text = text;
    // What prints all of an error, as the log does, must not print the file.
    Object.defineProperty(this, 'text', { enumerable: false });
    this.diagnostics = diagnostics;
  }
}

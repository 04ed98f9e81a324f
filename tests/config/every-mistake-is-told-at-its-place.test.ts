// Golden files: a config, a line of dashes, and what `relay config validate` says of it. UPDATE_GOLDEN=1 writes the second half anew;
// read the difference before it is committed.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { countDiagnostics, renderDiagnostics } from '../../src/config/diagnostics.js';
import { loadConfigText } from '../../src/config/load.js';
import { maskSecrets } from '../../src/config/masked-text.js';

const FOLDER = fileURLToPath(new URL('golden', import.meta.url));
const DASHES = '-----\n';
const VARIABLES = { SET_KEY: 'a-key-from-the-environment', EMPTY: '' };

function screenOf(text: string): string {
  const path = '/nowhere/relay.yaml';
  const result = loadConfigText(text, path, { variables: VARIABLES });
  const diagnostics = result.ok ? result.config.warnings : result.diagnostics;
  const count = countDiagnostics(diagnostics, path);
  return `${renderDiagnostics(diagnostics, path, maskSecrets(text))}${result.ok ? `ok${count && `, ${count}`}` : count}\n`;
}

describe('loading a config tells every mistake at its line and column', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

  it.each(files)('%s', (name) => {
    const golden = readFileSync(join(FOLDER, name), 'utf8');
    const split = golden.indexOf(DASHES);
    const [input, expected] = [golden.slice(0, split), golden.slice(split + DASHES.length)];
    const screen = screenOf(input);
    if (process.env.UPDATE_GOLDEN) writeFileSync(join(FOLDER, name), `${input}${DASHES}${screen}`);
    else expect(screen).toBe(expected);
  });
});

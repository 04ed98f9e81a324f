// Golden screens: what a command prints, kept in files that people can read. `UPDATE_GOLDEN=1` writes them anew.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Ran } from './run.js';

const FOLDER = join(import.meta.dirname, '..', 'golden');

/** Command line, stdout, then stderr and the exit code, as a reader of the docs would see them. */
function asScreen(command: string, ran: Ran): string {
  const parts = [`$ relay ${command}\n`, ran.stdout];
  if (ran.stderr !== '') parts.push(`--- stderr\n${ran.stderr}`);
  if (ran.code !== 0) parts.push(`--- exit code ${ran.code}\n`);
  return parts.join('');
}

export function expectScreen(name: string, command: string, ran: Ran): void {
  const path = join(FOLDER, `${name}.txt`);
  const screen = asScreen(command, ran);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, screen);
  }
  if (!existsSync(path))
    throw new Error(`there is no golden screen ${name}: run with UPDATE_GOLDEN=1 and read it`);
  expect(screen).toBe(readFileSync(path, 'utf8'));
}

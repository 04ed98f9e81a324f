// relay version: which Relay, which Node, and which daemon answers.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { StatusAnswer } from '../../http/wire/api-types.js';
import { addVerb } from '../command.js';
import type { CliContext } from '../context.js';
import { printObject } from '../output/object.js';

/** The version in our own package.json, found from the compiled file and from the source alike. */
export function readVersion(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

export async function runVersion(context: CliContext): Promise<void> {
  const version = readVersion();
  // A daemon that does not run is no error here: the question is about this program.
  const daemon = await context.api.get<StatusAnswer>('/status').then(
    (status) => status.version,
    () => null,
  );
  const node = process.versions.node;
  printObject(context, {
    name: version,
    json: { version, node, daemon },
    fields: [
      ['relay', version],
      ['node', node],
      ['daemon', daemon ?? 'not running'],
    ],
  });
  if (daemon !== null && daemon !== version) {
    context.hint(`the daemon is ${daemon} and this is ${version}: restart it to have the same`);
  }
}

export function registerVersion(program: Command, context: CliContext): void {
  addVerb(program, 'version', {
    summary: 'Print the versions of relay, Node and the running daemon',
    examples: ['relay version', 'relay version --json', 'relay --version'],
  }).action(() => runVersion(context));
}

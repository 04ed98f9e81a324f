// relay config: the config file: checked without a daemon, shown and reloaded with it.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ConfigError } from '../../config/config-error.js';
import { countDiagnostics, renderDiagnostics } from '../../config/diagnostics.js';
import type { MaskedText } from '../../config/shown-text.js';
import type { LoadedConfig, LoadResult } from '../../config/spec.js';
import type { ReloadAnswer, StatusAnswer } from '../../http/wire/api-types.js';
import { ApiError, toItem } from '../api-error.js';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import { readConfigFile, requireConfigPath } from '../config-file.js';
import { type CliContext, wantsJson } from '../context.js';
import { diagnosticStyle } from '../output/error.js';
import { printFormatted } from '../output/json.js';
import { printDone } from '../output/object.js';

const EXIT_INVALID = 3;

function countObjects({ objects }: LoadedConfig): string {
  const nouns = ['source', 'channel', 'integration', 'webhook', 'service'] as const;
  const parts = nouns
    .map((noun) => ({ noun, amount: objects.filter((object) => object.noun === noun).length }))
    .filter(({ amount }) => amount > 0)
    .map(({ noun, amount }) => `${amount} ${noun}${amount === 1 ? '' : 's'}`);
  return parts.length === 0 ? 'no objects yet' : parts.join(', ');
}

/** The file as it may be shown. */
async function shownText(path: string): Promise<MaskedText> {
  const { maskSecrets } = await import('../../config/masked-text.js');
  return maskSecrets(readFileSync(path, 'utf8'));
}

async function printValidation(path: string, result: LoadResult, context: CliContext): Promise<void> {
  const diagnostics = result.ok ? result.config.warnings : result.diagnostics;
  if (wantsJson(context)) {
    printFormatted(context, { valid: result.ok, path, diagnostics: diagnostics.map(toItem) });
    return;
  }
  if (context.format === 'name') {
    context.out.write(`${result.ok ? 'valid' : 'invalid'}\n`);
    return;
  }
  const text = result.ok ? await shownText(path) : result.text;
  const counted = countDiagnostics(diagnostics, path);
  context.out.write(renderDiagnostics(diagnostics, path, text, diagnosticStyle(context.paint)));
  if (!result.ok) context.out.write(`${counted}; the running daemon is unchanged.\n`);
  else {
    const warned = counted === '' ? '' : `; ${counted}`;
    context.out.write(`${context.paint.green('valid')}: ${countObjects(result.config)}${warned}\n`);
  }
}

export async function runConfigValidate(file: string | undefined, context: CliContext): Promise<void> {
  const path = file === undefined ? requireConfigPath(context) : resolve(context.cwd, file);
  const result = await readConfigFile(path, context);
  await printValidation(path, result, context);
  if (!result.ok) context.exitWith(EXIT_INVALID);
}

/** YAML as the daemon gives it, or with --json the same as JSON. */
async function printYaml(apiPath: string, context: CliContext): Promise<void> {
  const { yaml } = await context.api.get<{ yaml: string }>(apiPath);
  if (wantsJson(context)) printFormatted(context, (await import('yaml')).parse(yaml));
  else context.out.write(yaml.endsWith('\n') ? yaml : `${yaml}\n`);
}

/** Looks as `relay config validate` does when the daemon refuses the file: it has read the same one. */
async function explainRefusal(error: unknown, context: CliContext): Promise<unknown> {
  if (!(error instanceof ApiError) || error.diagnostics.length === 0) return error;
  const { config_path: path } = await context.api.get<StatusAnswer>('/status');
  if (path === null) return error;
  try {
    return new ConfigError(path, await shownText(path), error.diagnostics);
  } catch {
    return error;
  }
}

function reloadSentence(answer: ReloadAnswer, dryRun: boolean): string {
  const parts = (['added', 'changed', 'removed'] as const)
    .filter((what) => answer[what].length > 0)
    .map((what) => `${what} ${answer[what].join(', ')}`);
  const changes = parts.length === 0 ? 'nothing changes' : parts.join('; ');
  return dryRun ? `would reload: ${changes}` : `reloaded: ${changes}`;
}

/** A secret made for what stands in the file is shown to nobody. */
function hintMade(webhooks: readonly string[], context: CliContext): void {
  for (const name of webhooks) {
    const shows = `${context.invokedAs} webhook rotate-secret ${name} shows a new one`;
    context.hint(`note: made a signing secret for webhook ${name}: ${shows}`);
  }
}

export async function runConfigReload(options: { dryRun?: boolean }, context: CliContext): Promise<void> {
  const dryRun = options.dryRun === true;
  const answer = await context.api
    .post<ReloadAnswer>('/config/reload', { dry_run: dryRun })
    .catch(async (error: unknown) => {
      const explained = await explainRefusal(error, context);
      if (explained instanceof ConfigError) context.hint('the running daemon is unchanged');
      throw explained;
    });
  for (const { line, column, message } of answer.warnings) {
    context.hint(`${context.paintErr.yellow('warning:')} line ${line}:${column}: ${message}`);
  }
  printDone(context, reloadSentence(answer, dryRun), answer.path ?? '', answer);
  if (answer.applied) hintMade(answer.secrets_made, context);
}

export async function runConfigSchema(context: CliContext): Promise<void> {
  const { configSchema } = await import('../../config/schema.js');
  printFormatted(context, configSchema);
}

export function runConfigPath(context: CliContext): void {
  const path = requireConfigPath(context);
  printDone(context, path, path, { path });
}

function registerOffline(config: RelayCommand, context: CliContext): void {
  addVerb(config, 'validate [file]', {
    summary: 'Check a config file; every mistake with line, column and a fix',
    about: 'Needs no daemon and changes nothing. Exit code 3 when the file is invalid.',
    examples: ['relay config validate', 'relay config validate new.yaml', 'relay config validate --json'],
    seeAlso: ['relay config reload --dry-run'],
  }).action((file: string | undefined) => runConfigValidate(file, context));
  addVerb(config, 'schema', {
    summary: 'Print the JSON Schema of the config file, for editors',
    examples: ['relay config schema > relay.schema.json'],
  }).action(() => runConfigSchema(context));
  addVerb(config, 'path', {
    summary: 'Print which config file is used',
    examples: ['relay config path', '$EDITOR "$(relay config path)"'],
    seeAlso: ['relay help environment: where it is looked for'],
  }).action(() => runConfigPath(context));
}

export function registerConfig(program: Command, context: CliContext): void {
  const config = addNoun(program, 'config', 'The config file, and what is in force');
  registerOffline(config, context);
  addVerb(config, 'show', {
    summary: 'Show the config in force, with every default, secrets masked',
    examples: ['relay config show', 'relay config show --json'],
    seeAlso: ['relay config export: with the objects made by CLI and API'],
  }).action(() => printYaml('/config', context));
  addVerb(config, 'reload', {
    summary: 'Let the daemon read its config file again',
    about: 'All or nothing: a file with a mistake changes nothing.',
    examples: ['relay config reload --dry-run', 'relay config reload'],
    seeAlso: ['relay config validate'],
  })
    .option('--dry-run', 'only say what would change')
    .action((options: { dryRun?: boolean }) => runConfigReload(options, context));
  addVerb(config, 'export', {
    summary: 'Print everything as a config file, objects made by CLI and API included',
    examples: ['relay config export > relay.new.yaml'],
    seeAlso: ['relay config show'],
  }).action(() => printYaml('/config/export', context));
}

// relay doctor: checks this machine and, when it runs, the daemon; each finding with its fix. Works without a daemon.

import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { locateConfig } from '../../config/locate.js';
import type { Diagnostic } from '../../config/spec.js';
import { asRelayError } from '../../core/errors.js';
import { formatSize } from '../../core/units.js';
import type { DoctorCheck, MailTestAnswer, StatusAnswer } from '../../http/wire/api-types.js';
import { addVerb } from '../command.js';
import { readConfigFile } from '../config-file.js';
import { type CliContext, wantsJson } from '../context.js';
import { printFormatted } from '../output/json.js';
import { paintState } from '../output/paint.js';

const FREE_DISK_WARNING_BYTES = 1e9;
const EXIT_FAILED = 1;
/** A mail server may be slow: longer than the daemon waits for one. */
const MAIL_MS = 90_000;

const check = (
  name: string,
  level: DoctorCheck['level'],
  text: string,
  fix: string | null = null,
): DoctorCheck => ({ name, ok: level === 'ok', level, text, fix });

function checkNode(): DoctorCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  return check(
    'node',
    isNew ? 'ok' : 'error',
    `Node ${process.versions.node}`,
    isNew ? null : 'install Node 20.19 or newer',
  );
}

/** The nearest folder that exists: a data folder is made on the first start. */
function existingFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingFolder(dirname(path));
}

function checkData(dataDir: string): DoctorCheck[] {
  const folder = existingFolder(dataDir);
  if (!statSync(folder).isDirectory()) {
    const fix = 'name a folder in the config file: data: ./data';
    return [check('data folder', 'error', `${folder} is a file, not a folder`, fix)];
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return [
      check(
        'data folder',
        'error',
        `${folder} cannot be written`,
        'give it to the user that runs the daemon',
      ),
    ];
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const isLow = free < FREE_DISK_WARNING_BYTES;
  return [
    check('data folder', 'ok', `${dataDir} can be written`),
    check(
      'disk',
      isLow ? 'warning' : 'ok',
      `${formatSize(free)} free`,
      isLow ? 'make room, or shorten retention and run: relay db prune' : null,
    ),
  ];
}

async function checkConfig(context: CliContext): Promise<DoctorCheck[]> {
  const { path, tried } = locateConfig({ config: context.configFlag, env: context.env, cwd: context.cwd });
  if (path !== null) return checkFile(path, context);
  const ofDaemon = await configOfDaemon(context);
  return ofDaemon !== null
    ? checkFile(ofDaemon, context)
    : [check('config', 'warning', `no config file (looked for ${tried.join(', ')})`, 'relay init')];
}

/** The file a running daemon was started with: one named with `--config` stands where nobody would look. */
async function configOfDaemon(context: CliContext): Promise<string | null> {
  try {
    return (await context.api.get<StatusAnswer>('/status')).config_path;
  } catch {
    // That it does not answer is a finding of its own: checkDaemon.
    return null;
  }
}

/** A variable that only this shell lacks is no mistake: a daemon that runs was given it, or it would not have started. */
async function checkMistakes(
  path: string,
  diagnostics: readonly Diagnostic[],
  validate: string,
  context: CliContext,
): Promise<DoctorCheck> {
  const errors = diagnostics.filter((each) => each.severity === 'error');
  const lacksVariablesOnly = errors.every((each) => each.code === 'missing_secret');
  if (lacksVariablesOnly && (await configOfDaemon(context)) === path) {
    const text = `${path} names secrets that are not in this shell; the daemon has an environment of its own`;
    return check('config', 'warning', text, 'relay config reload --dry-run');
  }
  const amount = `${errors.length} ${errors.length === 1 ? 'mistake' : 'mistakes'}`;
  return check('config', 'error', `${path} has ${amount}`, validate);
}

async function checkFile(path: string, context: CliContext): Promise<DoctorCheck[]> {
  const isFound = locateConfig({ config: undefined, env: context.env, cwd: context.cwd }).path === path;
  const validate = isFound ? 'relay config validate' : `relay config validate ${path}`;
  try {
    const loaded = await readConfigFile(path, context);
    if (!loaded.ok) {
      return [await checkMistakes(path, loaded.diagnostics, validate, context)];
    }
    const { warnings, dataDir } = loaded.config;
    const level = warnings.length > 0 ? 'warning' : 'ok';
    const fix = warnings.length > 0 ? validate : null;
    const text = warnings.length > 0 ? `${path} is valid, ${warnings.length} warnings` : `${path} is valid`;
    return [check('config', level, text, fix), ...checkData(dataDir)];
  } catch (error) {
    const { message, fix } = asRelayError(error);
    return [check('config', 'error', message, fix ?? null)];
  }
}

async function checkDaemon(context: CliContext): Promise<DoctorCheck[]> {
  try {
    const { items } = await context.api.get<{ items: DoctorCheck[] }>('/doctor', undefined, {
      timeoutMs: MAIL_MS,
    });
    return [check('daemon', 'ok', `answers on ${await context.api.socket()}`), ...items];
  } catch (error) {
    const { code, message, why, fix } = asRelayError(error);
    const text = code === 'daemon.unreachable' ? `not running: ${why}` : message;
    return [check('daemon', 'warning', text, fix ?? null)];
  }
}

export interface DoctorFlags {
  readonly mailTo?: string;
}

/** Sends a real mail through the daemon, which has the password. */
async function checkTestMail(to: string, context: CliContext): Promise<DoctorCheck> {
  try {
    const sent = await context.api.post<MailTestAnswer>('/doctor/mail', { to }, { timeoutMs: MAIL_MS });
    return check('test mail', 'ok', `to ${to}: ${sent.server} took it: ${sent.answer}`);
  } catch (error) {
    const { message, why, fix } = asRelayError(error);
    return check('test mail', 'error', why === undefined ? message : `${message}: ${why}`, fix ?? null);
  }
}

export async function runDoctor(context: CliContext, flags: DoctorFlags = {}): Promise<void> {
  const checks = [checkNode(), ...(await checkConfig(context)), ...(await checkDaemon(context))];
  if (flags.mailTo !== undefined) checks.push(await checkTestMail(flags.mailTo, context));
  const bad = checks.filter((each) => each.level === 'error').length;
  if (wantsJson(context)) {
    printFormatted(context, { healthy: bad === 0, checks });
  } else {
    const width = Math.max(...checks.map((each) => each.name.length));
    for (const { name, level, text, fix } of checks) {
      const mark = paintState(context.paint, level) + ' '.repeat('warning'.length - level.length);
      context.out.write(`${mark}  ${name.padEnd(width)}  ${text}\n`);
      if (fix !== null) {
        const named = fix.replace(/\brelay (?=[a-z])/g, `${context.invokedAs} `);
        context.out.write(`${' '.repeat(width + 11)}${context.paint.dim('fix:')} ${named}\n`);
      }
    }
  }
  context.exitWith(bad === 0 ? 0 : EXIT_FAILED);
}

export function registerDoctor(program: Command, context: CliContext): void {
  addVerb(program, 'doctor', {
    summary: 'Check Node, the config, the data folder, the disk, and the running daemon',
    about:
      'Works without a daemon. The daemon tries its mail server, when it has one. Exit code 1 when a check fails; warnings do not count.',
    examples: [
      'relay doctor',
      'relay doctor --config relay.yaml',
      'relay doctor --mail-to oncall@example.org',
      'relay doctor --json',
    ],
    seeAlso: ['relay status', 'relay config validate', 'relay db check'],
  })
    .option('--mail-to <address>', 'also send a test mail there, through the smtp of the config')
    .action((flags: DoctorFlags) => runDoctor(context, flags));
}

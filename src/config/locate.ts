// Where the config file is, and where the control socket of the daemon that runs on it is. Light to import: the CLI asks this on every
// call, so nothing here validates, and the YAML parser is loaded only when there is a file to read.

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RelayError } from '../core/errors.js';

export interface LocateInput {
  /** `--config` */
  readonly config?: string | undefined;
  /** `--socket` */
  readonly socket?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface LocatedConfig {
  /** Absolute, or null when no file was found. A path the user named is given back even when nothing is there. */
  readonly path: string | null;
  /** What named it: `--config`, `$RELAY_CONFIG`, or null when it was found by looking. */
  readonly namedBy: '--config' | '$RELAY_CONFIG' | null;
  /** Where it was looked for, in order. */
  readonly tried: readonly string[];
}

export const DEFAULT_DATA_DIR = './data';
export const SOCKET_NAME = 'relay.sock';

/** Looks for the config file in the order of docs/config.md. Reads nothing. */
export function locateConfig(input: LocateInput): LocatedConfig {
  const named = input.config || input.env.RELAY_CONFIG;
  if (named) {
    const path = resolve(input.cwd, named);
    return { path, namedBy: input.config ? '--config' : '$RELAY_CONFIG', tried: [path] };
  }
  const home = input.env.HOME || homedir();
  const tried = [
    resolve(input.cwd, 'relay.yaml'),
    join(input.env.XDG_CONFIG_HOME || join(home, '.config'), 'relay', 'relay.yaml'),
    '/etc/relay/relay.yaml',
  ];
  return { path: tried.find((path) => existsSync(path)) ?? null, namedBy: null, tried };
}

/**
 * The control socket's path for a CLI call: `--socket`, `$RELAY_SOCKET`, then `server.socket` or `data` of the located file, then
 * `./data/relay.sock`. A file that cannot be parsed counts as one that says nothing about it.
 * @throws RelayError config.not_found when a file was named and is not there
 */
export async function socketPath(input: LocateInput): Promise<string> {
  const direct = input.socket || input.env.RELAY_SOCKET;
  if (direct) return resolve(input.cwd, direct);
  const { path, namedBy } = locateConfig(input);
  if (path === null) return resolve(input.cwd, DEFAULT_DATA_DIR, SOCKET_NAME);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw configNotReadable(path, cause, namedBy);
  }
  return socketOf(await parseLoosely(text), dirname(path));
}

/** The socket that a parsed config file asks for; relative paths are relative to the file's folder. */
export function socketOf(config: unknown, folder: string): string {
  const socket = textAt(textlessAt(config, 'server'), 'socket');
  if (socket) return resolve(folder, socket);
  return resolve(folder, textAt(config, 'data') || DEFAULT_DATA_DIR, SOCKET_NAME);
}

/** The error for a file that is missing, a folder, or not readable. */
export function configNotReadable(
  path: string,
  cause: unknown,
  namedBy: LocatedConfig['namedBy'] = null,
): RelayError {
  const code = (cause as NodeJS.ErrnoException)?.code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RelayError('config.not_found', `there is no config file at ${path}`, {
      ...(namedBy ? { why: `${namedBy} names it` } : {}),
      fix: 'check the path, or make a new config with: relay init',
      cause,
    });
  }
  const isFolder = code === 'EISDIR';
  return new RelayError('config.unreadable', `the config file ${path} cannot be read`, {
    why: isFolder ? 'it is a folder' : ((cause as Error)?.message ?? String(cause)),
    fix: isFolder ? `name the file in it, such as ${join(path, 'relay.yaml')}` : 'check who may read it',
    cause,
  });
}

async function parseLoosely(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { logLevel: 'silent', uniqueKeys: false, strict: false });
  } catch {
    return null;
  }
}

function textlessAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function textAt(value: unknown, key: string): string | undefined {
  const found = textlessAt(value, key);
  return typeof found === 'string' ? found : undefined;
}

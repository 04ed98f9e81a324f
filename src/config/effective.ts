// A checked file's data → the LoadedConfig: defaults filled in, spans and sizes as numbers, paths absolute. Trusts its input.

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSize, parseSpan } from '../core/units.js';
import { parseCidr, parseListen } from './formats.js';
import { DEFAULT_DATA_DIR, socketOf } from './locate.js';
import { type SmtpSpec, smtpSettings } from './mail.js';
import type { Diagnostic, FileObject, LoadedConfig, UserSpec } from './spec.js';

/** What stands in a file that passed every check; everything is optional. */
export interface FileData {
  readonly server?: { listen?: string; public_url?: string; socket?: string; body_limit?: string };
  readonly data?: string;
  readonly packs?: readonly string[];
  readonly redelivery?: { schedule?: string; max_age?: string };
  readonly retention?: { events?: string; attempts?: string; max_size?: string; max_deliveries?: number };
  readonly egress?: { allow?: readonly string[]; deny?: readonly string[]; proxy?: string };
  readonly smtp?: SmtpSpec;
  readonly directory?: {
    organizations?: readonly { name: string; title?: string }[];
    users?: readonly UserSpec[];
  };
}

const DEFAULTS = {
  listen: '127.0.0.1:8480',
  bodyLimit: '1MiB',
  redeliverySchedule: '*/15 * * * *',
  redeliveryMaxAge: '24h',
  retentionEvents: '30d',
  retentionAttempts: '30d',
  retentionMaxSize: '10GB',
  packs: './packs',
} as const;

/** Linux takes 108 bytes with the closing zero byte for a socket's path (unix(7)); macOS 104. */
export const LONGEST_SOCKET_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

const span = (text: string): number => parseSpan(text) as number;
const size = (text: string): number => parseSize(text) as number;

/** Folders with packs of the user's own, absolute. The default folder counts only when it exists. */
export function packDirsOf(data: FileData, folder: string): string[] {
  if (Array.isArray(data.packs)) {
    return data.packs.filter((dir) => typeof dir === 'string').map((dir) => resolve(folder, dir));
  }
  const standard = resolve(folder, DEFAULTS.packs);
  return existsSync(standard) ? [standard] : [];
}

/** A URL has IPv6 hosts in brackets; a wildcard address is no place to link to. */
/** What Integration URLs begin with when `public_url` is not set. */
export function defaultPublicUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

export function effectiveConfig(
  data: FileData,
  path: string | null,
  folder: string,
  objects: readonly FileObject[],
  secretReferences: ReadonlyMap<string, string>,
  warnings: readonly Diagnostic[],
): LoadedConfig {
  const { server = {}, redelivery = {}, retention = {}, egress = {}, directory = {} } = data;
  const listen = parseListen(server.listen ?? DEFAULTS.listen) as { host: string; port: number };
  return {
    path,
    server: {
      ...listen,
      publicUrl: (server.public_url ?? defaultPublicUrl(listen.host, listen.port)).replace(/\/+$/, ''),
      socket: socketOf(data, folder),
      bodyLimitBytes: size(server.body_limit ?? DEFAULTS.bodyLimit),
    },
    dataDir: resolve(folder, data.data ?? DEFAULT_DATA_DIR),
    redelivery: {
      schedule: redelivery.schedule ?? DEFAULTS.redeliverySchedule,
      maxAgeMs: span(redelivery.max_age ?? DEFAULTS.redeliveryMaxAge),
    },
    retention: {
      eventsMs: span(retention.events ?? DEFAULTS.retentionEvents),
      attemptsMs: span(retention.attempts ?? DEFAULTS.retentionAttempts),
      maxSizeBytes: size(retention.max_size ?? DEFAULTS.retentionMaxSize),
      ...(retention.max_deliveries === undefined ? {} : { maxDeliveries: retention.max_deliveries }),
    },
    egress: {
      allow: (egress.allow ?? []).map((text) => parseCidr(text) as string),
      deny: (egress.deny ?? []).map((text) => parseCidr(text) as string),
      ...(egress.proxy === undefined ? {} : { proxy: egress.proxy }),
    },
    smtp: smtpSettings(data.smtp),
    packDirs: packDirsOf(data, folder),
    organizations: directory.organizations ?? [],
    users: directory.users ?? [],
    objects,
    secretReferences,
    warnings,
  };
}

/** The folder that relative paths of a config are relative to. */
export const folderOf = (path: string | null, cwd: string = process.cwd()): string =>
  path === null ? cwd : dirname(resolve(cwd, path));

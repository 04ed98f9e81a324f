// The config as YAML for people: what is in force, and everything that exists as a file to adopt. Inline secrets are masked;
// references (`env:NAME`, `file:path`) say where a secret is and stay.

import { stringify } from 'yaml';
import { isSecretHeader, MASK, maskUrl } from '../core/redaction.js';
import { formatSpan } from '../core/units.js';
import { INTEGRATION_DRIVERS } from '../destinations/registry.js';
import type { Noun } from '../model/topology.js';
import type { Runtime } from './runtime.js';

type Spec = Record<string, unknown>;
const PLURALS = { service: 'services', source: 'sources', channel: 'channels', webhook: 'webhooks' } as const;
const SECRET_KEYS: ReadonlySet<string> = new Set(['key', 'secret', 'password', 'token']);
const isReference = (value: unknown): boolean => typeof value === 'string' && /^(?:env|file):/.test(value);

function shownValue(key: string, value: unknown, secretKeys: ReadonlySet<string>): unknown {
  if (isReference(value)) return value;
  if (Array.isArray(value)) return value.map((item) => shownValue(key, item, secretKeys));
  if (value !== null && typeof value === 'object')
    return shownSpec(value as Spec, key === 'headers' ? null : secretKeys);
  if (typeof value !== 'string') return value;
  if (key === 'url') return maskUrl(value);
  return secretKeys.has(key) ? MASK : value;
}

/** @param secretKeys null for headers, whose names say what is secret */
function shownSpec(spec: Spec, secretKeys: ReadonlySet<string> | null): Spec {
  return Object.fromEntries(
    Object.entries(spec).map(([key, value]) => {
      if (secretKeys === null) return [key, isReference(value) || !isSecretHeader(key) ? value : MASK];
      return [key, shownValue(key, value, secretKeys)];
    }),
  );
}

function secretKeysOf(noun: Noun, spec: Spec): ReadonlySet<string> {
  const driver = noun === 'integration' ? INTEGRATION_DRIVERS.get(String(spec.kind)) : undefined;
  const own = (driver?.secretSettings ?? []).filter((key) => key !== 'url' && key !== 'headers');
  return new Set([...SECRET_KEYS, ...own]);
}

async function allSpecs(runtime: Runtime): Promise<{ noun: Noun; spec: Spec }[]> {
  const inFile = runtime
    .config()
    .objects.map((one) => ({ noun: one.noun, spec: one.spec as unknown as Spec }));
  const stored = (await runtime.store.listObjects()).map((one) => ({ noun: one.noun, spec: one.spec }));
  return [...inFile, ...stored].map(({ noun, spec }) => ({
    noun,
    spec: shownSpec(spec, secretKeysOf(noun, spec)),
  }));
}

/** Integrations stand under their channel in a file, wherever they were made. */
function arrange(specs: readonly { noun: Noun; spec: Spec }[]): Spec {
  const file: Record<string, Spec[]> = {};
  const channels = new Map<string, Spec>();
  for (const { noun, spec } of specs) {
    if (noun === 'integration') continue;
    const { integrations: _, ...own } = spec;
    file[PLURALS[noun]] = [...(file[PLURALS[noun]] ?? []), noun === 'channel' ? own : spec];
    if (noun === 'channel') channels.set(String(spec.name), own);
  }
  for (const { noun, spec } of specs) {
    if (noun !== 'integration') continue;
    const { channel, ...own } = spec;
    const home = channels.get(String(channel));
    if (home !== undefined) home.integrations = [...((home.integrations as Spec[] | undefined) ?? []), own];
  }
  return file;
}

function settingsOf(runtime: Runtime): Spec {
  const { server, dataDir, redelivery, retention, egress } = runtime.config();
  return {
    server: {
      listen: `${server.host}:${server.port}`,
      public_url: server.publicUrl,
      socket: server.socket,
      body_limit: server.bodyLimitBytes,
    },
    data: dataDir,
    redelivery: {
      schedule: redelivery.schedule,
      max_age: formatSpan(redelivery.maxAgeMs).replaceAll(' ', ''),
    },
    retention: {
      events: formatSpan(retention.eventsMs).replaceAll(' ', ''),
      attempts: formatSpan(retention.attemptsMs).replaceAll(' ', ''),
      max_size: retention.maxSizeBytes,
    },
    egress: { allow: [...egress.allow], deny: [...egress.deny] },
  };
}

/** What the file says, as it was understood. */
export function configYaml(runtime: Runtime): string {
  const specs = runtime.config().objects.map((one) => {
    const spec = one.spec as unknown as Spec;
    return { noun: one.noun, spec: shownSpec(spec, secretKeysOf(one.noun, spec)) };
  });
  return stringify({ ...settingsOf(runtime), ...arrange(specs) });
}

/** The same with all objects made by CLI and API: a file that could replace the present one. */
export async function exportYaml(runtime: Runtime): Promise<string> {
  return stringify({ ...settingsOf(runtime), ...arrange(await allSpecs(runtime)) });
}

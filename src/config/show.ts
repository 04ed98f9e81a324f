// The config as YAML: `config show` (what is in effect, defaults filled in, secrets masked) and `config export` (file and database objects
// as one file to adopt, secrets as `env:` placeholders). No secret ever leaves here.

import { Document, isMap, isSeq, type YAMLMap } from 'yaml';
import { MASK, maskUrl } from '../core/redaction.js';
import { INTEGRATION_DRIVERS } from '../destinations/registry.js';
import type { Noun, Origin } from '../model/topology.js';
import type { StoredObject } from '../store/store.js';
import { DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT } from './destinations.js';
import { shownSmtp } from './mail.js';
import { childOf, type PathPart, textOf } from './problem.js';
import { DEFAULT_INTEGRATION_EVENTS, DEFAULT_WEBHOOK_EVENTS } from './schema-objects.js';
import type { SecretPlace } from './secret-place.js';
import { isReference, secretPlaces } from './secrets.js';
import type { LoadedConfig } from './spec.js';
import { type SignatureScheme, schemesOf } from './webhook-security.js';

type Spec = Record<string, unknown>;
interface Shown {
  readonly noun: Noun;
  readonly name: string;
  readonly origin: Origin;
  readonly spec: Spec;
}

/** The effective config: every default filled in, paths absolute; a secret is shown as its reference, or masked. */
export function showConfig(config: LoadedConfig): string {
  const objects = config.objects.map((object): Shown => {
    const spec = maskedSpec(object.noun, object.name, object.spec as unknown as Spec, config);
    return {
      noun: object.noun,
      name: object.name,
      origin: 'file',
      spec: withDefaults(object.noun, spec, config),
    };
  });
  const smtp = shownSmtp(config.smtp, config.secretReferences, () => MASK);
  const proxy = shownProxy(config, maskUrl);
  return documentOf(config, objects, 'effective', { ...smtp, proxy }).toString({ lineWidth: 0 });
}

/**
 * File and database objects in one file. An inline or generated secret becomes `env:RELAY_…`; the comment at the top lists those
 * variables, which must be set before the file is used.
 */
export function exportConfig(config: LoadedConfig, stored: readonly StoredObject[]): string {
  const variables: string[] = [];
  const placeholder = (noun: Noun, name: string, path: readonly PathPart[]): string => {
    const variable = ['relay', noun, name, ...path.slice(path[0] === 'headers' ? 1 : 0)]
      .join('_')
      .replace(/[^A-Za-z0-9]+/g, '_')
      .toUpperCase();
    variables.push(variable);
    return `env:${variable}`;
  };
  const inFile = new Set(config.objects.map(({ noun, name }) => `${noun}/${name}`));
  const objects: Shown[] = [
    ...config.objects.map(
      (object): Shown => ({ ...object, origin: 'file', spec: object.spec as unknown as Spec }),
    ),
    ...stored.filter(({ noun, name }) => !inFile.has(`${noun}/${name}`)),
  ].map((object) => {
    const spec = object.origin === 'file' ? object.spec : withGenerated(object, placeholder);
    return { ...object, spec: withoutSecrets(object, spec, config, placeholder) };
  });
  const smtp = shownSmtp(config.smtp, config.secretReferences, () => {
    variables.push('RELAY_SMTP_PASSWORD');
    return 'env:RELAY_SMTP_PASSWORD';
  });
  const proxy = shownProxy(config, () => {
    variables.push('RELAY_EGRESS_PROXY');
    return 'env:RELAY_EGRESS_PROXY';
  });
  const document = documentOf(config, objects, 'export', { ...smtp, proxy });
  document.commentBefore = exportComment(variables);
  return document.toString({ lineWidth: 0 });
}

function exportComment(variables: readonly string[]): string {
  const lines = [' Everything Relay is configured with, the objects made by CLI and API included.'];
  if (variables.length > 0) {
    lines.push(
      ' Set these before it is used (a key of a source: relay source url <name>; a lost signing secret: a new one):',
    );
    lines.push(...variables.map((variable) => `   ${variable}`));
  }
  return lines.join('\n');
}

const keyOfScheme = (scheme: SignatureScheme): string => (scheme === 'v1' ? 'secret' : 'private_key');

type Placeholder = (noun: Noun, name: string, path: readonly PathPart[]) => string;

/** Keys and signing secrets of database objects are kept apart from their spec; the exported file must bring them along. */
function withGenerated({ noun, name, spec }: Shown, placeholder: Placeholder): Spec {
  const keys = noun === 'source' ? ['key'] : noun === 'webhook' ? schemesOf(spec).map(keyOfScheme) : [];
  const missing = keys.filter((key) => spec[key] === undefined);
  return {
    ...spec,
    ...Object.fromEntries(missing.map((key) => [key, placeholder(noun, name, [key])])),
  };
}

function withoutSecrets(object: Shown, spec: Spec, config: LoadedConfig, placeholder: Placeholder): Spec {
  return replaceSecrets(object.noun, object.name, spec, config, (text, { path, isSecret }) => {
    const hidden = isSecret || masked(text, path) !== text;
    return hidden ? placeholder(object.noun, object.name, path) : text;
  });
}

const maskedSpec = (noun: Noun, name: string, spec: Spec, config: LoadedConfig): Spec =>
  replaceSecrets(noun, name, spec, config, (text, { isSecret, path }) =>
    isSecret ? MASK : masked(text, path),
  );

const masked = (text: string, path: readonly PathPart[]): string =>
  URL_KEYS.has(path.at(-1) as PathPart) ? maskUrl(text) : text;

const URL_KEYS: ReadonlySet<PathPart> = new Set(['url', 'token_url', 'proxy']);

/** Puts back the reference a secret came from; what has none goes through `replace`. */
function replaceSecrets(
  noun: Noun,
  name: string,
  spec: Spec,
  config: LoadedConfig,
  replace: (text: string, place: SecretPlace) => string,
): Spec {
  const copy = structuredClone(spec);
  for (const place of secretPlaces(noun, copy, INTEGRATION_DRIVERS)) {
    const holder = place.path.slice(0, -1).reduce<unknown>((value, part) => childOf(value, part), copy);
    const last = place.path.at(-1) as PathPart;
    const text = textOf(childOf(holder, last));
    if (text === undefined || isReference(text)) continue;
    const reference = config.secretReferences?.get(`${noun}/${name}/${place.path.join('/')}`);
    (holder as Record<PathPart, unknown>)[last] = reference ?? replace(text, place);
  }
  return copy;
}

function withDefaults(noun: Noun, spec: Spec, config: LoadedConfig): Spec {
  if (noun !== 'integration' && noun !== 'webhook') return spec;
  const isConsole = noun === 'integration' && spec.kind === 'console';
  const redelivery = { schedule: config.redelivery.schedule, max_age: spanText(config.redelivery.maxAgeMs) };
  return {
    ...spec,
    events: spec.events ?? (noun === 'webhook' ? DEFAULT_WEBHOOK_EVENTS : DEFAULT_INTEGRATION_EVENTS),
    ...(noun === 'webhook'
      ? {
          format: spec.format ?? 'standard',
          signature: spec.signature ?? 'v1',
          verify_ssl: spec.verify_ssl ?? true,
        }
      : {}),
    timeout: spec.timeout ?? DEFAULT_TIMEOUT,
    retry: shownRetry(spec.retry as string | Spec | undefined),
    circuit:
      spec.circuit === false
        ? false
        : { failures: 5, probe: '5s', max_probe: '1m', ...(spec.circuit as Spec | undefined) },
    concurrency: spec.concurrency ?? (isConsole ? 1 : DEFAULT_CONCURRENCY),
    redelivery:
      spec.redelivery === false ? false : { ...redelivery, ...(spec.redelivery as Spec | undefined) },
  };
}

/** A preset has delays of its own: the defaults are no part of it. */
function shownRetry(retry: string | Spec = {}): string | Spec {
  if (typeof retry === 'string') return retry;
  return retry.preset === undefined
    ? { max: 3, base: '5s', factor: 4, jitter: 0.2, on: 'all', ...retry }
    : { on: 'all', ...retry };
}

/** Of `egress`: its reference, or `hide` of a URL with a password. */
function shownProxy({ egress, secretReferences }: LoadedConfig, hide: (url: string) => string) {
  const { proxy } = egress;
  if (proxy === undefined || proxy === null) return undefined;
  return secretReferences?.get('egress/proxy') ?? (maskUrl(proxy) === proxy ? proxy : hide(proxy));
}

function documentOf(
  config: LoadedConfig,
  objects: readonly Shown[],
  form: 'effective' | 'export',
  { proxy, ...smtp }: { smtp?: Record<string, unknown>; proxy: string | undefined },
): Document {
  const of = (noun: Noun): Shown[] => objects.filter((object) => object.noun === noun);
  const channels = of('channel').map(({ name, spec }) => {
    const own = of('integration').filter((integration) => integration.spec.channel === name);
    const integrations = own.map(({ spec: { channel: _channel, ...rest } }) => rest);
    return integrations.length === 0 ? spec : { ...spec, integrations };
  });
  const { server, redelivery, retention, egress } = config;
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  const document = new Document(
    {
      server: {
        listen: `${host}:${server.port}`,
        public_url: server.publicUrl,
        socket: server.socket,
        body_limit: sizeText(server.bodyLimitBytes),
      },
      data: config.dataDir,
      ...(config.packDirs.length === 0 ? {} : { packs: config.packDirs }),
      redelivery: { schedule: redelivery.schedule, max_age: spanText(redelivery.maxAgeMs) },
      retention: {
        events: spanText(retention.eventsMs),
        attempts: spanText(retention.attemptsMs),
        max_size: sizeText(retention.maxSizeBytes),
        ...(retention.maxDeliveries === undefined ? {} : { max_deliveries: retention.maxDeliveries }),
      },
      egress: {
        allow: egress.allow,
        deny: egress.deny,
        ...(proxy === undefined ? {} : { proxy }),
      },
      ...smtp,
      services: of('service').map(({ spec }) => spec),
      sources: of('source').map(({ spec }) => spec),
      channels,
      webhooks: of('webhook').map(({ spec }) => spec),
      directory: { organizations: config.organizations, users: config.users },
    },
    { aliasDuplicateObjects: false },
  );
  if (form === 'export') markOrigins(document, objects);
  return document;
}

/** `# made by cli` above each object that came out of the database. */
function markOrigins(document: Document, objects: readonly Shown[]): void {
  const mark = (list: unknown, noun: Noun): void => {
    if (!isSeq(list)) return;
    for (const item of list.items) {
      if (!isMap(item)) continue;
      const origin = objects.find(
        (object) => object.noun === noun && object.name === item.get('name'),
      )?.origin;
      if (origin !== undefined && origin !== 'file') (item as YAMLMap).commentBefore = ` made by ${origin}`;
      if (noun === 'channel') mark(item.get('integrations'), 'integration');
    }
  };
  mark(document.get('services'), 'service');
  mark(document.get('sources'), 'source');
  mark(document.get('channels'), 'channel');
  mark(document.get('webhooks'), 'webhook');
}

/** Exact, in the largest unit that leaves no rest: 5,400,000 → `90m`. */
function spanText(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const unit = units.find(([, span]) => ms >= span && ms % span === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}

function sizeText(bytes: number): string {
  const units = [
    ['TB', 1e12],
    ['GB', 1e9],
    ['GiB', 1024 ** 3],
    ['MB', 1e6],
    ['MiB', 1024 ** 2],
    ['kB', 1e3],
    ['KiB', 1024],
  ] as const;
  const unit = units.find(([, size]) => bytes >= size && bytes % size === 0);
  return unit ? `${bytes / unit[1]}${unit[0]}` : `${bytes}`;
}

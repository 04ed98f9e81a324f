// The shapes of the config file after validation. Objects (sources, channels, …) keep the file's own snake_case form, because the
// same form is what CLI and API store in the database; `config/topology` turns both into the records of `model/topology`.

import type { CloudEventsSettings } from '../destinations/webhook/formats/format.js';
import type { WebhookFormatName } from '../destinations/webhook/formats/table.js';
import type { FilterSpec } from '../model/filter/filter.js';
import type { Noun } from '../model/topology.js';
import type { VerifyGiven } from '../sources/verify/verify-schema.js';
import type { BatchingSpec } from './batching.js';
import type { PaceSpec } from './pace.js';
import type { RetryPreset, RetrySpec } from './retry.js';
import type { MaskedText } from './shown-text.js';
import type { WebhookSecuritySpec } from './webhook-security.js';

export interface ServiceSpec {
  readonly name: string;
  readonly title?: string;
  /** `user:<name>` */
  readonly assignee?: string;
}

export interface SourceSpec {
  readonly name: string;
  readonly pack: string;
  readonly service?: string;
  readonly channel?: string;
  readonly split?: string;
  readonly key?: string;
  readonly templates?: Readonly<Record<string, string>>;
  readonly severity?: string;
  readonly priority?: string;
  /** Several while one is rotated. */
  readonly secret?: string | readonly string[];
  readonly verify?: VerifyGiven;
  /** `300/5m` */
  readonly rate_limit?: string;
  readonly heartbeat?: string;
  readonly auto_resolve_after?: string;
}

export interface RedeliverySpec {
  readonly schedule?: string;
  readonly max_age?: string;
}

/** Fields every destination has; what else an integration holds is its kind's `settings`. */
export interface DeliverySpec extends PaceSpec {
  readonly events?: readonly string[];
  readonly filter?: FilterSpec;
  readonly when?: string;
  readonly timeout?: string;
  readonly retry?: RetrySpec | RetryPreset;
  readonly concurrency?: number;
  readonly redelivery?: RedeliverySpec | false;
}

export interface IntegrationSpec extends DeliverySpec {
  readonly name: string;
  readonly kind: string;
  /** Only in the database form; in the file an integration stands under its channel. */
  readonly channel?: string;
  readonly [setting: string]: unknown;
}

export interface ChannelSpec {
  readonly name: string;
  readonly title?: string;
  readonly integrations?: readonly IntegrationSpec[];
}

export interface WebhookSpec extends BatchingSpec, DeliverySpec, WebhookSecuritySpec {
  readonly name: string;
  readonly description?: string;
  readonly urls: readonly { readonly url: string; readonly method?: 'POST' | 'PUT' | 'PATCH' }[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly format?: WebhookFormatName;
  /** `json`, `form`, or with a template a media type. */
  readonly content_type?: string;
  readonly body?: string;
  readonly cloudevents?: CloudEventsSettings;
  /** Newest first; several while one is rotated: all of them sign. */
  readonly secret?: string | readonly string[];
  readonly verify_ssl?: boolean;
  /** Who hears of failed deliveries by mail. */
  readonly failure_email?: string | readonly string[];
}

export interface UserSpec {
  readonly name: string;
  readonly full_name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly organization?: string;
  readonly channel?: string;
}

export interface ObjectSpecs {
  readonly service: ServiceSpec;
  readonly source: SourceSpec;
  readonly channel: ChannelSpec;
  readonly integration: IntegrationSpec;
  readonly webhook: WebhookSpec;
}

/** Where in the file something stands; 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface FileObject<N extends Noun = Noun> {
  readonly noun: N;
  readonly name: string;
  readonly spec: ObjectSpecs[N];
  readonly at: Position;
}

/** One thing wrong (or unwise) in a config file. Printed as `relay.yaml:14:5  error  …  [config.unknown_key]`. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** `unknown_key`, `wrong_type`, `missing_key`, `unknown_reference`, `duplicate_name`, `invalid_value`, `yaml`, `inline_secret`, … */
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  readonly at: Position;
  /** Length in characters of what is underlined. */
  readonly length: number;
}

/** The mail server, defaults filled in. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `relay@example.org` or `Relay <relay@example.org>` */
  readonly from: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly verifySsl: boolean;
}

/** A whole, valid config file: spans in ms, sizes in bytes, paths absolute, `env:` and `file:` resolved. */
export interface LoadedConfig {
  /** Absolute path, or null when Relay runs without a file. */
  readonly path: string | null;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Without a trailing slash. */
    readonly publicUrl: string;
    readonly socket: string;
    readonly bodyLimitBytes: number;
  };
  readonly dataDir: string;
  readonly redelivery: { readonly schedule: string; readonly maxAgeMs: number };
  readonly retention: {
    readonly eventsMs: number;
    readonly attemptsMs: number;
    readonly maxSizeBytes: number;
    readonly maxDeliveries?: number;
  };
  readonly egress: {
    readonly allow: readonly string[];
    readonly deny: readonly string[];
    readonly proxy?: string;
  };
  /** Null: no mail is sent. */
  readonly smtp: SmtpSettings | null;
  /** Folders with packs of the user's own, absolute. */
  readonly packDirs: readonly string[];
  readonly organizations: readonly { readonly name: string; readonly title?: string }[];
  readonly users: readonly UserSpec[];
  readonly objects: readonly FileObject[];
  /** `webhook/crm/secret` → `env:CRM_SECRET`: what stood where a resolved secret now is. For `config show` and `export`. */
  readonly secretReferences?: ReadonlyMap<string, string>;
  readonly warnings: readonly Diagnostic[];
}

/** What loading gives: a config, or every mistake found (never only the first). */
export type LoadResult =
  | { readonly ok: true; readonly config: LoadedConfig }
  | {
      readonly ok: false;
      readonly path: string;
      /** Of the file, without its secrets. */
      readonly text: MaskedText;
      readonly diagnostics: readonly Diagnostic[];
    };

// What the daemon knows about the world it serves: sources, channels, services, destinations. Plain, frozen records, made whole by
// `daemon/control/provision` from the config file and the database, and swapped whole on reload.

import type { FilterSpec } from './filter/filter.js';
import type { BatchRule, CircuitRule, DisableRule } from './pace.js';
import type { RetryPolicy } from './retry-policy.js';
import type { Priority, Severity } from './severity.js';

/** Where an object was defined. `file` objects are edited in the file only. */
export type Origin = 'file' | 'cli' | 'api';
export type Noun = 'source' | 'channel' | 'integration' | 'webhook' | 'service';

export interface Service {
  readonly name: string;
  readonly title: string;
  readonly assignee: string | null;
  readonly origin: Origin;
}

export interface Channel {
  readonly name: string;
  readonly title: string;
  readonly origin: Origin;
}

export interface Organization {
  readonly name: string;
  readonly title: string;
}

export interface User {
  readonly name: string;
  readonly fullName: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly organization: string | null;
  /** The user's own channel: incidents assigned to them are published there too. */
  readonly channel: string | null;
}

/** One way to prove who sent a request; in the form of `verify:`. What each key means is in `sources/verify/verify-schema`. */
export interface VerifyMethod {
  readonly method: 'hmac' | 'token' | 'basic' | 'standard-webhooks' | 'sns';
  readonly header?: string;
  readonly prefix?: string;
  readonly separator?: string;
  readonly algorithm?: 'sha256' | 'sha512' | 'sha1';
  readonly encoding?: 'hex' | 'base64';
  readonly signed?: string;
  readonly timestamp_header?: string;
  readonly tolerance?: string;
  readonly user?: string;
  readonly topics?: readonly string[];
  readonly raw?: 'refuse' | 'allow';
}

export interface SourceVerify {
  /** Any one suffices. */
  readonly methods: readonly VerifyMethod[];
  /** Several while one is rotated: any one suffices. */
  readonly secrets: readonly string[];
  /** Who says how requests are signed: the pack, or the source itself. */
  readonly by: 'pack' | 'source';
}

/** At most this many requests in any span of this length. */
export interface RateLimit {
  readonly requests: number;
  readonly spanMs: number;
  /** As it was written, `300/5m`. */
  readonly text: string;
}

export interface Source {
  readonly name: string;
  readonly pack: string;
  readonly service: string | null;
  readonly channel: string | null;
  /** Name of one of the pack's splits (`alerts`), or null to take a payload as one alert. */
  readonly split: string | null;
  readonly key: string;
  readonly paused: boolean;
  readonly origin: Origin;
  /** The templates in force: the snapshot with the file's overrides on top. */
  readonly templates: Readonly<Record<string, string>>;
  readonly defaults: { readonly severity: Severity | null; readonly priority: Priority | null };
  /** How every request must prove who sent it; null when the key in the URL is all that is asked for. */
  readonly verify: SourceVerify | null;
  readonly rateLimit: RateLimit | null;
  /** Heard once and then not for this long, it opens an incident. */
  readonly heartbeatMs: number | null;
  /** A GET or an empty body on its URL is a beat and no alert: its pack says so. */
  readonly pings: boolean;
  /** An open incident of it without an alert for this long is resolved. */
  readonly autoResolveMs: number | null;
}

/** The one shape delivery knows: an integration, or one URL of a webhook. */
export interface Destination {
  /** `integration/<name>`; `webhook/<name>` for the URL of a webhook that has the number 1, `webhook/<name>#2` for that with the 2. */
  readonly ref: string;
  readonly noun: 'integration' | 'webhook';
  readonly name: string;
  readonly kind: string;
  readonly origin: Origin;
  /** The channel of an integration; null for a webhook, which hears the whole workspace. */
  readonly channel: string | null;
  /** Event type patterns. */
  readonly events: readonly string[];
  /** Which of these events are wanted; all of them when both are left out. */
  readonly filter?: FilterSpec;
  /** A condition in the template language. */
  readonly when?: string;
  /** What the kind's driver validated against its JSON Schema, secrets resolved. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** For lists: the URL with secrets masked, or what stands for one (`daemon output`). */
  readonly displayUrl: string;
  readonly paused: boolean;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly redelivery: { readonly schedule: string; readonly maxAgeMs: number } | null;
  /** Who is mailed when its deliveries are given up; only of webhooks. */
  readonly failureEmail?: readonly string[];
  /** Absent: the default. Null: switched off. */
  readonly circuit?: CircuitRule | null;
  /** Absent: failing alone never disables it. */
  readonly disableAfter?: DisableRule;
  /** Several events in one request. Absent: each goes alone, and in the form for one. */
  readonly batch?: BatchRule;
  /** Requests begun at most in any span of this length; absent: no limit. */
  readonly rate?: RateLimit;
}

export interface Topology {
  readonly services: ReadonlyMap<string, Service>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly destinations: ReadonlyMap<string, Destination>;
  readonly users: ReadonlyMap<string, User>;
  readonly organizations: ReadonlyMap<string, Organization>;
  /** What people call the tools, by the slug of their pack; left out: as their slugs. */
  readonly packTitles?: ReadonlyMap<string, string>;
  readonly publicUrl: string;
}

/** Who and what names in an event stand for. */
export type Directory = Pick<Topology, 'users' | 'organizations' | 'services' | 'channels' | 'packTitles'>;

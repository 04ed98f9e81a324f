// The JSON that the API answers about integrations and webhooks: how they stand, what is set, how they are trusted. No secret is in any of it.

import type { FilterSpec } from '../../model/filter/filter.js';

export type ObjectState = 'active' | 'paused' | 'disabled';

/** How a destination, or a webhook with all its URLs, stands. */
export interface Standing {
  state: ObjectState;
  state_reason: string | null;
  health: 'healthy' | 'degraded';
  last_triggered_at: string | null;
  last_result: string;
  /** Due now or later. */
  waiting: number;
  /** Kept until it is resumed. */
  held: number;
  failed: number;
}

/** Counted only where one is looked at: there may be many. */
export interface GivenUp {
  /** Given up for good. */
  dead: number;
}

export interface DestinationItem extends Standing {
  name: string;
  ref: string;
  kind: string;
  channel: string | null;
  origin: string;
  url: string;
  events: string[];
}

export interface IntegrationDetail extends DestinationItem, GivenUp, Treatment {
  /** As they stand in the config; null for none. */
  filter: FilterSpec | null;
  when: string | null;
  settings: Record<string, unknown>;
}

export interface WebhookItem extends Standing {
  name: string;
  description: string;
  url: string;
  urls: { url: string; method: string; ref: string }[];
  origin: string;
  format: string;
  verify_ssl: boolean;
  events: string[];
}

/** One URL of a webhook, with how it stands by itself. */
export interface WebhookUrlDetail extends Standing, GivenUp {
  url: string;
  method: string;
  ref: string;
}

export interface WebhookDetail extends WebhookItem, GivenUp, WebhookTrust, Treatment {
  urls: WebhookUrlDetail[];
  filter: FilterSpec | null;
  when: string | null;
  headers: Record<string, string>;
  content_type: string;
  /** Of the format `template`. */
  body: string | null;
  /** Of the format `cloudevents`. */
  cloudevents: { mode: string; source: string | null; type_prefix: string | null } | null;
  max_events_per_request: number;
  linger_ms: number;
  /** Who is mailed when deliveries fail. */
  failure_email: string[];
  signing_keys: SigningKeyItem[];
}

/** How requests to it are tried, paced and given up: what is in force, defaults filled in. */
export interface Treatment {
  timeout_ms: number;
  retry: {
    /** `standard-webhooks`; null for delays of its own. */
    preset: string | null;
    max: number;
    base_ms: number;
    factor: number;
    jitter: number;
    on: 'all' | 'transient';
    /** Before jitter, one for each retry. */
    delays_ms: number[];
  };
  /** Null: never by age alone. */
  give_up_after_ms: number | null;
  /** Null: none. */
  redelivery: { schedule: string; max_age_ms: number } | null;
  /** `10/s`, for each URL; null: no limit. */
  rate: string | null;
  concurrency: number;
  /** Null: switched off. */
  circuit: { failures: number; probe_ms: number; max_probe_ms: number } | null;
  /** One of the two; null: failing alone never disables it. */
  disable_after: { failures: number | null; span_ms: number | null } | null;
}

/** `public_key` (`whpk_…`) of an ed25519 key; null of a shared secret. */
export interface SigningKeyItem {
  scheme: 'v1' | 'v1a';
  public_key: string | null;
  /** Made by Relay, or given in the config or by hand. */
  origin: 'generated' | 'given';
  /** Of a given one: what names it, `env:CRM_SECRET`; null where it was given itself. */
  reference: string | null;
  /** Of a given one: since when the config is in force. */
  created_at: string;
  expires_at: string | null;
}

/** `POST /api/v1/webhooks/:name/rotate-secret`. What was made is shown here and never again. */
export interface RotationAnswer {
  name: string;
  /** The new shared secret; null when none was made. */
  secret: string | null;
  /** Of the new ed25519 key. */
  public_key?: string;
  /** `older`: keys from before that still sign. */
  rotated: { scheme: 'v1' | 'v1a'; older: number }[];
  /** Keys that were given: Relay does not change them. */
  not_rotated: { scheme: 'v1' | 'v1a'; why: string; fix: string }[];
}

/** How it signs, logs in, and whom it trusts. */
export interface WebhookTrust {
  signature: ('v1' | 'v1a')[];
  hmac: { header: string; prefix: string; encoding: string } | null;
  /** In words; null: it does not log in. */
  auth: string | null;
  client_certificate: boolean;
  own_ca: boolean;
  proxy: string | null;
}

/** `POST /api/v1/webhooks/:name/resume`: what became of the deliveries that were held. */
export interface ResumeAnswer {
  name: string;
  sent: number;
  dropped: number;
}

/** `GET /api/v1/integrations/kinds` answers `ListAnswer<IntegrationKindItem>`. */
export interface IntegrationKindItem {
  kind: string;
  title: string;
  /** The settings of its own, besides those every destination has. */
  settings: { name: string; description: string; required: boolean; secret: boolean }[];
}

// What the API answers about sources: their packs, maintenance, and what they refused. Part of `api-types.ts`.

import type { Wire } from '../../model/wire.js';
import type { Reject } from '../../store/store.js';
import type { ObjectState } from './destination-types.js';

export interface PackItem {
  slug: string;
  title: string;
  description: string;
  auto_resolve: boolean;
  acknowledges: boolean;
  built_in: boolean;
  used_by: string[];
}

export interface PackDetail extends PackItem {
  connect: string;
  templates: Record<string, string>;
  /** Expressions by name, in the order they are worked out. */
  variables: Record<string, string>;
  splits: string[];
  /** The split a source has unless its own `split:` says otherwise. */
  split: string | null;
  /** Methods a request may prove its sender by, `hmac`, `token` …; empty when none is known. */
  verify: string[];
  samples: { name: string; text: string; content_type: string; headers: Record<string, string> }[];
}

export interface SourceItem {
  name: string;
  pack: string;
  service: string | null;
  channel: string | null;
  split: string | null;
  origin: string;
  state: ObjectState;
  last_heard_at: string | null;
  alerts_24h: number;
  rejects_24h: number;
  /** Posts with a wrong key in the last 24 hours since the daemon started. */
  wrong_keys: { count: number; last_at: string; last_from: string } | null;
  /** `every` as `10m`; `waiting` for the first beat, which cannot be missed. Null without a heartbeat. */
  heartbeat: { every: string; state: 'waiting' | 'heard' | 'missed' } | null;
  maintenance: MaintenanceItem | null;
}

/** What a source is in; `until` is null while it lasts until somebody ends it. */
export interface MaintenanceItem {
  source: string;
  mode: 'silence' | 'collect';
  started_at: string;
  until: string | null;
  by: string;
}

/** `DELETE /api/v1/sources/:name/maintenance`: incidents announced, and groups of the collection that still fire. */
export interface MaintenanceEndAnswer {
  source: string;
  announced: number;
  still_firing: number;
}

export interface SourceDetail extends SourceItem {
  url: string;
  connect: string;
  templates: Record<string, string>;
  snapshot_taken_at: string | null;
  /** `checked (github)`, `not checked: give it a secret`, or `none for this kind`. */
  signature: string;
  /** What came of the last Amazon SNS subscription that asked to be confirmed, since the daemon started. */
  subscription: string | null;
  /** `300/5m` */
  rate_limit: string | null;
  /** `6h` */
  auto_resolve_after: string | null;
  /** Requests answered 429 in the last 24 hours since the daemon started. */
  rate_limited_24h: number;
  /** Templates that failed in the last 24 hours since the daemon started, the last one first. */
  template_failures: { template: string; count: number; last_at: string; last_error: string }[];
  /** Of the last alert with such a failure. */
  template_failures_incident: string | null;
}

export type RejectItem = Wire<Reject>;

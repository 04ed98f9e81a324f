// The JSON that /api/v1 answers, on the socket and on TCP alike: what the CLI and other clients may rely on.
// snake_case, instants as ISO 8601 UTC (see model/wire). Lists are `{items, next}`.

import type { ErrorBody } from '../../core/errors.js';
import type { Alert, AlertResult } from '../../model/alert.js';
import type { Attempt, Delivery } from '../../model/delivery.js';
import type { Analytics, Incident, TimelineEntry } from '../../model/incident.js';
import type { Wire } from '../../model/wire.js';
import type { DestinationBacklog, Reject, StoreInfo } from '../../store/store.js';
import type { ObjectState } from './destination-types.js';

export type {
  DestinationItem,
  IntegrationDetail,
  IntegrationKindItem,
  ObjectState,
  ResumeAnswer,
  RotationAnswer,
  SigningKeyItem,
  Standing,
  Treatment,
  WebhookDetail,
  WebhookItem,
  WebhookTrust,
  WebhookUrlDetail,
} from './destination-types.js';
export type { ExplainAnswer, ExplainedExpression, ExplainedStep } from './explain-types.js';
export type {
  KindViewItem,
  PreviewedAlert,
  RequestPreview,
  SourcePreview,
  SourceTemplateItem,
  SourceTemplatesAnswer,
  TemplateFrom,
  TemplatesResetAnswer,
} from './preview-types.js';
export type { ReplayRangeAnswer } from './replay-types.js';
export type { CreatedToken, TokenItem } from './token-types.js';

export interface ErrorAnswer {
  error: ErrorBody & { diagnostics?: DiagnosticItem[] };
}

export interface ListAnswer<Item> {
  items: Item[];
  next: string | null;
  /** Given when a search ended before the page was full: up to where it looked. `next` goes on from there. */
  searched_until?: string;
}

export interface StatusAnswer {
  version: string;
  pid: number;
  started_at: string;
  config_path: string | null;
  config_loaded_at: string;
  listening: string;
  public_url: string;
  socket: string;
  database: { path: string; size_bytes: number; oldest_event_at: string | null };
  last_hour: {
    events: number;
    incidents_opened: number;
    incidents_open: number;
    deliveries: Record<string, number>;
  };
  /** False when anything in `problems` stands. */
  healthy: boolean;
  problems: { destination: string | null; text: string; see: string }[];
  /** Paused on purpose: no problem, but easily forgotten. `see` ends it. */
  paused: { object: string; text: string; see: string }[];
  /** Sources that were sent something they refused: the daemon is well, somebody's alerts do not arrive. */
  noticed?: { object: string; text: string; see: string }[];
  /** It works, and should not stay so. */
  warnings?: { object: string; text: string; see: string }[];
  backlog: Wire<DestinationBacklog>[];
}

export interface DoctorCheck {
  name: string;
  ok: boolean;
  level: 'ok' | 'warning' | 'error';
  text: string;
  fix: string | null;
}

/** `POST /api/v1/doctor/mail`: the mail server took the test mail. */
export interface MailTestAnswer {
  server: string;
  /** What it said. */
  answer: string;
}

export interface DiagnosticItem {
  severity: 'error' | 'warning';
  code: string;
  message: string;
  fix: string | null;
  line: number;
  column: number;
  length: number;
}

export interface ReloadAnswer {
  applied: boolean;
  path: string | null;
  added: string[];
  changed: string[];
  removed: string[];
  /** Webhooks that a signing secret was made for; `rotate-secret` shows a new one. */
  secrets_made: string[];
  warnings: DiagnosticItem[];
}

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

export interface ChannelItem {
  name: string;
  title: string;
  origin: string;
  integrations: string[];
  sources: string[];
}

/** Something allowed and probably not meant, in an object that was just added or changed. */
export interface ChangeWarning {
  /** `urls[0].url` */
  path: string;
  code: string;
  message: string;
  fix: string | null;
}

/** Answer of edit. */
export interface ChangeAnswer {
  name: string;
  /** Made by this change, shown here and never again. */
  secret?: string | null;
  /** Of a new ed25519 key; also in the webhook's detail. */
  public_key?: string;
  /** Left out where there are none. */
  warnings?: ChangeWarning[];
}

/** Answer of add: the secret is shown here and never again. */
export interface SecretAnswer extends ChangeAnswer {
  secret: string | null;
}

export interface ServiceItem {
  name: string;
  title: string;
  assignee: string | null;
  origin: string;
  open_incidents: number;
}

export interface EventItem {
  id: string;
  type: string;
  at: string;
  incident: string | null;
  alert: string | null;
  source: string | null;
  actor: string;
  channels: string[];
  unmatched: boolean;
  title: string;
}

export interface EventDetail extends EventItem {
  data: unknown;
  deliveries: Wire<Delivery>[];
}

export type IncidentItem = Wire<Incident>;

export interface IncidentDetail extends IncidentItem {
  /** The page of the tool that sent it; null when it named none. */
  url: string | null;
  analytics: Analytics;
  timeline: Wire<TimelineEntry>[];
  alerts: Wire<Alert>[];
  events: EventItem[];
}

export type DeliveryItem = Wire<Delivery>;

/** Answer of resend. */
export interface ResentDelivery extends DeliveryItem {
  /** `same`: its bytes under its id; `alone`: it was sent with others before, and now by itself; `first`: no request was made of it yet. */
  sends: 'same' | 'alone' | 'first';
}

export interface DeliveryDetail extends DeliveryItem {
  message_id: string;
  event_data: unknown;
  attempts: Wire<Attempt>[];
}

/** One step of a bulk operation: call again with `next` until it is null. `total` is given on the first step and on a dry run. */
export interface BulkAnswer {
  dry_run: boolean;
  total: number | null;
  /** When counted: selected too, but owed to destinations that do not exist any more, and so left as they are. */
  gone?: number;
  changed: number;
  /** Enough waits there already: nothing was done, ask for the same step again in a moment. */
  waits_for?: { destination: string; waiting: number } | null;
  next: string | null;
}

export interface TestAnswer {
  destination: string;
  outcome: string;
  attempt: Wire<Attempt>;
}

export type RejectItem = Wire<Reject>;
export type DatabaseAnswer = Wire<StoreInfo>;

/** `POST /in/<source>/<key>` → 202. */
export interface IngestAnswer {
  alerts: { id: string; incident: string | null; duplicate: boolean; result: AlertResult }[];
}

/** A line of `GET /api/v1/tail` (application/x-ndjson). */
export type TailLine =
  | { kind: 'event'; event: EventItem }
  | {
      kind: 'attempt';
      delivery: string;
      destination: string;
      /** Where it went, secrets masked. */
      url: string;
      event: string;
      event_type: string;
      incident: string | null;
      outcome: string;
      /** How the delivery stands now. */
      state: string;
      result: string;
      duration_ms: number | null;
      at: string;
    }
  /** The last line, when the daemon ends the stream: it stops, or the reader does not keep up. */
  | { kind: 'end'; text: string };

/** `GET /api/v1/events/types` answers `ListAnswer<EventTypeItem>`. */
export interface EventTypeItem {
  type: string;
  description: string;
  /** Whether a subscription to `*` has it. */
  in_star: boolean;
  /** A whole example of the payload's `data`. */
  example: unknown;
}

/** `POST /api/v1/events`. */
export interface SendAnswer {
  event: string;
  deliveries: number;
}

/** `POST /api/v1/events/:id/replay`. On a dry run `deliveries` is empty and `destinations` says where it would go. */
export interface ReplayAnswer {
  dry_run: boolean;
  event: string;
  destinations: string[];
  deliveries: string[];
}

/** `POST /api/v1/incidents/:id/send`. */
export interface IncidentSendAnswer {
  incident: string;
  event: string;
  event_type: string;
  deliveries: { id: string; destination: string }[];
}

/** `POST /api/v1/webhooks/verify`: names of the webhooks whose signing secret verifies the message. */
export interface VerifyAnswer {
  verified: string[];
  reason: string;
}

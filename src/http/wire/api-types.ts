// The JSON that /api/v1 answers, on the socket and on TCP alike: what the CLI and other clients may rely on.
// snake_case, instants as ISO 8601 UTC (see model/wire). Lists are `{items, next}`.

import type { ErrorBody } from '../../core/errors.js';
import type { Alert, AlertResult } from '../../model/alert.js';
import type { Attempt, Delivery } from '../../model/delivery.js';
import type { Analytics, Incident, TimelineEntry } from '../../model/incident.js';
import type { Wire } from '../../model/wire.js';

export type {
  DestinationItem,
  IntegrationDetail,
  IntegrationKindItem,
  ObjectState,
  ResumeAnswer,
  RotationAnswer,
  SigningKeyItem,
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
  TemplatesResetAnswer,
} from './preview-types.js';
export type { ReplayRangeAnswer } from './replay-types.js';
export type {
  MaintenanceEndAnswer,
  MaintenanceItem,
  PackDetail,
  PackItem,
  RejectItem,
  SourceDetail,
  SourceItem,
} from './source-types.js';
export type { DatabaseAnswer, DoctorCheck, MailTestAnswer, StatusAnswer } from './standing-types.js';
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

// What a kind of destination is. `build` turns an event into a request, `delivery/transport` sends it, `classify` judges the
// answer. All three are pure; a driver has no HTTP client, no store and no clock of its own.

import type { RelayEvent } from '../model/event.js';
import type { TimelineEntry } from '../model/incident.js';
import type { Directory } from '../model/topology.js';

export interface HttpRequest {
  readonly via: 'http';
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** False: the receiver's certificate is not checked. Default true. */
  readonly verifyTls?: boolean;
  readonly tls?: TlsIdentity;
  /** URL of an HTTP proxy; null: none, also where the config names one for all. Left out: that one. */
  readonly proxy?: string | null;
  /** Delivery gets an access token with it and puts it into `authorization`. */
  readonly grant?: TokenGrant;
}

/** PEM texts: who we are, and whom we trust in place of the system's authorities. The same record every time: connections are kept by it. */
export interface TlsIdentity {
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly ca?: string;
}

/** An OAuth2 client credentials grant (RFC 6749 §4.4). The same record every time: tokens are kept by it. */
export interface TokenGrant {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | null;
  readonly audience: string | null;
  /** Where the client's credentials go: an Authorization header, or the form. */
  readonly style: 'basic' | 'body';
}

/** A line block for the daemon's own standard output. */
export interface ConsoleRequest {
  readonly via: 'console';
  readonly body: string;
}

export type DriverRequest = HttpRequest | ConsoleRequest;

/** What came back. `status` is null when there was no answer; then `error` says what happened. */
export interface DriverResponse {
  readonly status: number | null;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly error: TransportError | null;
}

export type TransportErrorCode =
  | 'dns'
  | 'refused'
  | 'reset'
  | 'tls'
  | 'timeout'
  | 'egress'
  | 'protocol'
  | 'unreachable'
  /** The proxy refused or cannot be used: no fault of the receiver. */
  | 'proxy'
  /** No access token to be had: the receiver was not asked. */
  | 'token';

export interface TransportError {
  readonly code: TransportErrorCode;
  readonly message: string;
}

/** Data, not exceptions. `throttled` marks an answer that is no fault of the destination (429): it pauses, it does not degrade. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly reason: string }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterMs: number | null;
      readonly throttled: boolean;
      /** A batch too large for the receiver (413): no fault of the destination, it goes again in halves. */
      readonly tooLarge?: boolean;
      /** 502, 503, 504: a failure, and a sign of too many requests at once. */
      readonly overloaded?: boolean;
    }
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'gone'; readonly reason: string };

/**
 * What a driver may ask for beyond the event: the incident's timeline, the payload of the event's alert (the first of the incident for an
 * event without one), the payload of the incident's first alert, and the records that names stand for.
 */
export type Need = 'timeline' | 'alert' | 'first_alert' | 'directory';

/** What was asked for; what was not, or is not there, is empty. */
export interface Supplied {
  /** In the order of what happened, cut at the event: nothing that came later. */
  readonly timeline: readonly TimelineEntry[];
  /** The alert's own text as it came. */
  readonly alert: string | null;
  readonly firstAlert: string | null;
  readonly directory: Directory;
}

export interface BuildContext {
  /** The id under which this delivery is sent every time: the Standard Webhooks `webhook-id`. */
  readonly messageId: string;
  /** When the attempt begins, ms UTC. */
  readonly now: number;
  /** Base URL for links, without a trailing slash. */
  readonly publicUrl: string;
  readonly version: string;
  /**
   * The body of the first attempt, when there was one. A driver sends these bytes again rather than building new ones,
   * so that a retry and a resend carry the same content under the same id.
   */
  readonly sentBody: string | null;
  /** Left out when the driver needs nothing, or nothing of it because of `sentBody`. */
  readonly supplied?: Supplied;
}

/** An event of several that share a request. */
export interface BatchedEvent {
  readonly event: RelayEvent;
  /** What would be its `webhook-id` were it sent alone: by this a receiver knows an event it has had before. */
  readonly messageId: string;
}

export interface DriverLimits {
  /** Largest request body, bytes. */
  readonly maxBodyBytes: number;
}

/**
 * `Settings` is what the kind's `settings` JSON Schema describes. Adding a kind is adding a folder and a line in `registry.ts`.
 */
export interface Driver<Settings = Readonly<Record<string, unknown>>> {
  readonly kind: string;
  readonly title: string;
  /** JSON Schema (draft 2020-12 subset that ajv 8 takes by default) of the settings; unknown keys are errors. */
  readonly settings: object;
  /** Names of the settings that hold secrets: masked everywhere, `env:` and `file:` allowed. */
  readonly secretSettings: readonly string[];
  readonly limits: DriverLimits;
  /** What `build` needs to be supplied with for this event; left out: nothing. */
  needs?(settings: Settings, event: RelayEvent): readonly Need[];
  /**
   * @throws Error when the event cannot be put into this kind's form; recorded as a failed attempt with its message. A RelayError
   *   template.* says that trying again would change nothing.
   */
  build(event: RelayEvent, settings: Settings, context: BuildContext): DriverRequest;
  /** Several events, or one, in the form for several. Same events, same body. @throws Error as `build` does, and where there is no such form */
  buildBatch?(events: readonly BatchedEvent[], settings: Settings, context: BuildContext): DriverRequest;
  classify(response: DriverResponse, settings: Settings, now: number): Outcome;
  /** For lists: where it goes, with secrets masked. */
  displayUrl(settings: Settings): string;
}

export const NO_SUPPLIES: Supplied = {
  timeline: [],
  alert: null,
  firstAlert: null,
  directory: { users: new Map(), organizations: new Map(), services: new Map(), channels: new Map() },
};

// What the HTTP routes need of the running daemon. The daemon implements it; routes know nothing of how.

import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { LoadedConfig } from '../config/spec.js';
import type { Clock } from '../core/clock.js';
import type { DeliveryEngine } from '../delivery/engine.js';
import type { AccessToken, Scope } from '../model/access-token.js';
import type { IncidentAction } from '../model/actions.js';
import type { AlertMember } from '../model/alert.js';
import type { RelayEvent } from '../model/event.js';
import type { FilterSubject } from '../model/filter/fields.js';
import type { Actor } from '../model/incident.js';
import type { EndCounts, Maintenance, MaintenanceMode } from '../model/maintenance.js';
import type { Destination, Noun, Origin, Source, Topology } from '../model/topology.js';
import type { RequestHeaders } from '../sources/alert/alert-context.js';
import type { Pack } from '../sources/pack/pack.js';
import type { AcceptResult, ActResult, Store, TemplateSnapshot } from '../store/store.js';
import type { SourceRates } from './ingest/ingest-rate.js';
import type { SignatureChecks } from './ingest/ingest-signature.js';
import type { WrongKeys } from './ingest/wrong-keys.js';
import type {
  ChangeAnswer,
  DoctorCheck,
  MailTestAnswer,
  ReloadAnswer,
  RotationAnswer,
  SecretAnswer,
  SourcePreview,
  TailLine,
  TestAnswer,
} from './wire/api-types.js';
import type { ReplayStep, ReplayStepRequest } from './wire/replay-types.js';

export interface IngestRequest {
  readonly text: string;
  /** Media type without parameters, lower case; empty when the sender named none. */
  readonly contentType: string;
  readonly idempotencyKey: string | null;
  /** Of the request, as they came: what templates may read. */
  readonly headers?: RequestHeaders;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly text: string }[];
}

/** A template of a source that failed in the last 24 hours, as far as this daemon has seen. */
export interface TemplateFailures {
  readonly template: string;
  readonly count: number;
  readonly lastAt: number;
  /** `unknown filter … at line 1, column 4` */
  readonly lastError: string;
}

/** What a reset of templates did, by their names. */
export interface TemplatesReset {
  /** Taken from the pack of today, where that differs from what the snapshot held. */
  readonly taken: readonly string[];
  /** No longer in the snapshot: the pack of today does not have them. */
  readonly gone: readonly string[];
  /** Edits by CLI or API that were taken away. */
  readonly dropped: readonly string[];
  /** Overridden in the config file, and so as before. */
  readonly kept: readonly string[];
}

/** Changing what is configured by CLI or API. Every method provisions a whole new topology first and changes nothing when that fails. */
export interface Control {
  /** `spec` in the config file's form. @throws object.exists, object.invalid */
  add(
    noun: Noun,
    spec: Readonly<Record<string, unknown>>,
    origin: Exclude<Origin, 'file'>,
  ): Promise<SecretAnswer>;
  /** `change` replaces top-level keys; null removes one. @throws object.not_found, config.origin_file, object.invalid */
  edit(
    noun: Noun,
    name: string,
    change: Readonly<Record<string, unknown>>,
    by: Exclude<Origin, 'file'>,
  ): Promise<ChangeAnswer>;
  /** @throws object.not_found, config.origin_file, object.in_use */
  remove(noun: Noun, name: string): Promise<void>;
  /** Works for objects of the file too. Resuming a destination that Relay disabled enables it. */
  setPaused(noun: 'source' | 'integration' | 'webhook', name: string, paused: boolean): Promise<void>;
  /** The old key ends at once. Returns the new Integration URL. @throws config.origin_file when the key stands in the file */
  rotateKey(source: string): Promise<string>;
  /**
   * Takes the templates of the pack of today anew and takes away edits of them that were made by CLI or API.
   * @param names null for all. @throws object.not_found for a source or template that is not there
   */
  resetTemplates(source: string, names: readonly string[] | null): Promise<TemplatesReset>;
  rotateSecret(webhook: string, overlapMs: number): Promise<RotationAnswer>;
  /** @throws config.invalid with diagnostics; nothing has changed then */
  reload(options: { dryRun: boolean }): Promise<ReloadAnswer>;
}

/** What watches over sources: heartbeats and maintenance. */
export interface SourceCare {
  /** A beat of a source: any request it was accepted with, or a ping. Writes nothing now. */
  heard(source: Source): void;
  /** Null for a source without a heartbeat; `waiting`: never heard, which cannot be missed. */
  heartbeatOf(source: string): {
    readonly periodMs: number;
    readonly lastHeardAt: number | null;
    readonly state: 'waiting' | 'heard' | 'missed';
  } | null;
  maintenanceOf(source: string): Maintenance | null;
  /** All there are, those being ended and those of sources that are gone too. */
  maintenances(): readonly Maintenance[];
  /** @param forMs null: until it is ended. @throws object.exists when the source is in the other mode */
  startMaintenance(
    source: Source,
    mode: MaintenanceMode,
    forMs: number | null,
    by: Actor,
  ): Promise<Maintenance>;
  /** @throws object.not_found when it is in none */
  endMaintenance(source: string, by: Actor): Promise<EndCounts>;
  /** Tells of a silenced incident before its silence ends. @throws object.not_found, incident.invalid_transition */
  announce(incident: string, by: Actor): Promise<ActResult>;
}

/** Failure mails. */
export interface Mails {
  /** What keeps them from being sent; empty while all is well. */
  problems(): readonly { readonly destination: string | null; readonly text: string }[];
  /** Connects to the mail server and logs in. Null when none is configured. */
  check(): Promise<{
    readonly server: string;
    readonly trouble: { readonly text: string; readonly fix: string } | null;
  } | null>;
  /** @throws mail.not_configured, mail.failed */
  sendTest(to: string): Promise<MailTestAnswer>;
}

/** What a line of the live feed stands for and does not show: the event's data, a request, its answer, the error. */
export type TailTexts = () => readonly string[];

/** Access tokens of the API. What is done to one counts from the next request on. */
export interface Tokens {
  /** Oldest first; those that have ended too, until they are revoked. */
  list(): readonly AccessToken[];
  /** @param forMs how long it is good for; null: until it is revoked. `secret` is kept nowhere. @throws object.exists, object.invalid */
  create(
    name: string,
    scopes: readonly Scope[],
    forMs: number | null,
    by: Actor,
  ): Promise<{ readonly token: AccessToken; readonly secret: string }>;
  /** @throws object.not_found, object.exists, object.invalid */
  rename(name: string, to: string): Promise<AccessToken>;
  /** @throws object.not_found */
  revoke(name: string): Promise<AccessToken>;
  /** Whose secret this is, which counts as a use. @throws auth.invalid_token for one that is not known or has ended */
  check(secret: string): AccessToken;
  /** Called with the id of each token that is revoked. Returns the function that forgets it. */
  onRevoked(listener: (id: string) => void): () => void;
}

export interface Runtime {
  readonly version: string;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly engine: DeliveryEngine;
  readonly control: Control;
  readonly metrics: Registry;
  readonly care: SourceCare;
  readonly mails: Mails;
  readonly tokens: Tokens;
  /** What ingest asks before it takes a request: is it signed, is it within the source's limit. */
  readonly signatures: SignatureChecks;
  readonly rates: SourceRates;
  readonly wrongKeys: WrongKeys;
  config(): LoadedConfig;
  configLoadedAt(): number;
  topology(): Topology;
  packs(): ReadonlyMap<string, Pack>;
  snapshots(): Promise<readonly TemplateSnapshot[]>;
  /** The Integration URL of a source, key included. */
  integrationUrl(source: Source): string;
  /** True once SIGTERM was received: ingest answers 503. */
  draining(): boolean;

  /** @throws ingest.unreadable, ingest.invalid_payload, ingest.source_paused (the payload is kept as a reject), store.unavailable, store.full */
  ingest(source: Source, request: IngestRequest): Promise<AcceptResult>;
  /** Renders without storing. @throws as ingest */
  preview(source: Source, request: Omit<IngestRequest, 'idempotencyKey'>): Promise<SourcePreview>;
  /** The last one first. */
  templateFailures(source: string): readonly TemplateFailures[];
  /** The member alerts of a source's own group, read anew from a stored alert's payload; empty where the source has none. */
  membersOf(source: string, payload: string): readonly AlertMember[];
  act(incident: string, action: IncidentAction, actor: Actor): Promise<ActResult>;
  /** A custom event; `data` is JSON text, published as it is. @throws object.not_found (channel), object.invalid (type) */
  send(
    type: string,
    channel: string | null,
    data: string,
    actor: Actor,
  ): Promise<{ event: RelayEvent; deliveries: number }>;
  /** Today's routing over an old event. @throws object.not_found */
  replay(
    event: string,
    options: { dryRun: boolean },
  ): Promise<{ event: string; destinations: string[]; deliveries: string[] }>;
  /** One step of a replay of many events. @throws usage.invalid for a run of another selection, usage.invalid_cursor */
  replayStep(request: ReplayStepRequest): Promise<ReplayStep>;
  /** What filters see of a stored event. */
  subjectOf(event: RelayEvent): Promise<FilterSubject>;
  /** A stored event to these destinations now, whatever they subscribe to. Returns the new deliveries. */
  sendTo(
    event: RelayEvent,
    destinations: readonly Destination[],
    because: string,
  ): Promise<readonly string[]>;
  test(destination: string): Promise<TestAnswer>;
  /** Names of webhooks whose signing secret verifies this message. */
  verifySignature(
    headers: Readonly<Record<string, string>>,
    body: string,
  ): { verified: string[]; reason: string };

  /** Live events and attempts. Returns the unsubscribe function. */
  tail(listener: (line: TailLine, texts: TailTexts) => void): () => void;
  /** Objects of the database that are out of force because what they refer to is gone. `object` is `integration/wall`. */
  leftOut(): readonly { readonly object: string; readonly message: string }[];
  readiness(): Promise<Readiness>;
  doctor(): Promise<DoctorCheck[]>;
}

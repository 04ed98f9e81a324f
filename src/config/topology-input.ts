// What a topology is built from, and what is said of objects that do not fit into it.

import type { Pack } from '../sources/pack/pack.js';
import type { StoredObject, StoredSecret, TemplateSnapshot, UrlNumbers } from '../store/store.js';
import type { SecretEnvironment } from './secrets.js';
import type { Diagnostic, LoadedConfig, Position } from './spec.js';

export interface TopologyInput {
  readonly config: LoadedConfig;
  readonly stored: readonly StoredObject[];
  readonly secrets: readonly StoredSecret[];
  readonly snapshots: readonly TemplateSnapshot[];
  /** `noun/name` */
  readonly paused: ReadonlySet<string>;
  readonly packs: ReadonlyMap<string, Pack>;
  /** As they were last; without them URLs are numbered by their places. */
  readonly urlNumbers?: UrlNumbers;
  /** ms UTC; a secret whose end has passed is out of force. */
  readonly now: number;
  /** Where references of stored objects are looked up; without it they count as missing. */
  readonly references?: SecretEnvironment;
}

/** As a Diagnostic, but `at` is null for an object of the database, and `object` says which one. */
export type TopologyProblem = Pick<Diagnostic, 'severity' | 'code' | 'message' | 'fix'> & {
  readonly at: Position | null;
  /** `webhook/crm` */
  readonly object: string;
};

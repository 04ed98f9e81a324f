// Objects made by CLI or API, and what is kept for those of the file too: template snapshots and secrets. Records of `Store`; no verbs, no
// SQL.

import type { Noun, Origin } from '../model/topology.js';

export interface StoredObject {
  readonly noun: Noun;
  readonly name: string;
  readonly origin: Exclude<Origin, 'file'>;
  /** The object as it would stand in the config file. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The templates a source was given when it was first seen; later changes of the pack do not reach it. */
export interface TemplateSnapshot {
  readonly source: string;
  readonly pack: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly takenAt: number;
}

/** `signing` is a shared secret (`whsec_`), `signing_v1a` an ed25519 key (`whsk_`). */
export type SecretPurpose = 'source_key' | 'signing' | 'signing_v1a';

export interface StoredSecret {
  readonly noun: Noun;
  readonly name: string;
  readonly purpose: SecretPurpose;
  readonly value: string;
  readonly createdAt: number;
  /** After this it no longer counts (rotation overlap); null: in force until replaced. */
  readonly expiresAt: number | null;
}

// What the API answers about the daemon itself: how it stands, its checks, its database. Part of `api-types.ts`.

import type { Wire } from '../../model/wire.js';
import type { DestinationBacklog, StoreInfo } from '../../store/store.js';

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

export type DatabaseAnswer = Wire<StoreInfo>;

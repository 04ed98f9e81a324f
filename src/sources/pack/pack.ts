// What a pack is once read: a folder of data that describes one kind of source. Loading and checking are in `pack-loader`.

import type { VerifyMethod } from '../../model/topology.js';

export interface PackSample {
  /** File name without its ending. */
  readonly name: string;
  readonly text: string;
  /** What it is sent as: after its ending (`.json`, `.form`, `.txt`), unless the pack says otherwise. */
  readonly contentType: string;
  /** Headers it is sent with besides the content type; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PackSplit {
  /** Template-language expression that yields the list of alerts, e.g. `payload.alerts`. */
  readonly each: string;
  /** Templates that replace the pack's own when the source splits; `alert` is the member, `payload` the whole. */
  readonly templates: Readonly<Record<string, string>>;
  /** Expressions on top of the pack's own; they see `alert` too. */
  readonly variables: Readonly<Record<string, string>>;
  /** What becomes of a payload without the list: an error, or one alert as a whole. */
  readonly otherwise: 'refuse' | 'whole';
}

/** `each` yields the list; the rest are templates over `member` (and `payload`), `labels` an expression. */
export interface PackMembers {
  readonly each: string;
  readonly title: string;
  readonly resolved: string;
  readonly labels: string;
  readonly startsAt: string;
  readonly link: string;
}

export interface Pack {
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly autoResolve: boolean;
  readonly acknowledges: boolean;
  /** `grouping_id resolve_condition acknowledge_condition source_link title message severity priority image_url labels` … */
  readonly templates: Readonly<Record<string, string>>;
  /** Expressions worked out once per alert, before the templates, in order. */
  readonly variables: Readonly<Record<string, string>>;
  /** How the member alerts of a source's own group are read, or null when it has none. */
  readonly members: PackMembers | null;
  readonly splits: Readonly<Record<string, PackSplit>>;
  /** The split a source has unless its own `split:` says otherwise (`none`: not at all). */
  readonly split: string | null;
  /** Values that count as absent: empty strings, and strings matching this RE2 pattern; null takes payloads as they are. */
  readonly absentPattern: string | null;
  /** Made to be pinged: a GET or an empty body on the Integration URL is a beat, and its sources have a heartbeat. */
  readonly pings: boolean;
  /** An expression that must be truthy for a payload to be of this kind; with the sentence to answer when it is not. */
  readonly accepts: { readonly condition: string; readonly otherwise: string } | null;
  /** How senders of this kind prove who they are: any of these ways; empty when they do not. */
  readonly verify: readonly VerifyMethod[];
  /** Markdown of `connect.md`; `{{ url }}` stands for the Integration URL. */
  readonly connect: string;
  readonly samples: readonly PackSample[];
  /** Absolute folder, and whether it came with Relay or from the user. */
  readonly dir: string;
  readonly builtIn: boolean;
}

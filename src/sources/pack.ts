// What a pack is once read: a folder of data that describes one kind of source. Loading and checking are in `pack-loader`.

export interface PackSample {
  /** File name without `.json`. */
  readonly name: string;
  readonly text: string;
}

export interface PackSplit {
  /** Template-language expression that yields the list of alerts, e.g. `payload.alerts`. */
  readonly each: string;
  /** Templates that replace the pack's own when the source splits; `alert` is the member, `payload` the whole. */
  readonly templates: Readonly<Record<string, string>>;
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
  /** How the member alerts of a source's own group are read, or null when it has none. */
  readonly members: PackMembers | null;
  readonly splits: Readonly<Record<string, PackSplit>>;
  /** Values that count as absent: empty strings, and strings matching this RE2 pattern; null takes payloads as they are. */
  readonly absentPattern: string | null;
  /** An expression that must be truthy for a payload to be of this kind; with the sentence to answer when it is not. */
  readonly accepts: { readonly condition: string; readonly otherwise: string } | null;
  /** Markdown of `connect.md`; `{{ url }}` stands for the Integration URL. */
  readonly connect: string;
  readonly samples: readonly PackSample[];
  /** Absolute folder, and whether it came with Relay or from the user. */
  readonly dir: string;
  readonly builtIn: boolean;
}

// What a body format of a webhook is. The table of them is in table.ts; each is a file beside this one.

import type { RelayEvent } from '../../../model/event.js';
import type { BatchedEvent, Need, Supplied } from '../../driver.js';

/** The part of a webhook's settings that its format reads. */
export interface FormatSettings {
  /** `json` (default), `form`, or for a template a media type of the user's own. */
  readonly content_type?: string;
  /** The text of a template. */
  readonly body?: string;
  readonly cloudevents?: CloudEventsSettings;
  /** Of the webhook. */
  readonly name?: string;
}

export const CLOUDEVENTS_MODES = ['structured', 'binary', 'batched'] as const;

export interface CloudEventsSettings {
  readonly mode?: (typeof CLOUDEVENTS_MODES)[number];
  /** In place of the URL of this daemon and the name of the source. */
  readonly source?: string;
  /** Before the event's type. */
  readonly type_prefix?: string;
}

export interface FormatContext {
  /** Base of links, without a trailing slash. */
  readonly publicUrl: string;
  readonly supplied: Supplied;
}

export interface WebhookFormat {
  /** Beyond the event; left out: nothing. */
  needs?(settings: FormatSettings): readonly Need[];
  /** Media type of the body; left out: application/json. */
  contentType?(settings: FormatSettings): string;
  /** Headers that are part of the form, lower-case names; no user may set them. */
  headers?(event: RelayEvent, settings: FormatSettings, publicUrl: string): Readonly<Record<string, string>>;
  /** @throws Error when the event cannot be put into this form */
  body(event: RelayEvent, settings: FormatSettings, context: FormatContext): string;
  /** Several events, or one, as one body, where the form has one for that. Same events, same text: it is sent again under the same id. */
  batch?(events: readonly BatchedEvent[], settings: FormatSettings, context: FormatContext): string;
}

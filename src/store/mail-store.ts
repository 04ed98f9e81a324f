// What of the store the failure mails need: one small note per destination that survives a restart. Part of `Store`; no SQL, and no
// knowledge of what a note says.

export interface MailNoteRow {
  /** Destination ref. */
  readonly destination: string;
  /** JSON of the note; its form is that of `mail/note`. */
  readonly note: string;
}

export interface MailStore {
  mailNotes(): Promise<readonly MailNoteRow[]>;
  /** Writes or replaces; all of them or none. */
  putMailNotes(rows: readonly MailNoteRow[]): Promise<void>;
  forgetMailNotes(destinations: readonly string[]): Promise<void>;
}

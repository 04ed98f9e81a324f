// Schema version 3: what failure mails still have to tell. See docs/decisions/0010-failure-mails-are-notes-in-the-store.md.

export const failureMails = `
-- One row a destination; note is JSON in the form of src/mail/note.ts.
CREATE TABLE mail_note (destination TEXT PRIMARY KEY, note TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

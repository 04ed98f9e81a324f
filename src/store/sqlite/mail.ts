// Keeps the notes of failure mails: one row per destination that has something to tell or was told of lately.

import type { MailNoteRow } from '../mail-store.js';
import type { Kernel } from './kernel.js';

const PUT = `INSERT INTO mail_note (destination, note) VALUES (?, ?)
  ON CONFLICT (destination) DO UPDATE SET note = excluded.note`;

export function prepareMail({ db, writer }: Kernel) {
  const list = db.prepare('SELECT destination, note FROM mail_note ORDER BY destination');
  const put = db.prepare(PUT);
  const remove = db.prepare('DELETE FROM mail_note WHERE destination = ?');
  return {
    mailNotes: async (): Promise<readonly MailNoteRow[]> => list.all() as MailNoteRow[],
    putMailNotes: (rows: readonly MailNoteRow[]) =>
      writer.submit(() => {
        for (const { destination, note } of rows) put.run(destination, note);
      }),
    forgetMailNotes: (destinations: readonly string[]) =>
      writer.submit(() => {
        for (const destination of destinations) remove.run(destination);
      }),
  };
}

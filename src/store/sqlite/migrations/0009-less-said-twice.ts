// Schema version 9: what two rows would both say is stored once. See docs/decisions/0005-how-the-store-lays-out-rows.md.

export const lessSaidTwice = `
-- Where in the payload the labels stood, in UTF-16 units: they are cut out of it there. Null: the payload is whole.
ALTER TABLE alert ADD COLUMN labels_at INTEGER;
-- From here on incident.opener stays when the incident's texts come to differ (message is null while they do not), and event.data may
-- refer to the incident and to the alert that opened it: packed-data.ts. What was stored before reads as it did.
`;

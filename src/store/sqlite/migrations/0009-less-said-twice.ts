// Schema version 9: what two rows would both say is stored once. See docs/decisions/0005-how-the-store-lays-out-rows.md.

export const lessSaidTwice = `
-- What was cut out of the payload, in the form of packed-payload.ts. Null: it is whole.
ALTER TABLE alert ADD COLUMN cuts TEXT;
-- From here on incident.opener stays when the incident's texts come to differ (message is null while they do not), and event.data may
-- refer to the incident and to the alert that opened it: packed-data.ts. What was stored before reads as it did.
`;

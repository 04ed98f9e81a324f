// Schema version 7: how long the stages of an attempt took. See docs/decisions/0016-whose-connection-was-made.md.

export const timings = `
-- In the form of packed-timings.ts: 2 to 4 bytes where a connection was reused, which is nearly always.
ALTER TABLE attempt ADD COLUMN timings TEXT;
`;

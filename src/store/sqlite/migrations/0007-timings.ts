// Schema version 7: how long the stages of an attempt took.

export const timings = `
-- In the form of packed-timings.ts: 1 to 4 bytes where a connection was reused, which is nearly always.
ALTER TABLE attempt ADD COLUMN timings TEXT;
`;

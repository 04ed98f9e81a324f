// Schema version 4: since when a destination fails, its circuit, and how many requests it got lately. See
// docs/decisions/0011-how-gently-a-destination-is-treated.md.

export const paceOfDestinations = `
-- failing_since: the first failure since the last success. probe_at: the circuit is open, the next probe not before. recent_starts: JSON,
-- pairs of an instant and the requests begun up to it, for destinations with a rate.
ALTER TABLE destination ADD COLUMN failing_since INTEGER;
ALTER TABLE destination ADD COLUMN probe_at INTEGER;
ALTER TABLE destination ADD COLUMN probe_wait_ms INTEGER;
ALTER TABLE destination ADD COLUMN recent_starts TEXT;
`;

// Schema version 2: what single kinds of destinations show of an incident, and what the care of sources keeps: maintenance, silenced
// and collected incidents, when a source was last heard. See docs/decisions/0008-heartbeats-silence-and-collection.md.

export const careOfSources = `
-- texts: JSON by kind of destination, null when no kind has its own. silenced: 1 while nobody is told of it, else null.
ALTER TABLE incident ADD COLUMN texts TEXT;
ALTER TABLE incident ADD COLUMN silenced INTEGER;
CREATE INDEX incident_silenced ON incident (source) WHERE silenced = 1 AND status < 2;

-- A row with ended_at is being ended: what was silenced is announced, then the row goes.
CREATE TABLE maintenance (
  source TEXT PRIMARY KEY, mode TEXT NOT NULL, started_at INTEGER NOT NULL, until INTEGER, by TEXT NOT NULL, ended_at INTEGER,
  ended_by TEXT
) STRICT, WITHOUT ROWID;

-- The groups whose alerts a collection holds; firing: 1 while the last signal of the group was a trigger.
CREATE TABLE collected (
  incident INTEGER NOT NULL REFERENCES incident (id), grouping_hash BLOB NOT NULL, source INTEGER NOT NULL, firing INTEGER NOT NULL,
  title TEXT NOT NULL, PRIMARY KEY (incident, grouping_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX collected_firing ON collected (source, grouping_hash) WHERE firing = 1;

-- For sources with a heartbeat; missed_at: the silence that was told of, null since it was heard again.
CREATE TABLE heard (source TEXT PRIMARY KEY, at INTEGER NOT NULL, missed_at INTEGER) STRICT, WITHOUT ROWID;
`;

version 9

CREATE TABLE alert (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, incident INTEGER REFERENCES incident (id), at INTEGER NOT NULL,
  signal INTEGER NOT NULL, result INTEGER NOT NULL, grouping TEXT, title TEXT NOT NULL, message TEXT NOT NULL, link TEXT, image TEXT,
  severity INTEGER, priority INTEGER, labels TEXT, members TEXT, errors TEXT, payload TEXT NOT NULL
, cuts TEXT) STRICT;

CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, delivery INTEGER, started_at INTEGER NOT NULL, duration_ms INTEGER, trigger INTEGER NOT NULL,
  outcome INTEGER NOT NULL, method INTEGER NOT NULL, url INTEGER NOT NULL, request_headers TEXT, request_body TEXT, status INTEGER,
  response_headers TEXT, response_body TEXT, truncated INTEGER NOT NULL, error INTEGER, reason TEXT
, timings TEXT) STRICT;

CREATE TABLE batched (
  batch INTEGER NOT NULL, delivery INTEGER NOT NULL REFERENCES delivery (id), PRIMARY KEY (batch, delivery)
) STRICT, WITHOUT ROWID;

CREATE TABLE collected (
  incident INTEGER NOT NULL REFERENCES incident (id), grouping_hash BLOB NOT NULL, source INTEGER NOT NULL, firing INTEGER NOT NULL,
  title TEXT NOT NULL, PRIMARY KEY (incident, grouping_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY, event INTEGER NOT NULL REFERENCES event (id), incident INTEGER, destination INTEGER NOT NULL,
  route INTEGER NOT NULL, state INTEGER NOT NULL, blocked INTEGER NOT NULL DEFAULT 0, trigger INTEGER NOT NULL,
  due_at INTEGER, sent_at INTEGER, tries INTEGER NOT NULL DEFAULT 0, cycle INTEGER NOT NULL DEFAULT 0, result INTEGER, reason TEXT,
  resends INTEGER NOT NULL DEFAULT 0, rest_state INTEGER, rest_due INTEGER
, batch INTEGER) STRICT;

CREATE TABLE destination (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, disabled_reason TEXT, disabled_at INTEGER, paused_until INTEGER,
  consecutive_failures INTEGER NOT NULL DEFAULT 0, last_triggered_at INTEGER, last_success_at INTEGER,
  last_result TEXT NOT NULL DEFAULT ''
, failing_since INTEGER, probe_at INTEGER, probe_wait_ms INTEGER, recent_starts TEXT) STRICT;

CREATE TABLE event (
  id INTEGER PRIMARY KEY, type INTEGER NOT NULL, at INTEGER NOT NULL, incident INTEGER REFERENCES incident (id), alert INTEGER,
  source INTEGER, actor INTEGER NOT NULL, channels INTEGER NOT NULL, unmatched INTEGER NOT NULL, data TEXT NOT NULL
) STRICT;

CREATE TABLE heard (source TEXT PRIMARY KEY, at INTEGER NOT NULL, missed_at INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  source INTEGER NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, pack INTEGER NOT NULL, service INTEGER, channel INTEGER,
  grouping TEXT NOT NULL, grouping_hash BLOB NOT NULL, status INTEGER NOT NULL, title TEXT NOT NULL,
  opener INTEGER, message TEXT, link TEXT, image TEXT, labels TEXT,
  severity INTEGER, priority INTEGER, assignee INTEGER, alert_count INTEGER NOT NULL,
  opened_at INTEGER NOT NULL, last_alert_at INTEGER NOT NULL, acked_at INTEGER, acked_by INTEGER, first_acked_at INTEGER,
  resolved_at INTEGER, resolved_by INTEGER
, texts TEXT, silenced INTEGER) STRICT;

CREATE TABLE mail_note (destination TEXT PRIMARY KEY, note TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE maintenance (
  source TEXT PRIMARY KEY, mode TEXT NOT NULL, started_at INTEGER NOT NULL, until INTEGER, by TEXT NOT NULL, ended_at INTEGER,
  ended_by TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE object (
  noun TEXT NOT NULL, name TEXT NOT NULL, origin TEXT NOT NULL, spec TEXT NOT NULL, created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, PRIMARY KEY (noun, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE paused (
  noun TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (noun, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, at INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
  content_type TEXT NOT NULL, body TEXT NOT NULL, body_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE route (
  id INTEGER PRIMARY KEY, destination INTEGER NOT NULL REFERENCES destination (id), url TEXT NOT NULL, because TEXT NOT NULL,
  UNIQUE (destination, url, because)
) STRICT;

CREATE TABLE secret (
  id INTEGER PRIMARY KEY, noun TEXT NOT NULL, name TEXT NOT NULL, purpose TEXT NOT NULL, value TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER
) STRICT;

CREATE TABLE snapshot (
  source TEXT PRIMARY KEY, pack TEXT NOT NULL, templates TEXT NOT NULL, taken_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
  incident INTEGER NOT NULL REFERENCES incident (id), id INTEGER NOT NULL, at INTEGER NOT NULL, action INTEGER NOT NULL,
  by INTEGER NOT NULL, detail TEXT, PRIMARY KEY (incident, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE, tail TEXT NOT NULL, scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER, last_used_at INTEGER
) STRICT;

CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE INDEX alert_incident ON alert (incident) WHERE incident IS NOT NULL;

CREATE INDEX alert_source ON alert (source);

CREATE INDEX attempt_delivery ON attempt (delivery) WHERE delivery IS NOT NULL;

CREATE INDEX batched_delivery ON batched (delivery);

CREATE INDEX collected_firing ON collected (source, grouping_hash) WHERE firing = 1;

CREATE INDEX delivery_batch ON delivery (batch) WHERE batch IS NOT NULL;

CREATE INDEX delivery_destination ON delivery (destination);

CREATE INDEX delivery_due ON delivery (destination, due_at) WHERE state = 0 AND blocked = 0;

CREATE INDEX delivery_event ON delivery (event);

CREATE INDEX delivery_not_delivered ON delivery (state, destination) WHERE state <> 2;

CREATE INDEX delivery_reason ON delivery (id) WHERE reason IS NOT NULL;

CREATE INDEX delivery_result ON delivery (result) WHERE result IS NOT NULL;

CREATE INDEX delivery_siblings ON delivery (incident, destination) WHERE state < 2 AND incident IS NOT NULL;

CREATE INDEX event_incident ON event (incident) WHERE incident IS NOT NULL;

CREATE INDEX event_type ON event (type);

CREATE INDEX event_unmatched ON event (unmatched) WHERE unmatched = 1;

CREATE INDEX idempotency_at ON idempotency (at);

CREATE UNIQUE INDEX incident_open ON incident (source, grouping_hash) WHERE status < 2;

CREATE INDEX incident_silenced ON incident (source) WHERE silenced = 1 AND status < 2;

CREATE INDEX incident_status ON incident (status) WHERE status < 2;

CREATE INDEX reject_source ON reject (source);

CREATE INDEX secret_object ON secret (noun, name, purpose);

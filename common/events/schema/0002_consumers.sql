-- How far this service has read each source (cursor_store.h).
CREATE TABLE consumer_cursors (
  source TEXT PRIMARY KEY,
  cursor TEXT NOT NULL,
  updated_micros INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events whose effect is in this database. `id` counts up with time: the sweep needs no index.
CREATE TABLE consumed_events (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  consumed_micros INTEGER NOT NULL,
  UNIQUE (source, event_id)
) STRICT;

-- The event that a source is stuck at, while it is being retried. Survives restarts.
CREATE TABLE consumer_retries (
  source TEXT PRIMARY KEY,
  event_id TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Events that could not be applied after all attempts; put aside for an operator.
CREATE TABLE parked_events (
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  aggregate TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  type TEXT NOT NULL,
  time_micros INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  actor TEXT NOT NULL,
  trace TEXT NOT NULL,
  before BLOB NOT NULL,
  after BLOB NOT NULL,
  error TEXT NOT NULL,
  parked_micros INTEGER NOT NULL,
  PRIMARY KEY (source, event_id)
) STRICT;

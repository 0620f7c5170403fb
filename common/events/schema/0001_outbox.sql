-- The identity of this feed, and how far it has been compacted. Exactly one row. The random id makes a token of
-- another database recognisable.
CREATE TABLE outbox_feed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  feed_id TEXT NOT NULL,
  compacted_position INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_feed (one, feed_id, compacted_position) VALUES (1, lower(hex(randomblob(6))), 0);

-- Every state change, written in its transaction (outbox.h).
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  aggregate TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  type TEXT NOT NULL,
  time_micros INTEGER NOT NULL,
  actor TEXT NOT NULL,
  trace TEXT NOT NULL,
  before BLOB NOT NULL,
  after BLOB NOT NULL
) STRICT;

-- The last sequence given to each aggregate; outlives the compaction of its events.
CREATE TABLE outbox_sequences (
  aggregate TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

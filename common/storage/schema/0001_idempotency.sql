-- Answers already given, so that a repeated request gets the same one (idempotency.h). `id` counts up with time, so
-- the sweep needs no index of its own.
CREATE TABLE idempotency (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,           -- begins with the company
  method TEXT NOT NULL,
  request_id TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  response BLOB NOT NULL,
  created_micros INTEGER NOT NULL,
  UNIQUE (scope, method, request_id)
) STRICT;

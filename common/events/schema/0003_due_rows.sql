-- Work that has a time (due_rows.h).
CREATE TABLE due_rows (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  due_micros INTEGER NOT NULL,
  payload BLOB NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_rows_by_time ON due_rows (kind, due_micros);

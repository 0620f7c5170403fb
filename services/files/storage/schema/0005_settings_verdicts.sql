-- What a company decides about its files, and how the files of orders were judged.

-- Append-only: every change is a version. The highest one applies.
CREATE TABLE file_settings (
  company TEXT NOT NULL,
  version INTEGER NOT NULL,
  settings BLOB NOT NULL,          -- millwright.files.v1.FileSettings
  updated_by TEXT NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (company, version)
) STRICT;

-- Append-only.
CREATE TABLE order_verdicts (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  project TEXT NOT NULL,
  verdict BLOB NOT NULL,           -- millwright.files.v1.OrderVerdict as the owner sees it
  shared BLOB NOT NULL,            -- the same as the seller sees it
  create_time INTEGER NOT NULL
) STRICT;
CREATE INDEX order_verdicts_by_order ON order_verdicts (order_id, create_time, id);
CREATE INDEX order_verdicts_by_project ON order_verdicts (project);
CREATE INDEX uploads_by_project ON uploads (project);

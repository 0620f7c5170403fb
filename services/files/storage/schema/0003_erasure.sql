-- Erasing the files of a patient: the rows stay, the bytes go, and what went is written down.

ALTER TABLE files ADD COLUMN erase_time INTEGER NOT NULL DEFAULT 0;  -- 0: the bytes are there

CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL REFERENCES projects (id),
  file TEXT NOT NULL REFERENCES files (id),
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  shared_copy INTEGER NOT NULL,    -- boolean
  reason TEXT NOT NULL,
  erased_by TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;
CREATE INDEX erasures_by_project ON erasures (project, create_time, id);

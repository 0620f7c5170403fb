-- Members of a company that are kept from a file, and what files are shared for.

-- `name_key` is the SHA-256 of the folded file name: it holds for all revisions, and holds no name.
CREATE TABLE file_restrictions (
  project TEXT NOT NULL REFERENCES projects (id),
  name_key TEXT NOT NULL,
  company TEXT NOT NULL,           -- whose members
  allowed TEXT NOT NULL,           -- members who may read it, a line each
  restricted_by TEXT NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (project, name_key, company)
) STRICT;

ALTER TABLE grants ADD COLUMN purpose INTEGER NOT NULL DEFAULT 0;  -- millwright.files.v1.Grant.Purpose

-- What other companies get of a file, whose hashes are known to be true, and what centers accept.

-- Names that must not travel, one a line.
ALTER TABLE projects ADD COLUMN patient_names TEXT NOT NULL DEFAULT '';

-- The file as the grantee sees it (millwright.files.v1.File), and the content of the copy it gets; '' if it gets the
-- bytes of the file itself.
ALTER TABLE grants ADD COLUMN shared BLOB NOT NULL DEFAULT x'';
ALTER TABLE grants ADD COLUMN copy_sha256 TEXT NOT NULL DEFAULT '';
CREATE INDEX grants_by_copy ON grants (copy_sha256) WHERE copy_sha256 <> '';

-- Companies of which a part has had the hash that its info file states: from then on a mismatch means something.
CREATE TABLE proven_senders (
  company TEXT PRIMARY KEY,
  project TEXT NOT NULL,           -- where it was seen
  create_time INTEGER NOT NULL
) STRICT;

-- Append-only: every change of a center's limits is a version. The highest one applies.
CREATE TABLE acceptance_profiles (
  company TEXT NOT NULL,
  version INTEGER NOT NULL,
  profile BLOB NOT NULL,           -- millwright.files.v1.AcceptanceProfile
  created_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (company, version)
) STRICT;

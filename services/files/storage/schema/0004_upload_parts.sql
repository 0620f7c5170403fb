-- Parts of uploads that are sent in several streams at once. `committed` is what was synced to disk.
CREATE TABLE upload_parts (
  upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  size INTEGER NOT NULL,
  committed INTEGER NOT NULL,
  PRIMARY KEY (upload, start)
) STRICT;

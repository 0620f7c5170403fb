-- Projects, uploads, files, and who may read them. Times are microseconds since 1970, sizes bytes, ids begin with the
-- owning company. `company` columns hold the company's id, not its resource name.

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  company TEXT NOT NULL,
  display_name TEXT NOT NULL,
  case_code TEXT NOT NULL,
  state INTEGER NOT NULL,          -- millwright.files.v1.Project.State
  version INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL
) STRICT;
CREATE INDEX projects_by_company ON projects (company, create_time, id);

-- An upload under way, or one that became `file`. `committed` is what was synced to disk.
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL REFERENCES projects (id),
  company TEXT NOT NULL,
  file_name TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,            -- announced; '' if it is not to be compared
  unit INTEGER NOT NULL,           -- millwright.files.v1.LengthUnit
  uploaded_by TEXT NOT NULL,
  committed INTEGER NOT NULL,
  expire_time INTEGER NOT NULL,
  file TEXT NOT NULL               -- '' until it is finished
) STRICT;

-- One row per revision of a name.
CREATE TABLE files (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL REFERENCES projects (id),
  company TEXT NOT NULL,
  file_name TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,     -- boolean
  kind INTEGER NOT NULL,           -- millwright.files.v1.File.Kind
  content_kind INTEGER NOT NULL,   -- millwright::files::FileKind
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  unit INTEGER NOT NULL,
  verdict INTEGER NOT NULL,        -- millwright.files.v1.Verdict; 0 while the exact analysis is under way
  analysis BLOB NOT NULL,          -- millwright.files.v1.File with measurement and findings only
  create_time INTEGER NOT NULL,
  uploaded_by TEXT NOT NULL,
  UNIQUE (project, file_name, revision)
) STRICT;
CREATE INDEX files_current ON files (project, superseded, file_name);
CREATE INDEX files_by_content ON files (sha256);

-- Bytes that count against a company's quota: files and unfinished uploads.
CREATE TABLE usage (
  company TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT;

-- Findings that a person confirmed. Append-only; `content` binds a waiver to the bytes it was given for.
CREATE TABLE waivers (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL REFERENCES projects (id),
  rule TEXT NOT NULL,
  file_name TEXT NOT NULL,
  tooth INTEGER NOT NULL,
  content TEXT NOT NULL,
  reason TEXT NOT NULL,
  waived_by TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;
CREATE INDEX waivers_by_project ON waivers (project);

-- What an order froze. state: 0 waits for the order's event, 1 confirmed by it, 2 ended by the order,
-- 3 expired before its order's event came.
CREATE TABLE pins (
  order_id TEXT PRIMARY KEY,
  project TEXT NOT NULL REFERENCES projects (id),
  seller TEXT NOT NULL,            -- company id
  request_id TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  response BLOB NOT NULL,          -- millwright.internal.files.v1.PinProjectRevisionResponse
  state INTEGER NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;
CREATE INDEX pins_by_project ON pins (project, state);

-- Names that orders lock against edits until they end. part: the name is a dental part, which is in at most one open
-- order; an info file that several orders need is locked by each of them.
CREATE TABLE locks (
  project TEXT NOT NULL,
  file_name TEXT NOT NULL,
  order_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  PRIMARY KEY (project, file_name, order_id)
) STRICT;
CREATE INDEX locks_by_order ON locks (order_id);

-- Who may read a file of another company. state: 0 pending, 1 active, 2 revoked.
CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  project TEXT NOT NULL,
  file TEXT NOT NULL REFERENCES files (id),
  grantee TEXT NOT NULL,           -- company id
  state INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL
) STRICT;
CREATE INDEX grants_by_file ON grants (file, grantee);
CREATE INDEX grants_by_order ON grants (order_id, grantee);
CREATE INDEX grants_by_project ON grants (project, id);

-- Who read what of another company's files.
CREATE TABLE accesses (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  file TEXT NOT NULL,
  order_id TEXT NOT NULL,
  grantee TEXT NOT NULL,
  member TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;
CREATE INDEX accesses_by_project ON accesses (project, id);

-- Where each order of a project stands, from its events.
CREATE TABLE order_states (
  order_id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  state INTEGER NOT NULL,          -- millwright.files.v1.Project.State
  open INTEGER NOT NULL,           -- boolean
  update_time INTEGER NOT NULL
) STRICT;
CREATE INDEX order_states_by_project ON order_states (project);

-- The latest copy of each order, from its events: what papers on demand are made of, and who may read them.
CREATE TABLE orders (
  tenant TEXT NOT NULL,
  order_name TEXT NOT NULL,
  buyer TEXT NOT NULL,
  seller TEXT NOT NULL,
  state TEXT NOT NULL,
  event BLOB NOT NULL,
  PRIMARY KEY (tenant, order_name)
) STRICT, WITHOUT ROWID;

-- The number series of an issuing company: kind of paper and civil year of its zone.
CREATE TABLE series (
  tenant TEXT NOT NULL,
  prefix TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  last_issued_micros INTEGER NOT NULL,
  last_chain TEXT NOT NULL,
  PRIMARY KEY (tenant, prefix, year)
) STRICT, WITHOUT ROWID;

-- Papers. The number is given in the write that makes a paper ISSUED; before that all of its number columns are NULL.
CREATE TABLE documents (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  order_name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  state INTEGER NOT NULL,
  event BLOB NOT NULL,
  missing TEXT NOT NULL,
  series_tenant TEXT,
  series_prefix TEXT,
  series_year INTEGER,
  series_sequence INTEGER,
  sha256 TEXT,
  input_sha256 TEXT,
  size_bytes INTEGER,
  chain_hash TEXT,
  issued_micros INTEGER,
  retain_until_micros INTEGER,
  created_micros INTEGER NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, order_name, kind, revision),
  UNIQUE (series_tenant, series_prefix, series_year, series_sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_sha256 ON documents (sha256) WHERE sha256 IS NOT NULL;

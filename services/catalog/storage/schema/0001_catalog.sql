-- Materials, machines and price lists: one row per version, never changed. `body` is the resource's protobuf message.
CREATE TABLE definitions (
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,          -- 'material', 'machine', 'price_list'
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  effective_us INTEGER NOT NULL,
  create_us INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (owner, kind, id, version)
) STRICT;

-- Counts the changes of a company's definitions, so that a compiled price book can be kept in memory.
CREATE TABLE revisions (
  owner TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT;

-- What quotes were computed from, by content: price books of a company, and tax tables (owner '').
CREATE TABLE rule_texts (
  owner TEXT NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (owner, hash)
) STRICT;

-- Immutable. `snapshot` is the canonical JSON of the computation, the views are what the two sides may see of it.
CREATE TABLE quotes (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  buyer TEXT NOT NULL,
  create_us INTEGER NOT NULL,
  expire_us INTEGER NOT NULL,
  snapshot TEXT NOT NULL,
  buyer_view BLOB NOT NULL,
  seller_view BLOB NOT NULL,
  PRIMARY KEY (owner, id)
) STRICT;

-- The quotes of a company, as buyer or seller.
CREATE TABLE quote_parties (
  company TEXT NOT NULL,
  create_us INTEGER NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  PRIMARY KEY (company, create_us, id)
) STRICT;

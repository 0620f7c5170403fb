-- One row per order: the record whole, and the columns that decide and order. Ids begin with the seller's, so the
-- table is clustered by tenant.
CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  record BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What lists read: one row per order and company that may see it. side: 1 buyer, 2 seller. listed = 0: only shown if a
-- filter asks for it (discarded, withdrawn). member: who ordered (buyer) or looks after it (seller).
CREATE TABLE order_index (
  company TEXT NOT NULL,
  side INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  listed INTEGER NOT NULL,
  member TEXT NOT NULL,
  partner TEXT NOT NULL,
  workflow TEXT NOT NULL,
  state TEXT NOT NULL,
  displayed_status TEXT NOT NULL,
  payment_state TEXT NOT NULL,
  order_number TEXT NOT NULL,
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  PRIMARY KEY (company, side, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_index_by_create ON order_index (company, side, create_us, order_id);
CREATE INDEX order_index_by_update ON order_index (company, side, update_us, order_id);
CREATE INDEX order_index_by_number ON order_index (company, side, order_number, order_id);
CREATE INDEX order_index_by_member ON order_index (company, side, member, create_us, order_id);
CREATE INDEX order_index_by_status ON order_index (company, side, displayed_status, create_us, order_id);

-- Orders per displayed status, kept up to date by each write, so that counting reads a handful of rows.
CREATE TABLE status_counts (
  company TEXT NOT NULL,
  side INTEGER NOT NULL,
  member TEXT NOT NULL,
  displayed_status TEXT NOT NULL,
  order_count INTEGER NOT NULL,
  PRIMARY KEY (company, side, member, displayed_status)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_history (
  order_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  entry BLOB NOT NULL,
  PRIMARY KEY (order_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_offers (
  order_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  offer BLOB NOT NULL,
  PRIMARY KEY (order_id, revision)
) STRICT, WITHOUT ROWID;

-- Order numbers without gaps: the counter moves in the transaction of the order.
CREATE TABLE order_numbers (
  seller TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (seller, year)
) STRICT, WITHOUT ROWID;

-- Keys that a buyer gives out himself. kind: 1 external id, 2 purchase order number.
CREATE TABLE buyer_keys (
  buyer TEXT NOT NULL,
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (buyer, kind, key)
) STRICT, WITHOUT ROWID;

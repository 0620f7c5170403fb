-- What lists filter by besides status and time. deadline: 0 no promise or done, 1 on track, 2 at risk, 3 overdue. Times are
-- microseconds; 0: not set.
ALTER TABLE order_index ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
ALTER TABLE order_index ADD COLUMN po_number TEXT NOT NULL DEFAULT '';
ALTER TABLE order_index ADD COLUMN ordered_by TEXT NOT NULL DEFAULT '';
ALTER TABLE order_index ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE order_index ADD COLUMN open_holds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_index ADD COLUMN deadline TEXT NOT NULL DEFAULT 'NONE';
ALTER TABLE order_index ADD COLUMN promised_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_index ADD COLUMN payment_due_us INTEGER NOT NULL DEFAULT 0;

-- What people search by: lower case, one row per company, term and order. Order numbers are in order_index already.
CREATE TABLE order_terms (
  company TEXT NOT NULL,
  term TEXT NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (company, term, order_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_metadata (
  order_id TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (order_id, key)
) STRICT, WITHOUT ROWID;

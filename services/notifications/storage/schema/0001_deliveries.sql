-- Who an order is between: who may read the list of its mails.
CREATE TABLE orders (
  tenant TEXT NOT NULL,
  order_name TEXT NOT NULL,
  buyer TEXT NOT NULL,
  seller TEXT NOT NULL,
  PRIMARY KEY (tenant, order_name)
) STRICT, WITHOUT ROWID;

-- One row per mail. `mail_key` is what makes an event mail somebody exactly once. Recipient to message stay empty until
-- the mail is addressed and written (`written` = 1); then the message never changes.
CREATE TABLE deliveries (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  mail_key TEXT NOT NULL,
  order_name TEXT NOT NULL,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  event BLOB NOT NULL,
  trace TEXT NOT NULL,
  company TEXT NOT NULL,
  member TEXT NOT NULL,
  side INTEGER NOT NULL,
  copy_billing INTEGER NOT NULL,
  template TEXT NOT NULL,
  state INTEGER NOT NULL,
  written INTEGER NOT NULL,
  recipients TEXT NOT NULL,
  cc TEXT NOT NULL,
  subject TEXT NOT NULL,
  message_id TEXT NOT NULL,
  message BLOB NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  created_micros INTEGER NOT NULL,
  sent_micros INTEGER,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, mail_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_order ON deliveries (tenant, order_name, company, id);

-- How companies run their order desks; a company without a row has the defaults.
CREATE TABLE order_settings (
  company TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  settings BLOB NOT NULL
) STRICT, WITHOUT ROWID;

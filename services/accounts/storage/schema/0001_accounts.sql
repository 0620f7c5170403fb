-- Companies, members, contacts, invitations and sessions. Keys begin with the owning company. `data` is the serialized
-- message of millwright.accounts.v1; columns beside it are what queries need.
CREATE TABLE companies (
  company TEXT PRIMARY KEY,
  kind INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  data BLOB NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  company TEXT NOT NULL REFERENCES companies (company),
  member TEXT NOT NULL,
  active_owner INTEGER NOT NULL,
  data BLOB NOT NULL,
  password_hash TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, member)
) STRICT, WITHOUT ROWID;

-- An address belongs to one member of the installation: the only key that does not begin with a company.
CREATE TABLE member_emails (
  email_key TEXT PRIMARY KEY,
  company TEXT NOT NULL,
  member TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per pair, low < high; each side has its own columns.
CREATE TABLE contacts (
  low TEXT NOT NULL REFERENCES companies (company),
  high TEXT NOT NULL REFERENCES companies (company),
  state INTEGER NOT NULL,
  low_note TEXT NOT NULL,
  low_payment_term_days INTEGER NOT NULL,
  low_version INTEGER NOT NULL,
  high_note TEXT NOT NULL,
  high_payment_term_days INTEGER NOT NULL,
  high_version INTEGER NOT NULL,
  create_micros INTEGER NOT NULL,
  PRIMARY KEY (low, high),
  CHECK (low < high)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_of_high ON contacts (high);

CREATE TABLE invitations (
  company TEXT NOT NULL REFERENCES companies (company),
  invitation TEXT NOT NULL,
  to_company TEXT NOT NULL REFERENCES companies (company),
  state INTEGER NOT NULL,
  message TEXT NOT NULL,
  create_micros INTEGER NOT NULL,
  PRIMARY KEY (company, invitation)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_made ON invitations (company, create_micros, invitation);
CREATE INDEX invitations_got ON invitations (to_company, create_micros, invitation);
-- At most one open invitation from one company to another.
CREATE UNIQUE INDEX invitations_open ON invitations (company, to_company) WHERE state = 1;

CREATE TABLE sessions (
  company TEXT NOT NULL,
  session TEXT NOT NULL,
  member TEXT NOT NULL,
  secret_hash BLOB NOT NULL,
  expire_micros INTEGER NOT NULL,
  PRIMARY KEY (company, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expire_micros);
CREATE INDEX sessions_of_member ON sessions (company, member);

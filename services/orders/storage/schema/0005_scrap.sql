-- What failures cost, for the report of a company.
CREATE TABLE scrap_records (
  company TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  replica TEXT NOT NULL,
  scrap_code INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  currency TEXT NOT NULL,
  cost_minor INTEGER NOT NULL,
  PRIMARY KEY (company, at_us, replica)
) STRICT, WITHOUT ROWID;

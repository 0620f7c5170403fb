-- Workflows that companies made. A version never changes.
CREATE TABLE company_workflows (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  create_us INTEGER NOT NULL,
  creator TEXT NOT NULL,
  definition BLOB NOT NULL,
  PRIMARY KEY (company, id, version)
) STRICT, WITHOUT ROWID;

-- Orders in workflows of companies' own. Orders in built-in ones, nearly all, are not in it and cost nothing.
CREATE INDEX order_index_by_own_workflow ON order_index (company, side, workflow, order_id)
  WHERE workflow >= 'companies/' AND workflow < 'companies0';

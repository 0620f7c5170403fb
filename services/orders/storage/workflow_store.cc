#include "services/orders/storage/workflow_store.h"

#include "absl/strings/str_cat.h"
#include "common/time/clock.h"

namespace millwright::orders {
namespace {

absl::StatusOr<StoredWorkflow> Read(const ::millwright::Row& row) {
  StoredWorkflow workflow;
  const auto bytes = row.Blob(0);
  if (!workflow.definition.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a stored workflow can't be read");
  }
  workflow.created = FromMicros(row.Int(1));
  workflow.creator = row.String(2);
  return workflow;
}

}  // namespace

absl::Status WorkflowStore::Insert(Transaction& tx, absl::string_view company, const StoredWorkflow& workflow) const {
  const std::string bytes = workflow.definition.SerializeAsString();
  return tx.Run(
      "INSERT INTO company_workflows (company, id, version, create_us, creator, definition) VALUES ($1, $2, $3, $4, $5, $6)",
      company, workflow.definition.id(), workflow.definition.version(), MicrosOf(workflow.created), workflow.creator,
      Blob{bytes});
}

absl::StatusOr<std::optional<StoredWorkflow>> WorkflowStore::Find(Reader& reader, absl::string_view company,
                                                                  absl::string_view id, int version) const {
  if (version == 0) {
    return reader
        .Query("SELECT definition, create_us, creator FROM company_workflows WHERE company = $1 AND id = $2 "
               "ORDER BY version DESC LIMIT 1",
               company, id)
        .One(Read);
  }
  return reader
      .Query("SELECT definition, create_us, creator FROM company_workflows WHERE company = $1 AND id = $2 AND version = $3",
             company, id, version)
      .One(Read);
}

absl::StatusOr<int> WorkflowStore::NewestVersion(Reader& reader, absl::string_view company, absl::string_view id) const {
  auto newest = reader.Query("SELECT COALESCE(MAX(version), 0) FROM company_workflows WHERE company = $1 AND id = $2", company, id)
                    .Int();
  if (!newest.ok()) return newest.status();
  return static_cast<int>(*newest);
}

absl::StatusOr<std::vector<StoredWorkflow>> WorkflowStore::List(Reader& reader, absl::string_view company,
                                                                absl::string_view after, int limit) const {
  return reader
      .Query("SELECT w.definition, w.create_us, w.creator FROM company_workflows w WHERE w.company = $1 AND w.id > $2 AND "
             "w.version = (SELECT MAX(n.version) FROM company_workflows n WHERE n.company = w.company AND n.id = w.id) "
             "ORDER BY w.id LIMIT $3",
             company, after, limit)
      .All(Read);
}

absl::StatusOr<int64_t> WorkflowStore::CountIds(Reader& reader, absl::string_view company) const {
  return reader.Query("SELECT COUNT(DISTINCT id) FROM company_workflows WHERE company = $1", company).Int();
}

absl::StatusOr<std::vector<std::string>> WorkflowStore::InUse(Reader& reader, absl::string_view company, int side) const {
  return reader
      .Query("SELECT DISTINCT workflow FROM order_index WHERE company = $1 AND side = $2 AND workflow >= 'companies/' AND "
             "workflow < 'companies0' ORDER BY workflow",
             company, side)
      .All([](const ::millwright::Row& row) { return row.String(0); });
}

absl::StatusOr<std::vector<std::string>> WorkflowStore::OrdersIn(Reader& reader, absl::string_view seller,
                                                                 absl::string_view workflow, absl::string_view after,
                                                                 int limit) const {
  return reader
      .Query("SELECT order_id FROM order_index WHERE company = $1 AND side = 2 AND workflow = $2 AND order_id > $3 AND "
             "workflow >= 'companies/' AND workflow < 'companies0' ORDER BY order_id LIMIT $4",
             seller, workflow, after, limit)
      .All([](const ::millwright::Row& row) { return row.String(0); });
}

}  // namespace millwright::orders

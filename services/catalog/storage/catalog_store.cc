#include "services/catalog/storage/catalog_store.h"

#include "common/errors/error.h"
#include "embedded/catalog_schema.h"

namespace millwright::catalog {
namespace {

DefinitionRow ReadDefinition(const Row& row) {
  return {row.String(0), row.Int(1), row.Int(2), row.Int(3), row.String(4)};
}

QuoteRow ReadQuote(const Row& row) {
  return {row.String(0), row.String(1), row.String(2), row.Int(3),
          row.Int(4),    row.String(5), row.String(6), row.String(7)};
}

}  // namespace

MigrationSet CatalogSchema() { return SchemaOf("catalog", CatalogSchemaFiles()); }

absl::StatusOr<std::optional<DefinitionRow>> FindDefinition(Reader& reader, absl::string_view owner,
                                                            absl::string_view kind, absl::string_view id) {
  return reader
      .Query(
          "SELECT id, version, effective_us, create_us, body FROM definitions "
          "WHERE owner = $1 AND kind = $2 AND id = $3 ORDER BY version DESC LIMIT 1",
          owner, kind, id)
      .One(ReadDefinition);
}

absl::StatusOr<std::vector<DefinitionRow>> ListDefinitions(Reader& reader, absl::string_view owner,
                                                           absl::string_view kind, absl::string_view after_id,
                                                           int limit) {
  return reader
      .Query(
          "SELECT d.id, d.version, d.effective_us, d.create_us, d.body FROM definitions d "
          "WHERE d.owner = $1 AND d.kind = $2 AND d.id > $3 AND d.version = (SELECT max(n.version) FROM definitions n "
          "WHERE n.owner = d.owner AND n.kind = d.kind AND n.id = d.id) ORDER BY d.id LIMIT $4",
          owner, kind, after_id, limit)
      .All(ReadDefinition);
}

absl::StatusOr<EffectiveList> FindEffectivePriceList(Reader& reader, absl::string_view owner, int64_t at_us) {
  EffectiveList out;
  MW_ASSIGN_OR_RETURN(out.row, reader
                                   .Query("SELECT id, version, effective_us, create_us, body FROM definitions "
                                          "WHERE owner = $1 AND kind = $2 AND effective_us <= $3 "
                                          "ORDER BY effective_us DESC, create_us DESC, version DESC, id LIMIT 1",
                                          owner, kPriceListKind, at_us)
                                   .One(ReadDefinition));
  MW_ASSIGN_OR_RETURN(int64_t next, reader
                                        .Query("SELECT min(effective_us) FROM definitions "
                                               "WHERE owner = $1 AND kind = $2 AND effective_us > $3",
                                               owner, kPriceListKind, at_us)
                                        .Int());
  if (next > 0) out.next_us = next;
  return out;
}

absl::Status InsertDefinition(Transaction& tx, absl::string_view owner, absl::string_view kind,
                              const DefinitionRow& row) {
  MW_RETURN_IF_ERROR(
      tx.Run("INSERT INTO definitions (owner, kind, id, version, effective_us, create_us, body) VALUES ($1, $2, $3, "
             "$4, $5, $6, $7)",
             owner, kind, row.id, row.version, row.effective_us, row.create_us, Blob{row.body}));
  return tx.Run(
      "INSERT INTO revisions (owner, revision) VALUES ($1, 1) "
      "ON CONFLICT (owner) DO UPDATE SET revision = revisions.revision + 1",
      owner);
}

absl::StatusOr<int64_t> RevisionOf(Reader& reader, absl::string_view owner) {
  return reader.Query("SELECT revision FROM revisions WHERE owner = $1", owner).Int();
}

absl::Status KeepRuleText(Transaction& tx, absl::string_view owner, absl::string_view hash, absl::string_view body) {
  // Asked first: nearly always it is there, and the text is long.
  MW_ASSIGN_OR_RETURN(bool known,
                      tx.Query("SELECT 1 FROM rule_texts WHERE owner = $1 AND hash = $2", owner, hash).Any());
  if (known) return absl::OkStatus();
  return tx.Run("INSERT INTO rule_texts (owner, hash, body) VALUES ($1, $2, $3)", owner, hash, body);
}

absl::StatusOr<std::optional<std::string>> FindRuleText(Reader& reader, absl::string_view owner,
                                                        absl::string_view hash) {
  return reader.Query("SELECT body FROM rule_texts WHERE owner = $1 AND hash = $2", owner, hash)
      .One([](const Row& row) { return row.String(0); });
}

absl::Status InsertQuote(Transaction& tx, const QuoteRow& row) {
  MW_RETURN_IF_ERROR(
      tx.Run("INSERT INTO quotes (owner, id, buyer, create_us, expire_us, snapshot, buyer_view, seller_view) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
             row.owner, row.id, row.buyer, row.create_us, row.expire_us, row.snapshot, Blob{row.buyer_view},
             Blob{row.seller_view}));
  constexpr char kParty[] = "INSERT INTO quote_parties (company, create_us, id, owner) VALUES ($1, $2, $3, $4)";
  MW_RETURN_IF_ERROR(tx.Run(kParty, row.owner, row.create_us, row.id, row.owner));
  return tx.Run(kParty, row.buyer, row.create_us, row.id, row.owner);
}

absl::StatusOr<std::optional<QuoteRow>> FindQuote(Reader& reader, absl::string_view owner, absl::string_view id) {
  return reader
      .Query(
          "SELECT owner, id, buyer, create_us, expire_us, snapshot, buyer_view, seller_view FROM quotes "
          "WHERE owner = $1 AND id = $2",
          owner, id)
      .One(ReadQuote);
}

absl::StatusOr<std::vector<QuoteRow>> ListQuotes(Reader& reader, absl::string_view company, int64_t before_us,
                                                 absl::string_view before_id, int limit) {
  return reader
      .Query(
          "SELECT q.owner, q.id, q.buyer, q.create_us, q.expire_us, '', q.buyer_view, q.seller_view "
          "FROM quote_parties p JOIN quotes q ON q.owner = p.owner AND q.id = p.id "
          "WHERE p.company = $1 AND (p.create_us < $2 OR (p.create_us = $2 AND p.id < $3)) "
          "ORDER BY p.create_us DESC, p.id DESC LIMIT $4",
          company, before_us, before_id, limit)
      .All(ReadQuote);
}

}  // namespace millwright::catalog

// Companies and members.
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "embedded/accounts_schema.h"
#include "services/accounts/domain/member_rules.h"
#include "services/accounts/domain/names.h"
#include "services/accounts/storage/accounts_store.h"

namespace millwright::accounts {
namespace {

using v1::Company;
using v1::Member;

template <typename T>
absl::StatusOr<Versioned<T>> Parse(const Row& row, int data, int version) {
  Versioned<T> out;
  if (!out.value.ParseFromString(row.String(data))) return absl::DataLossError("a stored row can't be read");
  out.version = row.Int(version);
  return out;
}

absl::Status LostRace(absl::string_view name) {
  return Error::Aborted("ETAG_MISMATCH", "somebody else changed it; read it again")
      .Resource("", name, "changed meanwhile");
}

}  // namespace

MigrationSet AccountsSchema() { return SchemaOf("accounts", AccountsSchemaFiles()); }

absl::Status NoCompany(absl::string_view name) { return Error::NotFound("millwright.example/Company", name); }
absl::Status NoMember(absl::string_view name) { return Error::NotFound("millwright.example/Member", name); }
absl::Status NoContact(absl::string_view name) { return Error::NotFound("millwright.example/Contact", name); }
absl::Status NoInvitation(absl::string_view name) { return Error::NotFound("millwright.example/Invitation", name); }

absl::Status InsertCompany(Transaction& tx, const Company& company) {
  return tx.Run("INSERT INTO companies (company, kind, display_name, data, version) VALUES ($1, $2, $3, $4, 1)",
                LastSegment(company.name()), company.kind(), company.display_name(),
                Blob{company.SerializeAsString()});
}

absl::StatusOr<Versioned<Company>> GetCompany(Reader& reader, absl::string_view company) {
  MW_ASSIGN_OR_RETURN(auto found, reader.Query("SELECT data, version FROM companies WHERE company = $1", company)
                                      .One([](const Row& row) { return Parse<Company>(row, 0, 1); }));
  if (!found) return NoCompany(absl::StrCat("companies/", company));
  return *std::move(found);
}

absl::Status UpdateCompany(Transaction& tx, const Versioned<Company>& company) {
  MW_ASSIGN_OR_RETURN(int64_t updated,
                      tx.Execute("UPDATE companies SET display_name = $3, data = $4, version = version + 1"
                                 " WHERE company = $1 AND version = $2",
                                 LastSegment(company.value.name()), company.version, company.value.display_name(),
                                 Blob{company.value.SerializeAsString()}));
  return updated == 1 ? absl::OkStatus() : LostRace(company.value.name());
}

absl::StatusOr<bool> HasOperator(Reader& reader) {
  return reader.Query("SELECT 1 FROM companies WHERE kind = $1", Company::OPERATOR).Any();
}

absl::Status InsertMember(Transaction& tx, const Member& member, absl::string_view password_hash) {
  const std::string company = CompanyIdOf(member.name());
  absl::Status taken = tx.Run("INSERT INTO member_emails (email_key, company, member) VALUES ($1, $2, $3)",
                              EmailKey(member.email()), company, LastSegment(member.name()));
  if (IsUniqueViolation(taken)) {
    return Error::AlreadyExists("millwright.example/Member", member.email(), "this e-mail address has an account")
        .Field("email", "sign in with it, or use another address");
  }
  MW_RETURN_IF_ERROR(taken);
  return tx.Run("INSERT INTO members (company, member, active_owner, data, password_hash, version)"
                " VALUES ($1, $2, $3, $4, $5, 1)",
                company, LastSegment(member.name()), IsActiveOwner(member), Blob{member.SerializeAsString()},
                password_hash);
}

absl::StatusOr<Versioned<Member>> GetMember(Reader& reader, absl::string_view company, absl::string_view member) {
  MW_ASSIGN_OR_RETURN(auto found, reader
                                      .Query("SELECT data, version FROM members WHERE company = $1 AND member = $2",
                                             company, member)
                                      .One([](const Row& row) { return Parse<Member>(row, 0, 1); }));
  if (!found) return NoMember(absl::StrCat("companies/", company, "/members/", member));
  return *std::move(found);
}

absl::Status UpdateMember(Transaction& tx, const Versioned<Member>& member) {
  MW_ASSIGN_OR_RETURN(int64_t updated,
                      tx.Execute("UPDATE members SET active_owner = $4, data = $5, version = version + 1"
                                 " WHERE company = $1 AND member = $2 AND version = $3",
                                 CompanyIdOf(member.value.name()), LastSegment(member.value.name()), member.version,
                                 IsActiveOwner(member.value), Blob{member.value.SerializeAsString()}));
  return updated == 1 ? absl::OkStatus() : LostRace(member.value.name());
}

absl::StatusOr<std::vector<Versioned<Member>>> ListMembers(Reader& reader, absl::string_view company,
                                                           absl::string_view after, int limit) {
  return reader
      .Query("SELECT data, version FROM members WHERE company = $1 AND member > $2 ORDER BY member LIMIT $3", company,
             after, limit)
      .All([](const Row& row) { return Parse<Member>(row, 0, 1); });
}

absl::StatusOr<int64_t> CountOtherOwners(Reader& reader, absl::string_view company, absl::string_view member) {
  return reader
      .Query("SELECT count(*) FROM members WHERE company = $1 AND member <> $2 AND active_owner = 1", company, member)
      .Int();
}

absl::StatusOr<std::optional<SignInRow>> FindSignIn(Reader& reader, absl::string_view email_key) {
  return reader
      .Query("SELECT m.data, m.company, m.password_hash FROM member_emails e"
             " JOIN members m ON m.company = e.company AND m.member = e.member WHERE e.email_key = $1",
             email_key)
      .One([](const Row& row) -> absl::StatusOr<SignInRow> {
        SignInRow found{{}, row.String(1), row.String(2)};
        if (!found.member.ParseFromString(row.String(0))) return absl::DataLossError("a stored member can't be read");
        return found;
      });
}

}  // namespace millwright::accounts

// Companies, members, contacts, invitations and sessions in the database of accounts.
//
// The SQL is one text for all engines (architecture.md, Storage); what differs per engine is behind Reader and
// Transaction, and the schema file. All ids are the last segments of resource names.
//
// Errors: those of storage_error.h; where a row must exist, NOT_FOUND with the resource name.
// Thread-safety: stateless; as of the Reader or Transaction handed in.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_STORAGE_ACCOUNTS_STORE_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_STORAGE_ACCOUNTS_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/storage/migrations.h"
#include "common/storage/session.h"
#include "millwright/accounts/v1/company.pb.h"
#include "services/accounts/domain/contact_rules.h"

namespace millwright::accounts {

// The numbered files of storage/schema.
MigrationSet AccountsSchema();

// A resource and the version that its etag is made of.
template <typename T>
struct Versioned {
  T value;
  int64_t version = 1;
};

// What a sign-in needs of a member.
struct SignInRow {
  v1::Member member;
  std::string company;  // id
  std::string password_hash;
};

struct SessionRow {
  std::string company, session, member;  // ids
  std::string secret_hash;
  absl::Time expire_time;
};

// --- Companies. `value.name` is set, the etag is not.
absl::Status InsertCompany(Transaction& tx, const v1::Company& company);
absl::StatusOr<Versioned<v1::Company>> GetCompany(Reader& reader, absl::string_view company);
// ABORTED if the version is not the stored one. The stored one counts up.
absl::Status UpdateCompany(Transaction& tx, const Versioned<v1::Company>& company);
absl::StatusOr<bool> HasOperator(Reader& reader);

// --- Members.
// ALREADY_EXISTS (Member) if the address belongs to one.
absl::Status InsertMember(Transaction& tx, const v1::Member& member, absl::string_view password_hash);
absl::StatusOr<Versioned<v1::Member>> GetMember(Reader& reader, absl::string_view company, absl::string_view member);
absl::Status UpdateMember(Transaction& tx, const Versioned<v1::Member>& member);
// By id, after `after` (exclusive; "" from the start).
absl::StatusOr<std::vector<Versioned<v1::Member>>> ListMembers(Reader& reader, absl::string_view company,
                                                               absl::string_view after, int limit);
// Active owners besides `member`.
absl::StatusOr<int64_t> CountOtherOwners(Reader& reader, absl::string_view company, absl::string_view member);
// nullopt if no member has the address; `email_key` as of EmailKey().
absl::StatusOr<std::optional<SignInRow>> FindSignIn(Reader& reader, absl::string_view email_key);

// --- Contacts.
absl::StatusOr<std::optional<ContactRow>> FindContact(Reader& reader, absl::string_view a, absl::string_view b);
// Inserts or replaces.
absl::Status PutContact(Transaction& tx, const ContactRow& row);
struct ContactListing {
  ContactRow row;
  v1::Company other;
};
// Contacts of `company` by the other's display name and id, after (`name`, `id`) if `id` is not empty.
absl::StatusOr<std::vector<ContactListing>> ListContacts(Reader& reader, absl::string_view company,
                                                         absl::string_view name, absl::string_view id, int limit);

// --- Invitations, with both display names filled in.
absl::Status InsertInvitation(Transaction& tx, const v1::Invitation& invitation);
absl::Status SetInvitationState(Transaction& tx, const v1::Invitation& invitation);
absl::StatusOr<std::optional<v1::Invitation>> FindInvitation(Reader& reader, absl::string_view company,
                                                             absl::string_view invitation);
// The open invitation from one company to another.
absl::StatusOr<std::optional<v1::Invitation>> FindOpenInvitation(Reader& reader, absl::string_view from,
                                                                 absl::string_view to);
// Made or got by `company`, the newest first, before (`micros`, `id`) if `id` is not empty.
absl::StatusOr<std::vector<v1::Invitation>> ListInvitations(Reader& reader, absl::string_view company, int64_t micros,
                                                            absl::string_view id, int limit);

// --- Sessions.
absl::Status PutSession(Transaction& tx, const SessionRow& session);
absl::StatusOr<std::optional<SessionRow>> FindSession(Reader& reader, absl::string_view company,
                                                      absl::string_view session);
absl::Status DeleteSession(Transaction& tx, absl::string_view company, absl::string_view session);
absl::Status DeleteSessionsOf(Transaction& tx, absl::string_view company, absl::string_view member);
// At most `limit` that expired before `now`; how many.
absl::StatusOr<int64_t> DeleteExpiredSessions(Transaction& tx, absl::Time now, int limit);

// NOT_FOUND for a resource name; equal for what the caller may not see.
absl::Status NoCompany(absl::string_view name);
absl::Status NoMember(absl::string_view name);
absl::Status NoContact(absl::string_view name);
absl::Status NoInvitation(absl::string_view name);

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_STORAGE_ACCOUNTS_STORE_H_

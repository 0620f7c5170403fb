// The changes of accounts, each within one write transaction: rules, rows and events together.
//
// Handlers check who calls and translate; what happens then is here. Every method that changes something writes its
// event (README.md lists them) with the acting member.
//
// Thread-safety: stateless apart from its collaborators, which are thread-safe; a Transaction stays in its thread.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNT_BOOK_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNT_BOOK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/events/outbox.h"
#include "common/ids/ids.h"
#include "common/rpc/call.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "google/protobuf/field_mask.pb.h"
#include "millwright/accounts/v1/accounts_service.pb.h"
#include "services/accounts/domain/names.h"
#include "services/accounts/storage/accounts_store.h"

namespace millwright::accounts {

// Who acts, for histories and events.
struct Actor {
  std::string name;     // member's resource name or "service:accounts"
  std::string company;  // id of the acting company
  std::string trace;

  static Actor Of(const CallInfo& call);
};

class AccountBook {
 public:
  AccountBook(Outbox& outbox, IdGenerator& ids, const Clock& clock) : outbox_(outbox), ids_(ids), clock_(clock) {}

  // Makes company and owner, and the contact with (or invitation to) `shop` if one is named. `company` and `owner` are
  // normalized.
  absl::StatusOr<v1::SignUpResponse> SignUp(Transaction& tx, v1::Company company, v1::Member owner,
                                            absl::string_view password_hash, absl::string_view shop,
                                            absl::string_view trace);

  absl::StatusOr<v1::Company> UpdateCompany(Transaction& tx, const Actor& actor, const v1::Company& change,
                                            const google::protobuf::FieldMask& mask);

  absl::StatusOr<v1::Member> CreateMember(Transaction& tx, const Actor& actor, v1::Member member,
                                          absl::string_view password_hash);
  absl::StatusOr<v1::Member> UpdateMember(Transaction& tx, const Actor& actor, const v1::Member& change,
                                          const google::protobuf::FieldMask& mask);
  // Ends the sessions too.
  absl::StatusOr<v1::Member> DisableMember(Transaction& tx, const Actor& actor, absl::string_view member,
                                           absl::string_view etag);

  // Invites `to` (id), or accepts its open invitation.
  absl::StatusOr<v1::Invitation> Invite(Transaction& tx, const Actor& actor, absl::string_view to,
                                        absl::string_view message);
  absl::StatusOr<v1::Invitation> MoveInvitation(Transaction& tx, const Actor& actor, v1::Invitation invitation,
                                                InvitationMove move);

  absl::StatusOr<v1::Contact> UpdateContact(Transaction& tx, const Actor& actor, const v1::Contact& change,
                                            const google::protobuf::FieldMask& mask);
  absl::StatusOr<v1::Contact> RevokeContact(Transaction& tx, const Actor& actor, absl::string_view other,
                                            absl::string_view etag);

  // The contact with `other` as the company `self` sees it, with its etag. NOT_FOUND if there is none.
  static absl::StatusOr<v1::Contact> ReadContact(Reader& reader, absl::string_view self, absl::string_view other);

 private:
  struct Change {
    absl::string_view type, aggregate;
    const google::protobuf::Message* before = nullptr;
    const google::protobuf::Message* after = nullptr;
  };
  absl::Status Emit(Transaction& tx, const Actor& actor, const Change& change);
  // Makes or revives the contact between the actor's company and `other`.
  absl::Status Connect(Transaction& tx, const Actor& actor, absl::string_view other);
  absl::Status InsertNewMember(Transaction& tx, const Actor& actor, v1::Member& member,
                               absl::string_view password_hash);

  Outbox& outbox_;
  IdGenerator& ids_;
  const Clock& clock_;
};

// The resource with its etag.
template <typename T>
T WithEtag(Versioned<T> row);

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNT_BOOK_H_

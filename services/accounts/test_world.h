// For tests of the handlers: the whole service but for gRPC, on a scratch database, with a clock and ids of its own.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_TEST_WORLD_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_TEST_WORLD_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/events/outbox.h"
#include "common/ids/ids.h"
#include "common/storage/scratch_database.h"
#include "gtest/gtest.h"
#include "services/accounts/accounts_service.h"
#include "services/accounts/directory_service.h"
#include "services/accounts/storage/accounts_store.h"

namespace millwright::accounts {

inline constexpr char kPassword[] = "correct horse battery";

// A signed-up company and its owner.
struct Signed {
  std::string company, owner;  // resource names
  std::string email;
  v1::SignUpResponse answer;
};

class World : public ::testing::Test {
 protected:
  World() : scratch_({StorageSchema(), EventsSchema(), AccountsSchema()}) { Build(); }

  // As after a restart.
  void Restart() {
    accounts_.reset();
    directory_.reset();
    sessions_.reset();
    book_.reset();
    outbox_.reset();
    scratch_.Reopen();
    Build();
  }
  Database& db() { return scratch_.db(); }

  static v1::SignUpRequest SignUpRequestOf(const std::string& name, v1::Company::Kind kind) {
    v1::SignUpRequest request;
    request.mutable_company()->set_display_name(name);
    request.mutable_company()->set_kind(kind);
    request.mutable_owner()->set_display_name("Owner of " + name);
    request.mutable_owner()->set_email(absl::StrCat("owner@", name, ".example"));
    request.set_password(kPassword);
    return request;
  }
  Signed SignUp(const v1::SignUpRequest& request) {
    auto answer = accounts_->SignUp(Public(), request);
    if (!answer.ok()) {
      ADD_FAILURE() << answer.status();
      return {};
    }
    return {answer->company().name(), answer->owner().name(), answer->owner().email(), *answer};
  }
  Signed SignUp(const std::string& name, v1::Company::Kind kind) { return SignUp(SignUpRequestOf(name, kind)); }

  // A call without a user, with a new request id.
  CallInfo Public() {
    CallInfo call;
    call.method = "/test";
    call.request_id = absl::StrCat("request-", ++requests_);
    call.request_hash = "hash";
    call.principal.service = "gateway";
    return call;
  }
  CallInfo As(const Signed& who, std::vector<std::string> roles = {"owner"}) {
    CallInfo call = Public();
    call.principal.member = who.owner;
    call.principal.company = who.company;
    call.principal.roles = std::move(roles);
    return call;
  }
  CallInfo AsService(const std::string& name) {
    CallInfo call = Public();
    call.principal.service = name;
    return call;
  }
  // `from` invites `to`, which accepts.
  void Connect(const Signed& from, const Signed& to) {
    v1::CreateInvitationRequest invite;
    invite.set_parent(from.company);
    invite.set_company(to.company);
    auto invitation = accounts_->CreateInvitation(As(from), invite);
    ASSERT_TRUE(invitation.ok()) << invitation.status();
    v1::AcceptInvitationRequest accept;
    accept.set_name(invitation->name());
    auto contact = accounts_->AcceptInvitation(As(to), accept);
    ASSERT_TRUE(contact.ok()) << contact.status();
  }
  std::vector<std::string> EventTypes() {
    auto events = db().Read([&](Reader& reader) { return outbox_->ReadAfter(reader, 0, 1000); });
    std::vector<std::string> types;
    for (const Event& event : *events) types.push_back(event.type);
    return types;
  }

 private:
  void Build() {
    outbox_ = *Outbox::Open(db());
    if (keys_ == nullptr) keys_ = *SigningKeys::Open(folder_.File("keys"), clock_);
    book_ = std::make_unique<AccountBook>(*outbox_, ids_, clock_);
    sessions_ = *SessionBook::Make(db(), *keys_, ids_, clock_, {});
    accounts_ = std::make_unique<AccountsHandlers>(AccountsHandlers::Parts{
        db(), *book_, *sessions_, *keys_, clock_, Pager("a secret of at least sixteen bytes")});
    directory_ = std::make_unique<DirectoryHandlers>(db());
  }

 protected:
  ScratchFolder folder_;
  ScratchDatabase scratch_;
  ManualClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  RandomIdGenerator ids_{clock_};
  std::unique_ptr<SigningKeys> keys_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<AccountBook> book_;
  std::unique_ptr<SessionBook> sessions_;
  std::unique_ptr<AccountsHandlers> accounts_;
  std::unique_ptr<DirectoryHandlers> directory_;
  int requests_ = 0;
};

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_TEST_WORLD_H_

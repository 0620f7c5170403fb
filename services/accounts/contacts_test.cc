// Invitations, contacts and the directory through the handlers.
#include <algorithm>

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "services/accounts/test_world.h"

namespace millwright::accounts {
namespace {

using ::testing::Contains;
using ::testing::Not;
using v1::Company;
using v1::Contact;
using v1::Invitation;

class ContactsTest : public World {
 protected:
  ContactsTest() : lab_(SignUp("lab", Company::LAB)), center_(SignUp("center", Company::CENTER)) {}

  absl::StatusOr<Invitation> Invite(const Signed& from, const Signed& to) {
    v1::CreateInvitationRequest request;
    request.set_parent(from.company);
    request.set_company(to.company);
    request.set_message("Let us work together");
    return accounts_->CreateInvitation(As(from), request);
  }
  template <typename Request, typename Response>
  absl::StatusOr<Response> ByName(absl::StatusOr<Response> (AccountsHandlers::*fn)(const CallInfo&, const Request&),
                                  const Signed& who, const std::string& name) {
    Request request;
    request.set_name(name);
    return (accounts_.get()->*fn)(As(who), request);
  }
  absl::StatusOr<Contact> Seen(const Signed& by, const Signed& other) {
    return ByName(&AccountsHandlers::GetContact, by,
                  absl::StrCat(by.company, "/contacts/", LastSegment(other.company)));
  }
  bool Related(const Signed& buyer, const Signed& seller) {
    internal::accounts::v1::GetRelationRequest request;
    request.set_buyer(buyer.company);
    request.set_seller(seller.company);
    return directory_->GetRelation(AsService("orders"), request)->contacts();
  }
  Signed lab_, center_;
};

TEST_F(ContactsTest, AnInvitationIsSeenByBothAndAcceptedByTheInvited) {
  auto invitation = Invite(lab_, center_);
  ASSERT_TRUE(invitation.ok()) << invitation.status();
  EXPECT_EQ(invitation->from_display_name(), "lab");
  EXPECT_EQ(invitation->to_display_name(), "center");
  for (const Signed& side : {lab_, center_}) {
    auto seen = ByName(&AccountsHandlers::GetInvitation, side, invitation->name());
    ASSERT_TRUE(seen.ok()) << seen.status();
    EXPECT_EQ(seen->SerializeAsString(), invitation->SerializeAsString());
  }
  EXPECT_FALSE(Related(lab_, center_));
  EXPECT_EQ(ReasonOf(ByName(&AccountsHandlers::AcceptInvitation, lab_, invitation->name()).status()),
            "INVITATION_SIDE");
  auto contact = ByName(&AccountsHandlers::AcceptInvitation, center_, invitation->name());
  ASSERT_TRUE(contact.ok()) << contact.status();
  EXPECT_EQ(contact->contact_company(), lab_.company);
  EXPECT_TRUE(Related(lab_, center_));
  EXPECT_TRUE(Related(center_, lab_));
  EXPECT_EQ(Seen(lab_, center_)->display_name(), "center");
  EXPECT_THAT(EventTypes(), Contains("accounts.contact_created"));
  EXPECT_EQ(ReasonOf(ByName(&AccountsHandlers::DeclineInvitation, center_, invitation->name()).status()),
            "INVITATION_NOT_PENDING");
  EXPECT_EQ(Invite(lab_, center_).status().code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(ContactsTest, ACompanyIsFoundByTheAddressOfAMember) {
  v1::CreateInvitationRequest request;
  request.set_parent(lab_.company);
  request.set_email("OWNER@center.example");
  auto invitation = accounts_->CreateInvitation(As(lab_), request);
  ASSERT_TRUE(invitation.ok()) << invitation.status();
  EXPECT_EQ(invitation->to_company(), center_.company);
}

TEST_F(ContactsTest, WrongInvitationsAreRefused) {
  v1::CreateInvitationRequest request;
  request.set_parent(lab_.company);
  auto code = [&] { return accounts_->CreateInvitation(As(lab_), request).status().code(); };
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument) << "nobody is named";
  request.set_email("nobody@nowhere.example");
  EXPECT_EQ(code(), absl::StatusCode::kNotFound);
  request.set_company(center_.company);
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument) << "two are named";
  request.clear_email();
  request.set_company(lab_.company);
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument) << "oneself";
  request.set_company("companies/unknown0001");
  EXPECT_EQ(code(), absl::StatusCode::kNotFound);
  request.set_parent(center_.company);
  EXPECT_EQ(code(), absl::StatusCode::kNotFound) << "in the name of another company";
}

TEST_F(ContactsTest, OneOpenInvitationAtATimeAndACounterInvitationAccepts) {
  ASSERT_TRUE(Invite(lab_, center_).ok());
  EXPECT_EQ(Invite(lab_, center_).status().code(), absl::StatusCode::kAlreadyExists);
  auto counter = Invite(center_, lab_);
  ASSERT_TRUE(counter.ok()) << counter.status();
  EXPECT_EQ(counter->state(), Invitation::ACCEPTED);
  EXPECT_EQ(counter->from_company(), lab_.company);
  EXPECT_TRUE(Related(lab_, center_));
}

TEST_F(ContactsTest, DeclinedAndWithdrawnInvitationsMayBeFollowedByNewOnes) {
  auto first = Invite(lab_, center_);
  EXPECT_EQ(ByName(&AccountsHandlers::DeclineInvitation, center_, first->name())->state(), Invitation::DECLINED);
  auto second = Invite(lab_, center_);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(ReasonOf(ByName(&AccountsHandlers::WithdrawInvitation, center_, second->name()).status()),
            "INVITATION_SIDE");
  EXPECT_EQ(ByName(&AccountsHandlers::WithdrawInvitation, lab_, second->name())->state(), Invitation::WITHDRAWN);
  EXPECT_FALSE(Related(lab_, center_));
}

TEST_F(ContactsTest, AThirdCompanyLearnsNothing) {
  Signed third = SignUp("third", Company::LAB);
  auto invitation = Invite(lab_, center_);
  const std::string absent = lab_.company + "/invitations/absent";
  for (const std::string& name : {invitation->name(), absent}) {
    EXPECT_EQ(ByName(&AccountsHandlers::GetInvitation, third, name).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ByName(&AccountsHandlers::AcceptInvitation, third, name).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ByName(&AccountsHandlers::DeclineInvitation, third, name).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ByName(&AccountsHandlers::WithdrawInvitation, third, name).status().code(), absl::StatusCode::kNotFound);
  }
  Connect(center_, third);
  EXPECT_EQ(ByName(&AccountsHandlers::GetContact, lab_,
                   absl::StrCat(center_.company, "/contacts/", LastSegment(third.company)))
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Seen(lab_, third).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ContactsTest, EachSideEditsItsOwnFieldsUnderItsOwnEtag) {
  Connect(lab_, center_);
  v1::UpdateContactRequest request;
  *request.mutable_contact() = *Seen(center_, lab_);
  request.mutable_contact()->set_note("pays late");
  request.mutable_contact()->set_payment_term_days(30);
  request.mutable_contact()->set_display_name("output only");
  auto updated = accounts_->UpdateContact(As(center_), request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->note(), "pays late");
  EXPECT_EQ(Seen(center_, lab_)->SerializeAsString(), updated->SerializeAsString());
  EXPECT_EQ(updated->display_name(), "lab");
  EXPECT_EQ(Seen(lab_, center_)->note(), "");
  EXPECT_EQ(accounts_->UpdateContact(As(center_), request).status().code(), absl::StatusCode::kAborted);

  internal::accounts::v1::GetRelationRequest relation;
  relation.set_buyer(lab_.company);
  relation.set_seller(center_.company);
  EXPECT_EQ(directory_->GetRelation(AsService("orders"), relation)->payment_term_days(), 30);
  std::swap(*relation.mutable_buyer(), *relation.mutable_seller());
  EXPECT_EQ(directory_->GetRelation(AsService("orders"), relation)->payment_term_days(), kDefaultPaymentTermDays);
}

TEST_F(ContactsTest, ARevokedContactIsRevivedByANewInvitation) {
  Connect(lab_, center_);
  const std::string name = Seen(lab_, center_)->name();
  v1::RevokeContactRequest request;
  request.set_name(name);
  request.set_etag("\"stale\"");
  EXPECT_EQ(accounts_->RevokeContact(As(lab_), request).status().code(), absl::StatusCode::kAborted);
  request.clear_etag();
  EXPECT_EQ(accounts_->RevokeContact(As(lab_), request)->state(), Contact::REVOKED);
  EXPECT_EQ(accounts_->RevokeContact(As(lab_), request)->state(), Contact::REVOKED) << "once more changes nothing";
  EXPECT_EQ(Seen(center_, lab_)->state(), Contact::REVOKED);
  EXPECT_FALSE(Related(lab_, center_));
  Connect(center_, lab_);
  EXPECT_TRUE(Related(lab_, center_));
}

TEST_F(ContactsTest, ContactsAreListedByTodaysNameAndPaged) {
  std::vector<std::string> expected = {"center"};
  Connect(lab_, center_);
  for (const char* name : {"zeta", "alpha", "mike"}) {
    Connect(SignUp(name, Company::CENTER), lab_);
    expected.push_back(name);
  }
  std::sort(expected.begin(), expected.end());
  v1::ListContactsRequest request;
  request.set_parent(lab_.company);
  request.set_page_size(3);
  std::vector<std::string> names;
  do {
    auto page = accounts_->ListContacts(As(lab_), request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Contact& contact : page->contacts()) names.push_back(contact.display_name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names, expected);
  EXPECT_EQ(accounts_->ListContacts(As(center_), request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ContactsTest, InvitationsAreListedNewestFirstOnBothSides) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) {
    Signed shop = SignUp(absl::StrCat("shop", i), Company::SHOP);
    auto invitation = i % 2 == 0 ? Invite(lab_, shop) : Invite(shop, lab_);
    ASSERT_TRUE(invitation.ok()) << invitation.status();
    made.insert(made.begin(), invitation->name());
    clock_.Advance(absl::Seconds(1));
  }
  v1::ListInvitationsRequest request;
  request.set_parent(lab_.company);
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    auto page = accounts_->ListInvitations(As(lab_), request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Invitation& invitation : page->invitations()) listed.push_back(invitation.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, made);
}

TEST_F(ContactsTest, ARepeatedAcceptAnswersTheSame) {
  auto invitation = Invite(lab_, center_);
  v1::AcceptInvitationRequest request;
  request.set_name(invitation->name());
  const CallInfo call = As(center_);
  auto first = accounts_->AcceptInvitation(call, request);
  auto second = accounts_->AcceptInvitation(call, request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
}

TEST_F(ContactsTest, NotesNeverReachAnEvent) {
  Connect(lab_, center_);
  v1::UpdateContactRequest update;
  *update.mutable_contact() = *Seen(lab_, center_);
  update.mutable_contact()->set_note("canary-7f3a");
  ASSERT_TRUE(accounts_->UpdateContact(As(lab_), update).ok());
  v1::RevokeContactRequest revoke;
  revoke.set_name(update.contact().name());
  ASSERT_TRUE(accounts_->RevokeContact(As(lab_), revoke).ok());
  const auto events = db().Read([&](Reader& reader) { return outbox_->ReadAfter(reader, 0, 100); });
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_FALSE(events->empty());
  for (const Event& event : *events) {
    EXPECT_THAT(event.before + event.after, Not(::testing::HasSubstr("canary-7f3a"))) << event.type;
  }
}

TEST_F(ContactsTest, TheDirectoryTellsMembersOnlyOfTheirOwnCompany) {
  Signed third = SignUp("third", Company::LAB);
  internal::accounts::v1::GetRelationRequest request;
  request.set_buyer(lab_.company);
  request.set_seller(center_.company);
  EXPECT_TRUE(directory_->GetRelation(As(lab_), request).ok());
  EXPECT_TRUE(directory_->GetRelation(As(center_), request).ok());
  EXPECT_EQ(directory_->GetRelation(As(third), request).status().code(), absl::StatusCode::kNotFound);
  request.set_seller("companies/unknown0001");
  EXPECT_EQ(directory_->GetRelation(AsService("orders"), request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ContactsTest, MailboxesOfDisabledAndForeignMembersAreEmpty) {
  v1::CreateMemberRequest add;
  add.set_parent(lab_.company);
  add.mutable_member()->set_display_name("Ben");
  add.mutable_member()->set_email("ben@lab.example");
  add.set_password(kPassword);
  const std::string ben = accounts_->CreateMember(As(lab_), add)->name();
  internal::accounts::v1::ResolveMailboxesRequest request;
  request.set_company(lab_.company);
  request.set_member(ben);
  auto resolve = [&] { return *directory_->ResolveMailboxes(AsService("notifications"), request); };
  EXPECT_EQ(resolve().company().email(), "owner@lab.example");
  EXPECT_EQ(resolve().member_email(), "ben@lab.example");
  v1::DisableMemberRequest disable;
  disable.set_name(ben);
  ASSERT_TRUE(accounts_->DisableMember(As(lab_), disable).ok());
  EXPECT_EQ(resolve().member_email(), "");
  EXPECT_EQ(resolve().member_display_name(), "Ben");
  request.set_member(center_.owner);
  EXPECT_EQ(resolve().member_email(), "");
  EXPECT_EQ(resolve().member_display_name(), "");
}

}  // namespace
}  // namespace millwright::accounts

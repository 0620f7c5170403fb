// Contacts, invitations and sessions.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include "services/accounts/storage/accounts_store.h"

namespace millwright::accounts {
namespace {

using google::protobuf::util::TimeUtil;
using v1::Contact;
using v1::Invitation;

constexpr char kContactColumns[] =
    "c.low, c.high, c.state, c.low_note, c.low_payment_term_days, c.low_version, c.high_note,"
    " c.high_payment_term_days, c.high_version, c.create_micros";

ContactRow ContactOf(const Row& row) {
  ContactRow contact;
  contact.low = row.String(0);
  contact.high = row.String(1);
  contact.state = static_cast<Contact::State>(row.Int(2));
  contact.low_side = {row.String(3), static_cast<int32_t>(row.Int(4)), row.Int(5)};
  contact.high_side = {row.String(6), static_cast<int32_t>(row.Int(7)), row.Int(8)};
  contact.create_time = row.Time(9);
  return contact;
}

constexpr char kInvitationColumns[] =
    "i.company, i.invitation, i.to_company, i.state, i.message, i.create_micros, f.display_name, t.display_name";
constexpr char kInvitationJoins[] =
    " JOIN companies f ON f.company = i.company JOIN companies t ON t.company = i.to_company ";

Invitation InvitationOf(const Row& row) {
  Invitation invitation;
  invitation.set_name(absl::StrCat("companies/", row.String(0), "/invitations/", row.String(1)));
  invitation.set_from_company(absl::StrCat("companies/", row.String(0)));
  invitation.set_to_company(absl::StrCat("companies/", row.String(2)));
  invitation.set_state(static_cast<Invitation::State>(row.Int(3)));
  invitation.set_message(row.String(4));
  *invitation.mutable_create_time() = TimeUtil::MicrosecondsToTimestamp(row.Int(5));
  invitation.set_from_display_name(row.String(6));
  invitation.set_to_display_name(row.String(7));
  return invitation;
}

}  // namespace

absl::StatusOr<std::optional<ContactRow>> FindContact(Reader& reader, absl::string_view a, absl::string_view b) {
  return reader
      .Query(absl::StrCat("SELECT ", kContactColumns, " FROM contacts c WHERE c.low = $1 AND c.high = $2"),
             std::min(a, b), std::max(a, b))
      .One(ContactOf);
}

absl::Status PutContact(Transaction& tx, const ContactRow& row) {
  return tx.Run(
      "INSERT INTO contacts (low, high, state, low_note, low_payment_term_days, low_version, high_note,"
      " high_payment_term_days, high_version, create_micros) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
      " ON CONFLICT (low, high) DO UPDATE SET state = excluded.state, low_note = excluded.low_note,"
      " low_payment_term_days = excluded.low_payment_term_days, low_version = excluded.low_version,"
      " high_note = excluded.high_note, high_payment_term_days = excluded.high_payment_term_days,"
      " high_version = excluded.high_version",
      row.low, row.high, row.state, row.low_side.note, row.low_side.payment_term_days, row.low_side.version,
      row.high_side.note, row.high_side.payment_term_days, row.high_side.version, row.create_time);
}

absl::StatusOr<std::vector<ContactListing>> ListContacts(Reader& reader, absl::string_view company,
                                                         absl::string_view name, absl::string_view id, int limit) {
  // Both sides by index, then sorted by the name of the other as it is today.
  return reader
      .Query(absl::StrCat("SELECT ", kContactColumns,
                          ", o.data FROM (SELECT low, high, high AS other FROM contacts WHERE low = $1"
                          " UNION ALL SELECT low, high, low AS other FROM contacts WHERE high = $1) AS pairs"
                          " JOIN contacts c ON c.low = pairs.low AND c.high = pairs.high"
                          " JOIN companies o ON o.company = pairs.other"
                          " WHERE $3 = '' OR (o.display_name, o.company) > ($2, $3)"
                          " ORDER BY o.display_name, o.company LIMIT $4"),
             company, name, id, limit)
      .All([](const Row& row) -> absl::StatusOr<ContactListing> {
        ContactListing listing{ContactOf(row), {}};
        if (!listing.other.ParseFromString(row.String(10))) return absl::DataLossError("a company can't be read");
        return listing;
      });
}

absl::Status InsertInvitation(Transaction& tx, const Invitation& invitation) {
  absl::Status status =
      tx.Run("INSERT INTO invitations (company, invitation, to_company, state, message, create_micros)"
             " VALUES ($1, $2, $3, $4, $5, $6)",
             LastSegment(invitation.from_company()), LastSegment(invitation.name()),
             LastSegment(invitation.to_company()), invitation.state(), invitation.message(),
             TimeUtil::TimestampToMicroseconds(invitation.create_time()));
  if (!IsUniqueViolation(status)) return status;
  return Error::AlreadyExists("millwright.example/Invitation", invitation.to_company(),
                              "there is an open invitation to this company; wait, or withdraw it");
}

absl::Status SetInvitationState(Transaction& tx, const Invitation& invitation) {
  return tx.Run("UPDATE invitations SET state = $3 WHERE company = $1 AND invitation = $2",
                LastSegment(invitation.from_company()), LastSegment(invitation.name()), invitation.state());
}

absl::StatusOr<std::optional<Invitation>> FindInvitation(Reader& reader, absl::string_view company,
                                                         absl::string_view invitation) {
  return reader
      .Query(absl::StrCat("SELECT ", kInvitationColumns, " FROM invitations i", kInvitationJoins,
                          "WHERE i.company = $1 AND i.invitation = $2"),
             company, invitation)
      .One(InvitationOf);
}

absl::StatusOr<std::optional<Invitation>> FindOpenInvitation(Reader& reader, absl::string_view from,
                                                             absl::string_view to) {
  return reader
      .Query(absl::StrCat("SELECT ", kInvitationColumns, " FROM invitations i", kInvitationJoins,
                          "WHERE i.company = $1 AND i.to_company = $2 AND i.state = 1"),
             from, to)
      .One(InvitationOf);
}

absl::StatusOr<std::vector<Invitation>> ListInvitations(Reader& reader, absl::string_view company, int64_t micros,
                                                        absl::string_view id, int limit) {
  return reader
      .Query(absl::StrCat("SELECT ", kInvitationColumns,
                          " FROM (SELECT * FROM invitations WHERE company = $1"
                          " UNION ALL SELECT * FROM invitations WHERE to_company = $1) AS i",
                          kInvitationJoins,
                          "WHERE $3 = '' OR (i.create_micros, i.invitation) < ($2, $3)"
                          " ORDER BY i.create_micros DESC, i.invitation DESC LIMIT $4"),
             company, micros, id, limit)
      .All(InvitationOf);
}

absl::Status PutSession(Transaction& tx, const SessionRow& session) {
  return tx.Run(
      "INSERT INTO sessions (company, session, member, secret_hash, expire_micros) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (company, session) DO UPDATE SET secret_hash = excluded.secret_hash,"
      " expire_micros = excluded.expire_micros",
      session.company, session.session, session.member, Blob{session.secret_hash}, session.expire_time);
}

absl::StatusOr<std::optional<SessionRow>> FindSession(Reader& reader, absl::string_view company,
                                                      absl::string_view session) {
  return reader
      .Query("SELECT company, session, member, secret_hash, expire_micros FROM sessions"
             " WHERE company = $1 AND session = $2",
             company, session)
      .One([](const Row& row) {
        return SessionRow{row.String(0), row.String(1), row.String(2), row.String(3), row.Time(4)};
      });
}

absl::Status DeleteSession(Transaction& tx, absl::string_view company, absl::string_view session) {
  return tx.Run("DELETE FROM sessions WHERE company = $1 AND session = $2", company, session);
}

absl::Status DeleteSessionsOf(Transaction& tx, absl::string_view company, absl::string_view member) {
  return tx.Run("DELETE FROM sessions WHERE company = $1 AND member = $2", company, member);
}

absl::StatusOr<int64_t> DeleteExpiredSessions(Transaction& tx, absl::Time now, int limit) {
  return tx.Execute(
      "DELETE FROM sessions WHERE (company, session) IN"
      " (SELECT company, session FROM sessions WHERE expire_micros <= $1 ORDER BY expire_micros LIMIT $2)",
      now, limit);
}

}  // namespace millwright::accounts

#include "services/accounts/accounts_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/auth/token_verifier.h"
#include "common/config/config.h"
#include "common/crypto/password.h"
#include "common/errors/error.h"
#include "common/events/housekeeping.h"
#include "common/events/outbox.h"
#include "common/ids/ids.h"
#include "common/rpc/event_stream.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "common/rpc/validator.h"
#include "common/storage/database.h"
#include "services/accounts/account_book.h"
#include "services/accounts/accounts_service.h"
#include "services/accounts/directory_service.h"
#include "services/accounts/domain/company_rules.h"
#include "services/accounts/domain/member_rules.h"
#include "services/accounts/session_book.h"
#include "services/accounts/signing_keys.h"

namespace millwright::accounts {
namespace {

using internal::config::v1::AccountsConfig;
using internal::config::v1::ServerConfig;

constexpr int kSessionsPerSweep = 500;

absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const ServerConfig& config) {
  return OpenServiceDatabase(config, "accounts", {StorageSchema(), EventsSchema(), AccountsSchema()});
}

TokenExpectations Expectations(const AccountsConfig& config) {
  TokenExpectations expect;
  if (!config.issuer().empty()) expect.issuer = config.issuer();
  if (!config.audience().empty()) expect.audience = config.audience();
  return expect;
}

void BindAccounts(RpcService& service, AccountsHandlers& handlers) {
  using H = AccountsHandlers;
  service.Unary("SignUp", &handlers, &H::SignUp);
  service.Unary("SignIn", &handlers, &H::SignIn);
  service.Unary("RefreshTokens", &handlers, &H::RefreshTokens);
  service.Unary("SignOut", &handlers, &H::SignOut);
  service.Unary("GetJwks", &handlers, &H::GetJwks);
  service.Unary("GetCompany", &handlers, &H::GetCompany);
  service.Unary("UpdateCompany", &handlers, &H::UpdateCompany);
  service.Unary("CreateMember", &handlers, &H::CreateMember);
  service.Unary("GetMember", &handlers, &H::GetMember);
  service.Unary("ListMembers", &handlers, &H::ListMembers);
  service.Unary("UpdateMember", &handlers, &H::UpdateMember);
  service.Unary("DisableMember", &handlers, &H::DisableMember);
  service.Unary("CreateInvitation", &handlers, &H::CreateInvitation);
  service.Unary("GetInvitation", &handlers, &H::GetInvitation);
  service.Unary("ListInvitations", &handlers, &H::ListInvitations);
  service.Unary("AcceptInvitation", &handlers, &H::AcceptInvitation);
  service.Unary("DeclineInvitation", &handlers, &H::DeclineInvitation);
  service.Unary("WithdrawInvitation", &handlers, &H::WithdrawInvitation);
  service.Unary("GetContact", &handlers, &H::GetContact);
  service.Unary("ListContacts", &handlers, &H::ListContacts);
  service.Unary("UpdateContact", &handlers, &H::UpdateContact);
  service.Unary("RevokeContact", &handlers, &H::RevokeContact);
}

}  // namespace

// In the order in which they are made; destroyed the other way round.
struct AccountsServer::Parts {
  std::unique_ptr<Database> db;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<SigningKeys> keys;
  RandomIdGenerator ids;
  std::unique_ptr<AccountBook> book;
  std::unique_ptr<SessionBook> sessions;
  std::unique_ptr<AccountsHandlers> accounts;
  std::unique_ptr<DirectoryHandlers> directory;
  std::unique_ptr<EventsHandlers> events;
  RpcService accounts_service{"millwright.accounts.v1.AccountsService"};
  RpcService directory_service{"millwright.internal.accounts.v1.DirectoryService"};
  RpcService events_service{kEventsService};
  Housekeeping housekeeping{LogAsWarning};
  std::unique_ptr<Server> server;

  absl::Status Open(const Options& options) {
    const std::string dir = options.config.server().data_dir();
    const Clock& clock = *options.clock;
    const TokenExpectations expect = Expectations(options.config);
    MW_ASSIGN_OR_RETURN(db, OpenDatabase(options.config.server()));
    MW_ASSIGN_OR_RETURN(outbox, Outbox::Open(*db));
    MW_ASSIGN_OR_RETURN(keys, SigningKeys::Open(dir + "/keys", clock));
    MW_ASSIGN_OR_RETURN(Pager pager, OpenPager(options.config.server()));
    book = std::make_unique<AccountBook>(*outbox, ids, clock);
    MW_ASSIGN_OR_RETURN(sessions, SessionBook::Make(*db, *keys, ids, clock, {expect.issuer, expect.audience}));
    accounts = std::make_unique<AccountsHandlers>(
        AccountsHandlers::Parts{*db, *book, *sessions, *keys, clock, std::move(pager)});
    directory = std::make_unique<DirectoryHandlers>(*db);
    events = std::make_unique<EventsHandlers>(*db, *outbox);
    return absl::OkStatus();
  }

  void Bind() {
    BindAccounts(accounts_service, *accounts);
    directory_service.Unary("GetRelation", directory.get(), &DirectoryHandlers::GetRelation);
    directory_service.Unary("ResolveMailboxes", directory.get(), &DirectoryHandlers::ResolveMailboxes);
    events->Bind(events_service);
  }

  void AddHousekeeping(const Clock& clock) {
    AddStandardTasks(housekeeping, *db, outbox.get(), clock);
    housekeeping.Add("sessions", absl::Minutes(10), [this, &clock]() -> absl::StatusOr<bool> {
      MW_ASSIGN_OR_RETURN(int64_t gone, db->Write([&](Transaction& tx) {
        return DeleteExpiredSessions(tx, clock.Now(), kSessionsPerSweep);
      }));
      return gone == kSessionsPerSweep;
    });
    housekeeping.Add("signing keys", absl::Hours(1), [this]() -> absl::StatusOr<bool> {
      MW_RETURN_IF_ERROR(keys->Rotate());
      return false;
    });
  }
};

AccountsServer::AccountsServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AccountsServer::~AccountsServer() { Stop(); }

absl::StatusOr<std::unique_ptr<AccountsServer>> AccountsServer::BuildAndStart(const Options& options) {
  auto parts = std::make_unique<Parts>();
  MW_RETURN_IF_ERROR(parts->Open(options));
  parts->Bind();
  parts->AddHousekeeping(*options.clock);
  Server::Options server;
  server.service = "accounts";
  server.config = options.config.server();
  server.verifier = std::make_shared<TokenVerifier>([keys = parts->keys.get()] { return keys->PublicKeys(); },
                                                    Expectations(options.config), *options.clock);
  MW_ASSIGN_OR_RETURN(parts->server, Server::BuildAndStart(std::move(server), {&parts->accounts_service,
                                                                               &parts->directory_service,
                                                                               &parts->events_service}));
  parts->housekeeping.Start();
  parts->server->OnDrain([raw = parts.get()] {
    raw->housekeeping.Stop();
    raw->outbox->feed().Stop();
  });
  return std::unique_ptr<AccountsServer>(new AccountsServer(std::move(parts)));
}

int AccountsServer::port() const { return parts_->server->port(); }
void AccountsServer::WaitForTermination() { parts_->server->WaitForTermination(); }

void AccountsServer::Stop() {
  parts_->server->Stop();
  parts_->db->Close();
}

absl::Status BootstrapOperator(const AccountsConfig& config, const Clock& clock) {
  if (!IsEmailAddress(config.bootstrap_operator())) {
    return absl::FailedPreconditionError("--bootstrap_operator takes the e-mail address of the operator");
  }
  MW_ASSIGN_OR_RETURN(std::string password, ReadSecretFile(config.bootstrap_password_file()));
  if (password.size() < 10 || password.size() > 128) {
    return absl::FailedPreconditionError("the file of --bootstrap_password_file takes a password of 10 to 128 bytes");
  }
  MW_ASSIGN_OR_RETURN(auto db, OpenDatabase(config.server()));
  MW_ASSIGN_OR_RETURN(auto outbox, Outbox::Open(*db));
  MW_ASSIGN_OR_RETURN(std::string hash, HashPassword(password));
  RandomIdGenerator ids;
  AccountBook book(*outbox, ids, clock);
  v1::Company company;
  company.set_display_name("Platform operator");
  company.set_kind(v1::Company::OPERATOR);
  v1::Member owner;
  owner.set_display_name("Operator");
  owner.set_email(config.bootstrap_operator());
  owner.add_roles(kOwnerRole);
  owner.add_roles(kOperatorRole);
  MW_RETURN_IF_ERROR(NormalizeCompany(company, "company"));
  MW_RETURN_IF_ERROR(NormalizeMember(owner, company.kind(), "owner"));
  return db->Write([&](Transaction& tx) -> absl::Status {
    MW_ASSIGN_OR_RETURN(bool exists, HasOperator(tx));
    if (exists) return Error::FailedPrecondition("OPERATOR_EXISTS", "the platform operator was made before");
    return book.SignUp(tx, company, owner, hash, /*shop=*/"", /*trace=*/"").status();
  });
}

}  // namespace millwright::accounts

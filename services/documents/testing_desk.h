// A documents service without its server, for tests: database, archive, consumer, issuer and handlers.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_TESTING_DESK_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_TESTING_DESK_H_

#include <memory>
#include <string>
#include <vector>

#include "common/events/scheduler.h"
#include "common/storage/scratch_database.h"
#include "embedded/documents_workflows.h"
#include "gtest/gtest.h"
#include "services/documents/documents_service.h"
#include "services/documents/order_consumer.h"
#include "services/documents/testing_orders.h"

namespace millwright::documents {

class Desk {
 public:
  Desk() { Start(); }

  // As after a kill and a restart: what is not on disk is gone.
  void Restart() {
    handlers.reset();
    scheduler.reset();
    outbox.reset();
    scratch.Reopen();
    Start();
  }

  // Consumes an event, as the consumer does.
  absl::Status Apply(const std::string& type, const internal::orders::v1::OrderEvent& payload) {
    Event event;
    event.id = absl::StrCat("event", ++event_count);
    event.type = type;
    event.after = payload.SerializeAsString();
    return scratch.db().Write([&](Transaction& tx) { return consumer->Apply(tx, event); });
  }
  // Runs the due rows.
  void Work() {
    auto done = scheduler->RunDue();
    ASSERT_TRUE(done.ok()) << done.status();
  }
  std::vector<DocumentRecord> Papers(absl::string_view order = kOrder) {
    auto papers = scratch.db().Read([&](Reader& reader) { return documents::ListDocuments(reader, order, "", 1000); });
    EXPECT_TRUE(papers.ok()) << papers.status();
    return *papers;
  }
  // "type:kind" of each event emitted so far.
  std::vector<Event> Emitted() {
    return *scratch.db().Read([&](Reader& reader) { return outbox->ReadAfter(reader, 0, 1000); });
  }
  static CallInfo As(const std::string& company) {
    CallInfo call;
    call.principal.company = company;
    call.principal.member = company + "/members/jane";
    call.principal.roles = {"owner"};
    call.method = "/test";
    return call;
  }

  ScratchFolder folder;
  ScratchDatabase scratch{{StorageSchema(), EventsSchema(), DocumentsSchema()}};
  ManualClock clock{absl::FromUnixSeconds(1'795'000'000)};  // 2026-11-18T11:06:40Z
  SequentialIdGenerator ids;
  DueRows due;
  Archive archive{folder.File("archive")};
  std::unique_ptr<PaperRules> rules;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<PaperIssuer> issuer;
  std::unique_ptr<OrderConsumer> consumer;
  std::unique_ptr<Scheduler> scheduler;
  std::unique_ptr<DocumentsHandlers> handlers;
  int event_count = 0;

 private:
  void Start() {
    std::vector<std::string> texts;
    for (const EmbeddedFile& file : WorkflowFiles()) texts.emplace_back(file.content);
    rules = std::make_unique<PaperRules>(*PaperRules::Parse(texts));
    outbox = *Outbox::Open(scratch.db());
    issuer = std::make_unique<PaperIssuer>(scratch.db(), *outbox, archive, clock);
    consumer = std::make_unique<OrderConsumer>(*rules, due, ids, clock);
    scheduler = std::make_unique<Scheduler>(scratch.db(), due, Scheduler::Options{.clock = &clock});
    scheduler->HandleWork(kIssueKind, [this](const DueRow& row) -> absl::StatusOr<Scheduler::Record> {
      auto issued = issuer->Issue(row.key);
      if (!issued.ok()) return issued.status();
      return Scheduler::Record([](Transaction&) { return absl::OkStatus(); });
    });
    handlers = std::make_unique<DocumentsHandlers>(
        DocumentsHandlers::Parts{scratch.db(), archive, *issuer, *rules, ids, clock, Pager(std::string(32, 'k'))});
  }
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_TESTING_DESK_H_

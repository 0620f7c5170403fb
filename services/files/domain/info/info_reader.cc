#include "services/files/domain/info/info_reader.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/info/construction_handler.h"
#include "services/files/domain/info/model_handler.h"

namespace millwright::files {

InfoKind ClaimedInfoKind(absl::string_view name) {
  if (absl::EndsWithIgnoreCase(name, ".constructionInfo")) return InfoKind::kConstructionInfo;
  if (absl::EndsWithIgnoreCase(name, ".modelInfo")) return InfoKind::kModelInfo;
  return InfoKind::kUnknown;
}

// Looks at the root, then hands everything to the handler of that kind.
class InfoReader::Impl : public XmlHandler {
 public:
  explicit Impl(InfoReaderOptions options) : options_(std::move(options)), stream_(*this, findings_, options_.limits) {}

  void Feed(absl::string_view bytes) { stream_.Feed(bytes); }
  InfoReport Finish();

  bool OnStart(absl::string_view name, bool nil) override {
    if (handler_ == nullptr && !ChooseHandler(name)) return false;
    return handler_->OnStart(name, nil);
  }
  void OnEnd(absl::string_view name, absl::string_view text) override {
    if (handler_ != nullptr) handler_->OnEnd(name, text);
  }

 private:
  bool ChooseHandler(absl::string_view root);
  void JudgeUnknownRoot();

  const InfoReaderOptions options_;
  FindingList findings_;
  InfoFacts facts_;
  XmlStream stream_;
  std::unique_ptr<XmlHandler> handler_;
  ConstructionHandler* construction_ = nullptr;  // handler_, if it is that
};

bool InfoReader::Impl::ChooseHandler(absl::string_view root) {
  facts_.root = std::string(root.substr(0, 100));
  if (root == "ConstuctionInfo" || root == "ConstructionInfo") {
    facts_.kind = InfoKind::kConstructionInfo;
    auto handler = std::make_unique<ConstructionHandler>(facts_, findings_);
    construction_ = handler.get();
    handler_ = std::move(handler);
    return true;
  }
  if (absl::EqualsIgnoreCase(root, "ModelInfo")) facts_.kind = InfoKind::kModelInfo;
  if (facts_.kind == InfoKind::kModelInfo || ClaimedInfoKind(options_.name) == InfoKind::kModelInfo) {
    handler_ = std::make_unique<ModelHandler>(facts_, findings_);
    return true;
  }
  findings_.Add(Rule::kInfoWrongRoot, {.element = facts_.root}, absl::StrCat("The root element is ", facts_.root, "."),
                facts_.root, "ConstuctionInfo or ConstructionInfo");
  stream_.Stop();
  return false;
}

void InfoReader::Impl::JudgeUnknownRoot() {
  if (facts_.part_count > 0) {
    facts_.kind = InfoKind::kModelInfo;
    findings_.Add(Rule::kInfoUnrecognisedModelInfo, {.element = facts_.root},
                  absl::StrCat("The root element is ", facts_.root, ", but ", facts_.part_count, " parts are named."),
                  facts_.root, "ModelInfo");
  } else {
    findings_.Add(Rule::kInfoWrongRoot, {.element = facts_.root},
                  absl::StrCat("The root element is ", facts_.root, ", and no part is named."), facts_.root,
                  "ModelInfo");
  }
}

InfoReport InfoReader::Impl::Finish() {
  stream_.Finish();
  facts_.encoding = stream_.encoding();
  // A file that broke off says nothing about what is missing from it.
  if (!stream_.dead()) {
    if (construction_ != nullptr) construction_->Complete();
    if (facts_.kind == InfoKind::kUnknown) JudgeUnknownRoot();
    if (facts_.kind == InfoKind::kModelInfo && facts_.part_count == 0) {
      findings_.Add(Rule::kInfoRequired, {.element = facts_.root}, "No element of the model info has a Filename.");
    }
  }
  InfoReport report{std::move(facts_), std::move(findings_).Take()};
  for (Finding& finding : report.findings) finding.place.file = options_.name;
  return report;
}

InfoReader::InfoReader(InfoReaderOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
InfoReader::~InfoReader() = default;
void InfoReader::Feed(absl::string_view bytes) { impl_->Feed(bytes); }
InfoReport InfoReader::Finish() && { return impl_->Finish(); }

}  // namespace millwright::files

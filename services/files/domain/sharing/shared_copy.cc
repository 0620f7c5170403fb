#include "services/files/domain/sharing/shared_copy.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/file_name.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/info/info_values.h"
#include "services/files/domain/sharing/shared_copy_list.h"

namespace millwright::files {
namespace {

constexpr size_t kPieceBytes = 64 * 1024;
constexpr absl::string_view kNotNeeded = "not needed for manufacturing";
constexpr absl::string_view kReplaced = "a patient's name was replaced by the case code";

bool IsWord(absl::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::string_view("._+-:&").find(c) != absl::string_view::npos;
         });
}

bool IsHexText(absl::string_view text) {
  return text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

bool IsDigits(absl::string_view text) {
  return text.size() <= 20 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

absl::string_view BaseName(absl::string_view path) {
  const size_t at = path.find_last_of("/\\");
  return at == path.npos ? path : path.substr(at + 1);
}

void AppendEscaped(absl::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out.push_back(c);
    }
  }
}

}  // namespace

class SharedCopyWriter::Impl : public XmlHandler {
 public:
  Impl(SharedCopyOptions options, std::function<void(absl::string_view)> sink)
      : options_(std::move(options)),
        case_code_(SharedCaseCode(options_.case_code, options_.patient_names)),
        sink_(std::move(sink)),
        stream_(*this, findings_, options_.limits) {}

  void Feed(absl::string_view bytes) { stream_.Feed(bytes); }

  SharedCopyReport Finish() {
    stream_.Finish();
    if (!stream_.dead() && root_.empty()) NoCopy("an info file without a root element");
    if (stream_.dead() && !findings_.Has(Rule::kInfoWrongRoot) && findings_.verdict() == Severity::kAccepted) {
      NoCopy("an info file that can't be read");
    }
    Flush();
    std::vector<Finding> blocking;
    for (Finding& finding : std::move(findings_).Take()) {
      if (finding.severity != Severity::kBlocking) continue;
      finding.place.file = options_.name;
      blocking.push_back(std::move(finding));
    }
    return {std::move(left_out_), std::move(blocking)};
  }

  bool OnStart(absl::string_view name, bool nil) override {
    if (open_.empty()) return OpenRoot(name);
    if (skip_depth_ > 0) {
      ++skip_depth_;
      return false;
    }
    const Element& parent = open_.back();
    std::optional<Kept> kept = parent.kept.as == As::kContainer ? KeptAs(parent.kept.opens, name) : std::nullopt;
    // What a model info calls its lists is not known; they lead to parts all the same.
    if (!kept.has_value() && parent.kept.opens == In::kModel && parent.kept.as == As::kContainer && IsListName(name)) {
      kept = Kept{As::kContainer, In::kModel};
    }
    if (!kept.has_value()) {
      Leave(IsKnownLeftOut(name) ? std::string(name) : "unknown elements", kNotNeeded);
      skip_depth_ = 1;
      return false;
    }
    open_.push_back({std::string(name), *kept, nil, false});
    return kept->as != As::kContainer;
  }

  void OnEnd(absl::string_view name, absl::string_view text) override {
    if (skip_depth_ > 0) {
      --skip_depth_;
      return;
    }
    const Element element = std::move(open_.back());
    open_.pop_back();
    if (element.kept.as == As::kContainer) {
      if (element.written) Line(open_.size(), absl::StrCat("</", element.name, ">"));
      if (open_.empty()) Flush();
      return;
    }
    WriteLeaf(element, text);
  }

  void OnAttribute(absl::string_view, absl::string_view) override {
    if (skip_depth_ == 0) Leave("attributes", kNotNeeded);
  }
  void OnComment() override { Leave("comments", kNotNeeded); }
  void OnInstruction() override { Leave("processing instructions", kNotNeeded); }

 private:
  struct Element {
    std::string name;
    Kept kept;
    bool nil = false;
    bool written = false;  // its start tag; written once something inside is
  };

  bool OpenRoot(absl::string_view name) {
    std::optional<In> in;
    if (name == "ConstuctionInfo" || name == "ConstructionInfo") in = In::kConstruction;
    if (absl::EqualsIgnoreCase(name, "ModelInfo") ||
        (!in.has_value() && ClaimedInfoKind(options_.name) == InfoKind::kModelInfo)) {
      in = In::kModel;
    }
    if (name == "Treatment") in = In::kOrder;
    if (!in.has_value()) {
      NoCopy("a file of this kind");
      stream_.Stop();
      return false;
    }
    // A root that nobody documents could be anything.
    root_ = *in == In::kModel ? "ModelInfo" : std::string(name);
    open_.push_back({root_, {As::kContainer, *in}, false, true});
    absl::StrAppend(&out_, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<", root_,
                    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
                    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n");
    return false;
  }

  bool IsListName(absl::string_view name) const {
    return !IsKnownLeftOut(name) && IsWord(name) && !absl::StrContains(name, ":") &&
           !options_.patient_names.Holds(name);
  }

  void NoCopy(absl::string_view what) {
    if (findings_.Has(Rule::kInfoWrongRoot)) return;
    findings_.Add(Rule::kInfoWrongRoot, {}, absl::StrCat("There is no shared copy of ", what, "."));
  }

  void Leave(std::string what, absl::string_view why) {
    for (LeftOut& known : left_out_) {
      if (known.what == what && known.why == why) {
        ++known.count;
        return;
      }
    }
    left_out_.push_back({std::move(what), std::string(why), 1});
  }

  std::string Scrubbed(absl::string_view text, const std::string& element) {
    if (!options_.patient_names.Holds(text)) return std::string(text);
    Leave(absl::StrCat("values of ", element), kReplaced);
    return options_.patient_names.Replace(text, case_code_);
  }

  std::string NameOfFile(absl::string_view text, const std::string& element) {
    const absl::string_view base = BaseName(text);
    if (base.size() != text.size()) Leave(absl::StrCat("folders of ", element), "a path became its base name");
    const std::string shared = SharedFileName(base, options_.patient_names, case_code_);
    if (shared != base) Leave(absl::StrCat("values of ", element), kReplaced);
    return shared;
  }

  // The text to write; nullopt: it is not what it should be and left out.
  std::optional<std::string> Clean(const Element& element, absl::string_view text) {
    auto only_if = [&](bool fits) { return fits ? std::optional<std::string>(text) : std::nullopt; };
    switch (element.kept.as) {
      case As::kNumber:
        return only_if(ParseXsDouble(text).has_value());
      case As::kInteger:
        return only_if(ParseXsInteger(text).has_value());
      case As::kBoolean:
        return only_if(ParseXsBoolean(text).has_value());
      case As::kHash:
        return only_if(IsHexText(text));
      case As::kTime:
        return only_if(IsDigits(text));
      case As::kWord:
        if (!IsWord(text)) return std::nullopt;
        return IsKnownWord(text) ? std::string(text) : Scrubbed(text, element.name);
      case As::kText:
        return Scrubbed(text, element.name);
      case As::kFileName:
      case As::kBaseName:
        return NameOfFile(text, element.name);
      case As::kCaseCode:
        if (text != case_code_) Leave("values of " + element.name, "replaced by the case code");
        return case_code_;
      case As::kContainer:
        break;
    }
    return std::nullopt;
  }

  void WriteLeaf(const Element& element, absl::string_view text) {
    std::string line;
    if (element.nil) {
      line = absl::StrCat("<", element.name, " xsi:nil=\"true\" />");
    } else if (text.empty()) {
      line = absl::StrCat("<", element.name, " />");
    } else {
      const std::optional<std::string> clean = Clean(element, text);
      if (!clean.has_value()) return Leave(absl::StrCat("values of ", element.name), "not of the documented form");
      line = absl::StrCat("<", element.name, ">");
      AppendEscaped(*clean, line);
      absl::StrAppend(&line, "</", element.name, ">");
    }
    for (size_t depth = 0; depth < open_.size(); ++depth) {
      if (std::exchange(open_[depth].written, true)) continue;
      Line(depth, absl::StrCat("<", open_[depth].name, ">"));
    }
    Line(open_.size(), line);
  }

  void Line(size_t depth, absl::string_view text) {
    out_.append(2 * depth, ' ');
    absl::StrAppend(&out_, text, "\n");
    if (out_.size() >= kPieceBytes) Flush();
  }

  void Flush() {
    if (!out_.empty()) sink_(out_);
    out_.clear();
  }

  const SharedCopyOptions options_;
  const std::string case_code_;
  const std::function<void(absl::string_view)> sink_;
  FindingList findings_;
  XmlStream stream_;
  std::string root_, out_;
  std::vector<Element> open_;
  int skip_depth_ = 0;
  std::vector<LeftOut> left_out_;
};

SharedCopyWriter::SharedCopyWriter(SharedCopyOptions options, std::function<void(absl::string_view)> sink)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(sink))) {}
SharedCopyWriter::~SharedCopyWriter() = default;
void SharedCopyWriter::Feed(absl::string_view bytes) { impl_->Feed(bytes); }
SharedCopyReport SharedCopyWriter::Finish() && { return impl_->Finish(); }

}  // namespace millwright::files

#include "services/files/domain/explain.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/files/domain/checks/joints.h"
#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/explain_texts.h"

namespace millwright::files {
namespace {

class Teller {
 public:
  Teller(const InfoFacts& facts, Language language, Notation notation)
      : facts_(facts), joints_(facts), language_(language), notation_(notation) {}

  std::vector<std::string> TellParts() {
    std::vector<std::string> sentences;
    for (const PartFact& part : facts_.parts) {
      for (const std::vector<int>& chain : joints_.ChainsOf(part.teeth)) sentences.push_back(TellChain(part, chain));
    }
    for (const ToothFact& tooth : facts_.teeth) {
      if (!tooth.has_implant()) continue;
      sentences.push_back(Fill(tooth.has_screw_channel ? Phrase::kImplantWithChannel : Phrase::kImplant,
                               {{"$teeth", Name(tooth.number)},
                                {"$line", tooth.implant_library.empty() ? "" : absl::StrCat(" (", tooth.implant_library, ")")}}));
    }
    if (sentences.empty()) sentences.push_back(std::string(TextOf(Phrase::kNothing, language_)));
    return sentences;
  }

  std::string TellFinding(const Finding& finding) const {
    std::string sentence(RuleTextOf(finding.rule, language_));
    if (sentence.empty()) sentence = std::string(InfoOf(finding.rule).title);
    if (finding.place.tooth != 0) {
      sentence = absl::StrCat(TextOf(Phrase::kTooth, language_), " ", Name(finding.place.tooth), ": ", sentence);
    }
    if (!finding.measured.empty() && !finding.limit.empty()) {
      absl::StrAppend(&sentence, " (", finding.measured, "; ", TextOf(Phrase::kAllowed, language_), " ", finding.limit, ")");
    }
    return absl::StrCat(sentence, ". ", TextOf(ClassPhrase(finding.severity), language_));
  }

  std::string Conclude(Severity verdict) const {
    switch (verdict) {
      case Severity::kBlocking:
        return std::string(TextOf(Phrase::kVerdictBlocking, language_));
      case Severity::kNeedsConfirmation:
        return std::string(TextOf(Phrase::kVerdictConfirm, language_));
      default:
        return std::string(TextOf(Phrase::kVerdictAccepted, language_));
    }
  }

 private:
  static Phrase ClassPhrase(Severity severity) {
    if (severity == Severity::kBlocking) return Phrase::kBlocks;
    return severity == Severity::kNeedsConfirmation ? Phrase::kConfirm : Phrase::kInform;
  }

  std::string Name(int tooth) const { return ToothName(tooth, notation_); }
  std::string Names(const std::vector<int>& teeth) const {
    return absl::StrJoin(teeth, ", ", [this](std::string* out, int tooth) { out->append(Name(tooth)); });
  }

  std::string Fill(Phrase phrase, const std::vector<std::pair<absl::string_view, std::string>>& values) const {
    return absl::StrReplaceAll(TextOf(phrase, language_), values);
  }

  std::string TellChain(const PartFact& part, const std::vector<int>& chain) const {
    std::vector<int> pontics;
    for (const int number : chain) {
      const ToothFact* tooth = facts_.Tooth(number);
      if (tooth != nullptr && IsPontic(*tooth)) pontics.push_back(number);
    }
    const ToothFact* first = facts_.Tooth(chain.front());
    const WorkGroup group = first == nullptr ? WorkGroup::kOther : WorkGroupOf(first->reconstruction_type);
    Phrase phrase = Phrase::kSingle;
    if (chain.size() > 1) phrase = pontics.empty() ? Phrase::kSplinted : Phrase::kBridge;
    return Fill(phrase, {{"$teeth", Names(chain)},
                         {"$units", absl::StrCat(chain.size())},
                         {"$pontics", Names(pontics)},
                         {"$material", part.material.empty() ? "?" : part.material},
                         {"$work", std::string(WorkTextOf(group, language_))}});
  }

  const InfoFacts& facts_;
  const Joints joints_;
  const Language language_;
  const Notation notation_;
};

}  // namespace

Language LanguageOf(absl::string_view tag) {
  const std::string primary = absl::AsciiStrToLower(tag.substr(0, tag.find_first_of("-_")));
  if (primary == "de") return Language::kGerman;
  if (primary == "pl") return Language::kPolish;
  return Language::kEnglish;
}

Explanation Explain(const InfoFacts& facts, std::span<const Finding> findings, Language language, Notation notation) {
  Teller teller(facts, language, notation);
  Explanation explanation{teller.TellParts(), {}, teller.Conclude(VerdictOf(findings))};
  for (const Finding& finding : findings) explanation.findings.push_back(teller.TellFinding(finding));
  return explanation;
}

InfoFacts FactsOfTyped(const std::vector<TypedTooth>& teeth, const std::string& material) {
  InfoFacts facts{.kind = InfoKind::kConstructionInfo, .root = "ConstuctionInfo"};
  std::vector<int> products;
  for (const TypedTooth& typed : teeth) {
    ToothFact& tooth = facts.teeth.emplace_back();
    tooth.index = static_cast<int>(facts.teeth.size());
    tooth.number = typed.number;
    tooth.reconstruction_type = typed.work_type;
    tooth.connected_mesially = typed.joined_to_mesial;
    tooth.implant_type = typed.implant_type;
    tooth.implant_library = typed.implant_line;
    tooth.has_screw_channel = typed.screw_channel;
    tooth.parameters.min_thickness = typed.wall_mm;
    tooth.parameters.connector_area = typed.connector_mm2;
    if (HasProduct(tooth)) products.push_back(typed.number);
  }
  SortByArch(products);
  for (const std::vector<int>& chain : Joints(facts).ChainsOf(products)) {
    PartFact& part = facts.parts.emplace_back();
    part.index = static_cast<int>(facts.parts.size());
    part.element = "ConstructionFile";
    part.filename = absl::StrCat("part ", part.index, ".stl");
    part.material = material;
    part.teeth = chain;
  }
  facts.tooth_count = static_cast<int64_t>(facts.teeth.size());
  facts.part_count = static_cast<int64_t>(facts.parts.size());
  return facts;
}

int ToothNamed(absl::string_view name, Notation notation) {
  for (int tooth = 11; tooth <= 85; ++tooth) {
    if (IsFdi(tooth) && absl::EqualsIgnoreCase(ToothName(tooth, notation), name)) return tooth;
  }
  return 0;
}

}  // namespace millwright::files

// Rules about construction files and scans.
#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/case_rules.h"
#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/file_name.h"
#include "services/files/domain/info/fdi.h"

namespace millwright::files {
namespace {

bool IsHex(absl::string_view text, size_t digits) {
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

bool HasFixedTooth(const Case& c, const PartFact& part) {
  return std::any_of(part.teeth.begin(), part.teeth.end(), [&](int number) {
    const ToothFact* tooth = c.facts.Tooth(number);
    return tooth != nullptr && IsFixed(WorkGroupOf(tooth->reconstruction_type));
  });
}

// The teeth of a part that must hang together: those of fixed work that the design has.
std::vector<int> FixedTeeth(const Case& c, const PartFact& part) {
  std::vector<int> teeth;
  for (const int number : part.teeth) {
    const ToothFact* tooth = c.facts.Tooth(number);
    if (tooth != nullptr && IsFixed(WorkGroupOf(tooth->reconstruction_type))) teeth.push_back(number);
  }
  return teeth;
}

void CheckPatientName(const Case& c, const PartFact& part, FindingList& findings) {
  if (!c.context.patient_names.Holds(part.filename)) return;
  findings.Add(Rule::kPartPatientName, c.At(part, "Filename"), "The file name of a part holds the patient's name.");
}

}  // namespace

void CheckPartCount(const Case& c, FindingList& findings) {
  const auto count = c.facts.header.construction_file_count;
  if (!count.has_value() || *count == c.facts.part_count) return;
  findings.Add(Rule::kPartCountDiffers, {.file = c.context.info_name, .element = "ConstructionFileCount"},
               absl::StrCat("ConstructionFileCount is ", *count, ", but ", c.facts.part_count, " parts are listed."),
               absl::StrCat(c.facts.part_count), absl::StrCat(*count));
}

void CheckPartNames(const Case& c, FindingList& findings) {
  std::set<std::string> seen;
  for (const PartFact& part : c.facts.parts) {
    if (part.filename.empty()) continue;  // reported as missing when it was read
    if (const auto why = WhyNameRefused(part.filename)) {
      findings.Add(Rule::kPartFileName, c.At(part, "Filename"),
                   absl::StrCat("The Filename of part ", part.index, " ", *why, "."),
                   absl::StrCat(part.filename.size(), " bytes"));
    }
    if (!seen.insert(FoldName(part.filename)).second) {
      findings.Add(Rule::kPartNamedTwice, c.At(part, "Filename"),
                   absl::StrCat(part.filename, " is named by two parts."));
    }
    CheckPatientName(c, part, findings);
  }
}

void CheckPartFiles(const Case& c, bool required, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    if (part.filename.empty() || WhyNameRefused(part.filename).has_value()) continue;
    const CaseFile* file = c.FileNamed(part.filename);
    if (file == nullptr) {
      if (required)
        findings.Add(Rule::kPartFileAbsent, c.At(part, "Filename"), absl::StrCat(part.filename, " is missing."));
      continue;
    }
    // Broken meshes are recognised by what they claim to be; their own findings say what is wrong.
    if (!IsMesh(EffectiveKind(file->kind, file->name))) {
      findings.Add(Rule::kPartNotAMesh, c.At(part, "Filename"),
                   absl::StrCat(part.filename, " is no mesh but ", NameOf(file->kind), "."),
                   std::string(NameOf(file->kind)), "a mesh");
    }
    CheckPartHash(c, part, *file, findings);
  }
}

void CheckPartHash(const Case& c, const PartFact& part, const CaseFile& file, FindingList& findings) {
  struct Pair {
    absl::string_view leaf, stated, stored;
    size_t digits;
  };
  for (const Pair& hash :
       {Pair{"FileHashSHA1", part.sha1, file.sha1, 40}, Pair{"FileHashSHA256", part.sha256, file.sha256, 64}}) {
    if (hash.stated.empty()) continue;
    if (!IsHex(hash.stated, hash.digits)) {
      findings.Add(Rule::kPartHashMalformed, c.At(part, hash.leaf),
                   absl::StrCat(hash.leaf, " of ", part.filename, " is not ", hash.digits, " hexadecimal digits."));
    } else if (!hash.stored.empty() && !absl::EqualsIgnoreCase(hash.stated, hash.stored)) {
      const Rule rule = c.context.sender_hashes_proven ? Rule::kPartHashDiffersProven : Rule::kPartHashDiffers;
      findings.Add(rule, c.At(part, hash.leaf),
                   absl::StrCat(hash.leaf, " of ", part.filename, " is not that of the uploaded file."),
                   std::string(hash.stored), std::string(hash.stated));
    }
  }
}

void CheckPartTeeth(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    bool upper = false, lower = false;
    for (const int number : part.teeth) {
      if (!IsFdi(number)) {
        findings.Add(Rule::kToothNotFdi, c.At(part, "ToothNumbers"),
                     absl::StrCat("Part ", part.index, " names ", number, ", no tooth of FDI."), absl::StrCat(number),
                     "the 52 FDI numbers");
      } else if (c.facts.Tooth(number) == nullptr) {
        findings.Add(Rule::kPartToothAbsent, c.At(part, "ToothNumbers", number),
                     absl::StrCat("Part ", part.index, " names tooth ", ToothRef(number), ", which the design does not have."));
      }
      upper = upper || JawOf(number) == Jaw::kUpper;
      lower = lower || JawOf(number) == Jaw::kLower;
    }
    if (upper && lower && HasFixedTooth(c, part)) {
      findings.Add(Rule::kPartBothJaws, c.At(part, "ToothNumbers"),
                   absl::StrCat("Part ", part.index, " has teeth of both jaws."));
    }
  }
}

void CheckPartChains(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    const std::vector<std::vector<int>> chains = c.joints.ChainsOf(FixedTeeth(c, part));
    if (chains.size() < 2) continue;
    std::string list;
    for (const auto& chain : chains) absl::StrAppend(&list, list.empty() ? "" : "; ", ListTeeth(chain));
    findings.Add(IsMergedPart(part) ? Rule::kPartBrokenChainMerged : Rule::kPartBrokenChain, c.At(part, "ToothNumbers"),
                 absl::StrCat("The teeth of part ", part.index, " are ", chains.size(), " chains: ", list, "."),
                 absl::StrCat(chains.size()), "1");
  }
}

void CheckPartMaterials(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    const MaterialLimits* limits = c.profile.LimitsOf(part.material);
    if (limits == nullptr || limits->allowed_in_bridges.value_or(true)) continue;
    const std::vector<int> teeth = FixedTeeth(c, part);
    const auto chains = c.joints.ChainsOf(teeth);
    if (std::none_of(chains.begin(), chains.end(), [](const auto& chain) { return chain.size() > 1; })) continue;
    findings.Add(Rule::kPartMaterialInBridge, c.At(part, "Material"),
                 absl::StrCat("Part ", part.index, " is a bridge of ", part.material, "."), part.material);
  }
}

void CheckScans(const Case& c, FindingList& findings) {
  std::set<std::string> seen;
  for (const ScanFact& scan : c.facts.scans) {
    if (scan.filename.empty()) continue;
    if (!seen.insert(FoldName(scan.filename)).second) {
      findings.Add(Rule::kScanNamedTwice, {.file = c.context.info_name, .element = "ScanFiles"},
                   absl::StrCat("Several scans are named ", scan.filename, "."));
    } else if (c.FileNamed(scan.filename) == nullptr) {
      findings.Add(Rule::kScanAbsent, {.file = c.context.info_name, .element = "ScanFiles"},
                   absl::StrCat("The scan ", scan.filename, " was not uploaded."));
    }
  }
}

}  // namespace millwright::files

// What both kinds of info files share: values with findings, geometry, parts, and the limits on what is kept.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_BUILDER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_BUILDER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/info/info_facts.h"
#include "services/files/domain/info/info_tags.h"

namespace millwright::files {

class InfoBuilder {
 public:
  InfoBuilder(InfoFacts& facts, FindingList& findings) : facts_(facts), findings_(findings) {}

  // Values; nullopt with a finding if `text` is none, nullopt without one if it is empty (not stated).
  std::optional<double> Double(absl::string_view text, absl::string_view path, int tooth = 0);
  std::optional<bool> Boolean(absl::string_view text, absl::string_view path, int tooth = 0);
  std::optional<int64_t> Integer(absl::string_view text, absl::string_view path, int tooth = 0);
  // Only looks for NaN and decimal commas in a coordinate or matrix cell whose value nobody needs; `only_numbers`: the
  // element is one that can be nothing else, so that any other text is a finding too.
  void LookAtGeometry(absl::string_view text, absl::string_view path, int tooth, bool only_numbers);

  // Sets the member of the header, or of the part, that `tag` names.
  void HeaderValue(Tag tag, absl::string_view text);
  void PartValue(PartFact& part, Tag tag, absl::string_view text);
  void PartTooth(PartFact& part, absl::string_view text);

  void AddPart(PartFact part);
  void AddScan(ScanFact scan);
  void Missing(absl::string_view path, absl::string_view what, int tooth = 0);

  InfoFacts& facts() { return facts_; }
  FindingList& findings() { return findings_; }

 private:
  void LimitOnce(bool over, absl::string_view path, absl::string_view what, int64_t limit);
  void JudgeSaveTime(absl::string_view text, absl::string_view path);
  void BadValue(absl::string_view text, absl::string_view path, absl::string_view kind, int tooth);

  InfoFacts& facts_;
  FindingList& findings_;
};

// "---" and "" are no shade.
std::string ShadeOf(absl::string_view text);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_BUILDER_H_

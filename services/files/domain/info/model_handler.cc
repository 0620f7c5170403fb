#include "services/files/domain/info/model_handler.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/files/domain/info/info_values.h"

namespace millwright::files {

bool ModelHandler::OnStart(absl::string_view name, bool nil) {
  const Tag tag = TagOf(name);
  open_.push_back({tag, nil, {}});
  open_.back().part.element = std::string(name.substr(0, 100));
  open_.back().part.index = static_cast<int>(builder_.facts().part_count + 1);
  return tag != Tag::kOther;
}

void ModelHandler::OnEnd(absl::string_view name, absl::string_view text) {
  Element element = std::move(open_.back());
  open_.pop_back();
  if (!element.part.filename.empty()) builder_.AddPart(std::move(element.part));
  if (open_.empty()) return;
  if (element.nil) text = {};
  PartFact& parent = open_.back().part;
  switch (element.tag) {
    case Tag::kFilename:
    case Tag::kFileNameScan:
      parent.filename = std::string(text);
      break;
    case Tag::kToothNumbers:
      parent.teeth = std::move(element.part.teeth);
      break;
    case Tag::kInt:
      builder_.PartTooth(parent, text);
      break;
    case Tag::kX:
    case Tag::kY:
    case Tag::kZ:
    case Tag::kCell:
      if (!LooksLikeNumber(text)) builder_.LookAtGeometry(text, Path(name), 0, element.tag == Tag::kCell);
      break;
    default:
      // A part may stand at the root itself; what both may have is the file's there.
      if (open_.size() == 1) builder_.HeaderValue(element.tag, text);
      if (open_.size() > 1 || element.tag != Tag::kSaveTime) builder_.PartValue(parent, element.tag, text);
  }
}

std::string ModelHandler::Path(absl::string_view leaf) const {
  std::string path;
  for (size_t i = 1; i < open_.size(); ++i) absl::StrAppend(&path, open_[i].part.element, "/");
  return absl::StrCat(path, leaf);
}

}  // namespace millwright::files

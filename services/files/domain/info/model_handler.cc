#include "services/files/domain/info/model_handler.h"

#include <utility>

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
      if (IsNotFiniteWord(text) || text.find(',') != text.npos) builder_.LookAtGeometry(text, name, 0);
      break;
    default:
      builder_.PartValue(parent, element.tag, text);
      if (open_.size() == 1) builder_.HeaderValue(element.tag, text);
  }
}

}  // namespace millwright::files

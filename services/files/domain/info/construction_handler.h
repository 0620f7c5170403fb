// Elements of a construction info to facts: a stack of contexts, one per open element.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_CONSTRUCTION_HANDLER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_CONSTRUCTION_HANDLER_H_

#include <bitset>
#include <string>
#include <vector>

#include "services/files/domain/info/info_builder.h"
#include "services/files/domain/info/margin_check.h"
#include "services/files/domain/info/xml_stream.h"

namespace millwright::files {

class ConstructionHandler : public XmlHandler {
 public:
  ConstructionHandler(InfoFacts& facts, FindingList& findings) : builder_(facts, findings) {}

  bool OnStart(absl::string_view name, bool nil) override;
  void OnEnd(absl::string_view name, absl::string_view text) override;
  // What can only be said at the end of a complete file.
  void Complete();

 private:
  enum class Context {
    kRoot,
    kTeeth,
    kTooth,
    kParametersUsed,
    kParameter,
    kMargin,
    kMarginPoint,
    kVector,  // one whose value is used: which is in vector_tag_
    kScanFiles,
    kScanFile,
    kScanTeeth,
    kParts,
    kPart,
    kPartTeeth,
    kLeaf,      // text wanted, value used
    kGeometry,  // text wanted, only looked at
    kOther,
  };
  struct Element {
    Context context;
    Tag tag;
    bool nil;
  };

  Context ChildOf(Context parent, Tag tag) const;
  static Context ToothChild(Tag tag);
  static bool IsPartLeaf(Tag tag);
  void Open(Context context);
  void Close(const Element& element);
  void Leaf(Context parent, Tag tag, absl::string_view text);
  void ToothLeaf(Tag tag, absl::string_view text);
  void ParameterLeaf(Tag tag, absl::string_view text);
  void VectorLeaf(Tag tag, absl::string_view text);
  void SetVector(Context parent);
  void CloseTooth();
  void CloseParameter();
  void ClosePart();
  std::string Path(absl::string_view leaf) const;

  InfoBuilder builder_;
  std::vector<Element> open_;
  std::vector<std::string> names_;  // of the open elements; longer than open_, so that its strings are used again
  ToothFact tooth_;
  std::string tooth_number_;    // as written
  size_t tooth_findings_ = 0;   // findings before the tooth began
  PartFact part_;
  ScanFact scan_;
  MarginCheck margin_;
  Tag vector_tag_ = Tag::kOther;
  Vec3 vector_;
  int vector_parts_ = 0;                      // how many of x, y, z were readable
  bool has_start_ = false, has_end_ = false;  // of the screw channel
  std::string parameter_value_, parameter_type_;
  std::string parameter_comma_;  // the first value of it with a decimal comma
  std::bitset<100> seen_teeth_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_CONSTRUCTION_HANDLER_H_

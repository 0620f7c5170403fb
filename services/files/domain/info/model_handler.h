// Elements of a model info to facts. No real file of the kind is known, so it is read by structure: every element with
// a Filename (or FileName) child is a part, whatever it is called and wherever it stands.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_MODEL_HANDLER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_MODEL_HANDLER_H_

#include <string>
#include <vector>

#include "services/files/domain/info/info_builder.h"
#include "services/files/domain/info/xml_stream.h"

namespace millwright::files {

class ModelHandler : public XmlHandler {
 public:
  ModelHandler(InfoFacts& facts, FindingList& findings) : builder_(facts, findings) {}

  bool OnStart(absl::string_view name, bool nil) override;
  void OnEnd(absl::string_view name, absl::string_view text) override;

 private:
  struct Element {
    Tag tag;
    bool nil;
    PartFact part;  // of the element itself; a part if it turns out to have a file name
  };

  std::string Path(absl::string_view leaf) const;

  InfoBuilder builder_;
  std::vector<Element> open_;  // bounded by the limit on depth
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_MODEL_HANDLER_H_

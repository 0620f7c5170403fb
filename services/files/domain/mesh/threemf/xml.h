// The XML of a 3MF package: elements of the root's namespace and attributes by local name, with limits. On expat; no
// DOCTYPE, no own entities.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_XML_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_XML_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"

struct XML_ParserStruct;

namespace millwright::files {

// The attributes of one element, as expat gives them: in no namespace by their name, others by namespace and name.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  // Of an attribute in no namespace; a null view if it is absent.
  absl::string_view Get(absl::string_view name) const;
  // By local name in any namespace.
  absl::string_view GetQualified(absl::string_view local_name) const;
  const char** pairs() const { return pairs_; }

 private:
  const char** pairs_;
};

class PackageXmlHandler {
 public:
  virtual ~PackageXmlHandler() = default;
  virtual void OnStart(absl::string_view name, const XmlAttributes& attributes) = 0;
  virtual void OnEnd(absl::string_view name) = 0;
  // An element of another namespace than the root's begins; its end is not told.
  virtual void OnForeign(absl::string_view uri, absl::string_view name) {}
  // A prefix is bound to a namespace.
  virtual void OnNamespace(absl::string_view prefix, absl::string_view uri) {}
};

class PackageXml {
 public:
  static constexpr int kMaxDepth = 64;
  static constexpr int64_t kMaxMarkupBytes = int64_t{1} << 20;  // of one tag, comment or text without an element

  PackageXml(PackageXmlHandler& handler, std::string part, FindingList& findings);
  ~PackageXml();
  PackageXml(const PackageXml&) = delete;
  PackageXml& operator=(const PackageXml&) = delete;

  // False after a fault, which is then a finding.
  bool Feed(absl::string_view bytes) { return Parse(bytes, false); }
  bool Finish() { return Parse({}, true); }
  // The handler may end the reading with a finding.
  void Fail(Rule rule, absl::string_view message);
  int64_t line() const;
  // Lines of the part that the handler read by itself.
  void AddLines(int64_t lines) { other_lines_ += lines; }

 private:
  struct Callbacks;
  bool Parse(absl::string_view bytes, bool last);

  PackageXmlHandler& handler_;
  const std::string part_;
  FindingList& findings_;
  XML_ParserStruct* parser_;
  std::string namespace_;  // of the root
  bool failed_ = false;
  int depth_ = 0;
  int64_t since_element_ = 0;
  int64_t other_lines_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_XML_H_

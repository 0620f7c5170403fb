#include "services/files/domain/mesh/threemf/xml.h"

#include <expat.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace millwright::files {
namespace {

constexpr char kSeparator = '\t';  // can't stand in the value of an attribute as such
constexpr size_t kPieceBytes = 64 * 1024;

absl::string_view Local(absl::string_view name) {
  const size_t separator = name.rfind(kSeparator);
  return separator == name.npos ? name : name.substr(separator + 1);
}

absl::string_view NamespaceOf(absl::string_view name) {
  const size_t separator = name.rfind(kSeparator);
  return separator == name.npos ? absl::string_view() : name.substr(0, separator);
}

}  // namespace

absl::string_view XmlAttributes::Get(absl::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (name == *pair) return pair[1];
  }
  return {};
}

absl::string_view XmlAttributes::GetQualified(absl::string_view local_name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (Local(*pair) == local_name) return pair[1];
  }
  return {};
}

struct PackageXml::Callbacks {
  static PackageXml& Of(void* self) { return *static_cast<PackageXml*>(self); }
  static void Start(void* self, const char* name, const char** attributes) {
    PackageXml& xml = Of(self);
    xml.since_element_ = 0;
    if (xml.failed_) return;
    if (++xml.depth_ > kMaxDepth) {
      return xml.Fail(Rule::kMeshPackageLimit, absl::StrCat("elements are nested more than ", kMaxDepth, " deep"));
    }
    if (xml.depth_ == 1) xml.namespace_ = std::string(NamespaceOf(name));
    if (NamespaceOf(name) != xml.namespace_) return xml.handler_.OnForeign(NamespaceOf(name), Local(name));
    xml.handler_.OnStart(Local(name), XmlAttributes(attributes));
  }
  static void End(void* self, const char* name) {
    PackageXml& xml = Of(self);
    xml.since_element_ = 0;
    --xml.depth_;
    if (!xml.failed_ && NamespaceOf(name) == xml.namespace_) xml.handler_.OnEnd(Local(name));
  }
  static void Namespace(void* self, const char* prefix, const char* uri) {
    Of(self).handler_.OnNamespace(prefix == nullptr ? "" : prefix, uri == nullptr ? "" : uri);
  }
  static void Doctype(void* self, const char*, const char*, const char*, int) {
    Of(self).Fail(Rule::kMeshSyntax, "a document type declaration (DOCTYPE) is not allowed");
  }
};

PackageXml::PackageXml(PackageXmlHandler& handler, std::string part, FindingList& findings)
    : handler_(handler), part_(std::move(part)), findings_(findings), parser_(XML_ParserCreateNS(nullptr, kSeparator)) {
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, Callbacks::Start, Callbacks::End);
  XML_SetStartNamespaceDeclHandler(parser_, Callbacks::Namespace);
  XML_SetStartDoctypeDeclHandler(parser_, Callbacks::Doctype);
}

PackageXml::~PackageXml() { XML_ParserFree(parser_); }

int64_t PackageXml::line() const { return static_cast<int64_t>(XML_GetCurrentLineNumber(parser_)) + other_lines_; }

void PackageXml::Fail(Rule rule, absl::string_view message) {
  if (std::exchange(failed_, true)) return;
  const std::string place = absl::StrCat(part_, " line ", line());
  findings_.Add(rule, {.element = place}, absl::StrCat("In ", place, ": ", message, "."));
  XML_StopParser(parser_, XML_FALSE);
}

bool PackageXml::Parse(absl::string_view bytes, bool last) {
  do {
    if (failed_) return false;
    const absl::string_view piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    since_element_ += static_cast<int64_t>(piece.size());
    if (XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), last) != XML_STATUS_OK) {
      Fail(Rule::kMeshSyntax, XML_ErrorString(XML_GetErrorCode(parser_)));
    } else if (since_element_ > kMaxMarkupBytes) {
      Fail(Rule::kMeshPackageLimit, absl::StrCat("more than ", kMaxMarkupBytes, " bytes without an element"));
    }
  } while (!bytes.empty());
  return !failed_;
}

}  // namespace millwright::files

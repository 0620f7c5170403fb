// The one reader for .constructionInfo and .modelInfo: bytes in, in pieces of any size; facts and findings out.
//
// Tolerant where files differ (file-rules, section 2): both spellings of the root and of misspelt tags, elements in any
// order and of any namespace, unknown ones skipped, UTF-8 and UTF-16, NaN and xsi:nil. Strict where a value decides
// something: numbers by xs:double, booleans by xs:boolean, enumerations by case.
//
// A construction info has the root ConstuctionInfo or ConstructionInfo, a model info ModelInfo in any case. Which of
// the two a file *claims* to be, by its name, only decides how another root is judged.
//
// Memory is bounded by the limits, not by the file: under 2 MB for 100 MB of teeth, points and parameters.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/info/info_facts.h"
#include "services/files/domain/info/xml_stream.h"

namespace millwright::files {

// What is kept of a file; more is a blocking finding. An order has at most 1,000 lines.
inline constexpr int64_t kMaxParts = 1000;
inline constexpr int64_t kMaxScans = 1000;
inline constexpr size_t kMaxTeethOfPart = 64;

struct InfoReport {
  InfoFacts facts;
  std::vector<Finding> findings;  // of reading alone; the rules about a case are in checks/
  Severity verdict() const { return VerdictOf(findings); }
};

struct InfoReaderOptions {
  std::string name = {};  // of the file; its suffix says what it claims to be
  XmlLimits limits = {};
};

class InfoReader {
 public:
  explicit InfoReader(InfoReaderOptions options);
  ~InfoReader();
  void Feed(absl::string_view bytes);
  // Once, after the last byte.
  InfoReport Finish() &&;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// What a name claims: by its suffix, in any case.
InfoKind ClaimedInfoKind(absl::string_view name);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_READER_H_

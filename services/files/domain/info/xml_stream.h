// A streaming XML reader on expat for files that strangers send: no DOCTYPE, no entities but the five predefined, only
// UTF-8 and UTF-16, own limits. Bytes in, in pieces of any size; elements out. Memory is constant: one tag, and the
// text of one element that the handler asked for.
//
// Faults are findings, never errors; after a blocking one the stream is dead and swallows the rest.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_XML_STREAM_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_XML_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"

struct XML_ParserStruct;

namespace millwright::files {

// The published limits of info files; tested at and above each.
struct XmlLimits {
  int64_t max_bytes = int64_t{64} << 20;  // of the file
  int max_depth = 64;                     // nested elements
  int max_attributes = 256;               // of one element
  int64_t max_elements = 20'000'000;
  int64_t max_text_bytes = int64_t{16} << 20;   // of one element, read or skipped
  int64_t max_markup_bytes = int64_t{1} << 20;  // one tag, comment or processing instruction
  int64_t max_value_bytes = 4096;               // of an element whose text is kept
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  // `name` is the local name. True: the element's own text is wanted at its end. `nil`: has xsi:nil="true".
  virtual bool OnStart(absl::string_view name, bool nil) = 0;
  // `text` is trimmed of white space; empty if it was not wanted.
  virtual void OnEnd(absl::string_view name, absl::string_view text) = 0;
  // Each attribute of the element whose OnStart has just returned, but xsi:nil. Local name.
  virtual void OnAttribute(absl::string_view name, absl::string_view value) {}
  virtual void OnComment() {}
  virtual void OnInstruction() {}
};

class XmlStream {
 public:
  XmlStream(XmlHandler& handler, FindingList& findings, const XmlLimits& limits);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  void Feed(absl::string_view bytes);
  // Once, after the last byte.
  void Finish();
  // The handler may call it when the rest is of no interest: the stream is dead, without a finding.
  void Stop();
  bool dead() const { return dead_; }
  // Of the element that is being reported, from 1.
  int64_t line() const;
  const std::string& encoding() const { return encoding_; }

 private:
  struct Callbacks;
  void Parse(absl::string_view bytes, bool last);
  bool CheckByteOrderMark();
  void Kill(Rule rule, std::string message, std::string measured = "", std::string limit = "");
  void ReportExpatError(bool last);
  void Start(absl::string_view name, const char** attributes);
  void End(absl::string_view name);
  void Text(absl::string_view text);
  void Declaration(absl::string_view encoding);
  absl::string_view Local(absl::string_view name);

  XmlHandler& handler_;
  FindingList& findings_;
  const XmlLimits limits_;
  XML_ParserStruct* parser_;
  std::string first_bytes_;  // until four are there, to look for a byte-order mark
  bool looked_at_mark_ = false;
  std::string encoding_ = "UTF-8";
  bool dead_ = false;
  int64_t received_ = 0;
  int64_t since_event_ = 0;  // bytes fed since expat last reported anything
  int depth_ = 0;
  int64_t elements_ = 0;
  bool wants_text_ = false;
  int text_depth_ = 0;
  int64_t text_bytes_ = 0;
  std::string text_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_XML_STREAM_H_

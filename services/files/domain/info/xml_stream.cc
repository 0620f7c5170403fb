#include "services/files/domain/info/xml_stream.h"

#include <expat.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace millwright::files {
namespace {

// Between namespace and local name; can't stand in an attribute's value as such.
constexpr char kSeparator = '\t';
// Expat looks at an unfinished tag again with each piece, so pieces are neither tiny nor huge.
constexpr size_t kPieceBytes = 64 * 1024;

// Namespaces of XML itself: xsi:nil, xml:space.
bool IsForeign(absl::string_view space) {
  return space != "http://www.w3.org/2001/XMLSchema-instance" && space != "http://www.w3.org/XML/1998/namespace";
}

absl::string_view LocalPart(absl::string_view name) {
  const size_t separator = name.rfind(kSeparator);
  return separator == absl::string_view::npos ? name : name.substr(separator + 1);
}

}  // namespace

// Expat calls C functions.
struct XmlStream::Callbacks {
  static XmlStream& Of(void* self) { return *static_cast<XmlStream*>(self); }
  static void Start(void* self, const char* name, const char** attributes) { Of(self).Start(name, attributes); }
  static void End(void* self, const char* name) { Of(self).End(name); }
  static void Text(void* self, const char* text, int size) {
    Of(self).Text(absl::string_view(text, static_cast<size_t>(size)));
  }
  static void Comment(void* self, const char*) {
    Of(self).since_event_ = 0;
    if (!Of(self).dead_) Of(self).handler_.OnComment();
  }
  static void Instruction(void* self, const char*, const char*) {
    Of(self).since_event_ = 0;
    if (!Of(self).dead_) Of(self).handler_.OnInstruction();
  }
  static void Other(void* self, const char*, int) { Of(self).since_event_ = 0; }
  static void Doctype(void* self, const char*, const char*, const char*, int) {
    Of(self).Kill(Rule::kInfoDoctype, "The file has a document type declaration (DOCTYPE).");
  }
  static void Declaration(void* self, const char*, const char* encoding, int) {
    if (encoding != nullptr) Of(self).Declaration(encoding);
  }
};

XmlStream::XmlStream(XmlHandler& handler, FindingList& findings, const XmlLimits& limits)
    : handler_(handler), findings_(findings), limits_(limits), parser_(XML_ParserCreateNS(nullptr, kSeparator)) {
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, Callbacks::Start, Callbacks::End);
  XML_SetCharacterDataHandler(parser_, Callbacks::Text);
  XML_SetCommentHandler(parser_, Callbacks::Comment);
  XML_SetProcessingInstructionHandler(parser_, Callbacks::Instruction);
  XML_SetDefaultHandler(parser_, Callbacks::Other);
  XML_SetStartDoctypeDeclHandler(parser_, Callbacks::Doctype);
  XML_SetXmlDeclHandler(parser_, Callbacks::Declaration);
}

XmlStream::~XmlStream() { XML_ParserFree(parser_); }

void XmlStream::Feed(absl::string_view bytes) {
  received_ += static_cast<int64_t>(bytes.size());
  if (dead_) return;
  if (received_ > limits_.max_bytes) {
    Kill(Rule::kInfoLimit, absl::StrCat("The file has more than ", limits_.max_bytes, " bytes."),
         absl::StrCat("> ", limits_.max_bytes, " bytes"), absl::StrCat(limits_.max_bytes, " bytes"));
    return;
  }
  if (looked_at_mark_) return Parse(bytes, false);
  first_bytes_.append(bytes.data(), bytes.size());
  if (first_bytes_.size() < 4) return;
  if (CheckByteOrderMark()) Parse(std::exchange(first_bytes_, {}), false);
}

bool XmlStream::CheckByteOrderMark() {
  looked_at_mark_ = true;
  const absl::string_view head = absl::string_view(first_bytes_).substr(0, 4);
  using namespace std::string_literals;  // NOLINT: for strings with zeros
  const char* refused = nullptr;
  if (head == "\xFF\xFE\0\0"s || head == "\0\0\xFE\xFF"s) refused = "UTF-32";
  if (head.size() >= 2 && (head.substr(0, 2) == "<\0"s || head.substr(0, 2) == "\0<"s)) {
    refused = "UTF-16 without byte-order mark";
  }
  if (absl::StartsWith(head, "\xFF\xFE") || absl::StartsWith(head, "\xFE\xFF")) encoding_ = "UTF-16";
  if (refused == nullptr) return true;
  Kill(Rule::kInfoEncoding,
       absl::StrCat("The encoding ", refused, " is not accepted; UTF-8, or UTF-16 with a byte-order mark, are."),
       refused, "UTF-8 or UTF-16");
  return false;
}

void XmlStream::Finish() {
  if (!dead_ && !looked_at_mark_ && CheckByteOrderMark()) Parse(std::exchange(first_bytes_, {}), false);
  if (!dead_) Parse({}, true);
}

void XmlStream::Parse(absl::string_view bytes, bool last) {
  do {
    const absl::string_view piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    since_event_ += static_cast<int64_t>(piece.size());
    if (XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), last) != XML_STATUS_OK) {
      ReportExpatError(last);
      return;
    }
    if (since_event_ > limits_.max_markup_bytes) {
      Kill(Rule::kInfoLimit, absl::StrCat("A tag or comment has more than ", limits_.max_markup_bytes, " bytes."),
           absl::StrCat("> ", limits_.max_markup_bytes, " bytes"), absl::StrCat(limits_.max_markup_bytes, " bytes"));
    }
  } while (!bytes.empty() && !dead_);
}

void XmlStream::ReportExpatError(bool last) {
  if (std::exchange(dead_, true)) return;  // stopped by one of our own limits, which was reported
  const XML_Error code = XML_GetErrorCode(parser_);
  const std::string what = XML_ErrorString(code);
  const bool unfinished = code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
                          code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION;
  Rule rule = last && unfinished ? Rule::kInfoTruncated : Rule::kInfoBrokenXml;
  if (code == XML_ERROR_INCORRECT_ENCODING || code == XML_ERROR_UNKNOWN_ENCODING) rule = Rule::kInfoEncoding;
  const int64_t line = static_cast<int64_t>(XML_GetCurrentLineNumber(parser_));
  findings_.Add(rule, {.element = absl::StrCat("line ", line)},
                absl::StrCat("Line ", line, ", column ", static_cast<int64_t>(XML_GetCurrentColumnNumber(parser_)) + 1,
                             ": ", received_ == 0 ? "the file is empty" : what, "."));
}

void XmlStream::Stop() {
  dead_ = true;
  XML_StopParser(parser_, XML_FALSE);
}

void XmlStream::Kill(Rule rule, std::string message, std::string measured, std::string limit) {
  if (dead_) return;
  findings_.Add(rule, {.element = absl::StrCat("line ", line())}, std::move(message), std::move(measured),
                std::move(limit));
  Stop();
}

int64_t XmlStream::line() const { return static_cast<int64_t>(XML_GetCurrentLineNumber(parser_)); }

void XmlStream::Declaration(absl::string_view encoding) {
  since_event_ = 0;
  if (absl::EqualsIgnoreCase(encoding, "utf-8") || absl::EqualsIgnoreCase(encoding, "utf-16")) return;
  Kill(Rule::kInfoEncoding,
       absl::StrCat("The encoding ", encoding.substr(0, 40), " is not accepted; UTF-8 and UTF-16 are."),
       std::string(encoding.substr(0, 40)), "UTF-8 or UTF-16");
}

absl::string_view XmlStream::Local(absl::string_view name) {
  const size_t separator = name.rfind(kSeparator);
  if (separator == absl::string_view::npos) return name;
  if (!findings_.Has(Rule::kInfoForeignNamespace) && IsForeign(name.substr(0, separator))) {
    findings_.Add(Rule::kInfoForeignNamespace, {.element = absl::StrCat("line ", line())},
                  absl::StrCat("Names of the namespace ", name.substr(0, std::min<size_t>(separator, 200)),
                               " are read by their local parts."));
  }
  return name.substr(separator + 1);
}

void XmlStream::Start(absl::string_view qualified, const char** attributes) {
  since_event_ = 0;
  if (dead_) return;
  if (++depth_ > limits_.max_depth) {
    return Kill(Rule::kInfoLimit, absl::StrCat("Elements are nested more than ", limits_.max_depth, " deep."),
                absl::StrCat(depth_), absl::StrCat(limits_.max_depth));
  }
  if (++elements_ > limits_.max_elements) {
    return Kill(Rule::kInfoLimit, absl::StrCat("The file has more than ", limits_.max_elements, " elements."),
                absl::StrCat(elements_), absl::StrCat(limits_.max_elements));
  }
  bool nil = false;
  int count = 0;
  for (const char** attribute = attributes; *attribute != nullptr; attribute += 2, ++count) {
    const absl::string_view value = absl::StripAsciiWhitespace(attribute[1]);
    if (LocalPart(*attribute) == "nil" && (value == "true" || value == "1")) nil = true;
  }
  if (count > limits_.max_attributes) {
    return Kill(Rule::kInfoLimit, absl::StrCat("An element has more than ", limits_.max_attributes, " attributes."),
                absl::StrCat(count), absl::StrCat(limits_.max_attributes));
  }
  text_bytes_ = 0;
  text_.clear();
  wants_text_ = handler_.OnStart(Local(qualified), nil);
  text_depth_ = depth_;
  for (const char** attribute = attributes; *attribute != nullptr && !dead_; attribute += 2) {
    const absl::string_view name = Local(*attribute);
    if (name != "nil") handler_.OnAttribute(name, absl::StripAsciiWhitespace(attribute[1]));
  }
}

void XmlStream::Text(absl::string_view text) {
  since_event_ = 0;
  if (dead_) return;
  text_bytes_ += static_cast<int64_t>(text.size());
  if (text_bytes_ > limits_.max_text_bytes) {
    return Kill(Rule::kInfoLimit, absl::StrCat("An element has more than ", limits_.max_text_bytes, " bytes of text."),
                absl::StrCat("> ", limits_.max_text_bytes), absl::StrCat(limits_.max_text_bytes));
  }
  if (!wants_text_) return;
  if (text_.empty()) text = absl::StripLeadingAsciiWhitespace(text);
  text_.append(text.data(), text.size());
  if (static_cast<int64_t>(text_.size()) > limits_.max_value_bytes) {
    Kill(Rule::kInfoLimit, absl::StrCat("A value has more than ", limits_.max_value_bytes, " bytes."),
         absl::StrCat("> ", limits_.max_value_bytes), absl::StrCat(limits_.max_value_bytes));
  }
}

void XmlStream::End(absl::string_view qualified) {
  since_event_ = 0;
  if (dead_) return;
  const bool own = wants_text_ && text_depth_ == depth_;
  --depth_;
  const absl::string_view text = own ? absl::StripTrailingAsciiWhitespace(text_) : absl::string_view();
  wants_text_ = false;
  handler_.OnEnd(Local(qualified), text);
  text_.clear();
}

}  // namespace millwright::files

#include "services/files/domain/mesh/ply_reader.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/files/domain/mesh/text_number.h"

namespace millwright::files {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

template <class T>
double As(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return static_cast<double>(value);
}

}  // namespace

size_t PlyReader::SizeOf(Type type) {
  constexpr size_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 8};
  return kSizes[static_cast<size_t>(type)];
}

bool PlyReader::TypeByName(absl::string_view name, Type* type) {
  constexpr std::pair<absl::string_view, Type> kNames[] = {
      {"char", Type::kInt8},   {"int8", Type::kInt8},     {"uchar", Type::kUint8},   {"uint8", Type::kUint8},
      {"short", Type::kInt16}, {"int16", Type::kInt16},   {"ushort", Type::kUint16}, {"uint16", Type::kUint16},
      {"int", Type::kInt32},   {"int32", Type::kInt32},   {"uint", Type::kUint32},   {"uint32", Type::kUint32},
      {"float", Type::kFloat}, {"float32", Type::kFloat}, {"double", Type::kDouble}, {"float64", Type::kDouble},
  };
  for (const auto& [known, value] : kNames) {
    if (known != name) continue;
    *type = value;
    return true;
  }
  return false;
}

void PlyReader::Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) {
  if (failed_) return;
  if (!has_header_ && !ReadHeader(bytes, findings)) return;
  format_ == Format::kAscii ? ReadText(bytes, sink, findings) : ReadBinary(bytes, sink, findings);
  faces_.Flush(sink);
}

bool PlyReader::ReadHeader(absl::string_view& bytes, FindingList& findings) {
  while (!bytes.empty() && !failed_) {
    const char c = bytes[0];
    // The first line says how lines end; what follows the CR of a later one may be data.
    const bool lone_cr = line_end_ == 0 && c != '\n' && !carry_.empty() && carry_.back() == '\r';
    if (line_end_ == 0 && (c == '\n' || lone_cr)) line_end_ = lone_cr ? '\r' : '\n';
    if (!lone_cr) bytes.remove_prefix(1);
    if (line_end_ == 0 || (c != line_end_ && !lone_cr)) {
      carry_.push_back(c);
      if (carry_.size() > kMaxHeader) Fail(Rule::kMeshSyntax, "the header is too long", findings);
      continue;
    }
    ++line_;
    const std::string line = std::exchange(carry_, {});
    if (HeaderLine(absl::StripAsciiWhitespace(line), findings)) {
      has_header_ = true;
      return true;
    }
  }
  return false;
}

bool PlyReader::HeaderLine(absl::string_view line, FindingList& findings) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.empty() || words[0] == "comment" || words[0] == "obj_info" || (line_ == 1 && words[0] == "ply"))
    return false;
  if (words[0] == "end_header") {
    if (!has_format_) Fail(Rule::kMeshSyntax, "the header has no format", findings);
    return !failed_;
  }
  bool fine = false;
  if (words[0] == "format" && words.size() >= 2) {
    fine = has_format_ = words[1] == "ascii" || words[1] == "binary_little_endian" || words[1] == "binary_big_endian";
    format_ = words[1] == "ascii" ? Format::kAscii : words[1] == "binary_big_endian" ? Format::kBig : Format::kLittle;
  } else if (words[0] == "element" && words.size() == 3) {
    elements_.push_back({std::string(words[1]), 0, {}});
    fine = absl::SimpleAtoi(words[2], &elements_.back().count) && elements_.back().count >= 0 && elements_.size() <= 64;
  } else if (words[0] == "property" && !elements_.empty()) {
    fine = PropertyLine(words);
  }
  if (!fine)
    Fail(Rule::kMeshSyntax,
         absl::StrCat("the header line \"", absl::CHexEscape(line.substr(0, 60)), "\" can't be read"), findings);
  return false;
}

bool PlyReader::PropertyLine(const std::vector<absl::string_view>& words) {
  Element& element = elements_.back();
  Property property;
  property.is_list = words.size() == 5 && words[1] == "list";
  if (!property.is_list && words.size() != 3) return false;
  const absl::string_view name = words.back();
  if (property.is_list && !TypeByName(words[2], &property.count_type)) return false;
  if (!TypeByName(words[words.size() - 2], &property.type)) return false;
  if (element.name == "vertex" && !property.is_list) {
    property.use = name == "x" ? Use::kX : name == "y" ? Use::kY : name == "z" ? Use::kZ : Use::kSkip;
  }
  if (element.name == "face" && property.is_list && (name == "vertex_indices" || name == "vertex_index")) {
    property.use = Use::kFace;
  }
  element.properties.push_back(property);
  return element.properties.size() <= kMaxProperties;
}

bool PlyReader::AtRecord() {
  while (element_ < elements_.size() &&
         (record_ >= elements_[element_].count || elements_[element_].properties.empty())) {
    ++element_;
    record_ = 0;
    property_ = 0;
  }
  return element_ < elements_.size();
}

PlyReader::Type PlyReader::NextType() const {
  const Property& property = elements_[element_].properties[property_];
  return property.is_list && list_left_ < 0 ? property.count_type : property.type;
}

void PlyReader::Value(double value, TriangleSink& sink, FindingList& findings) {
  const Property& property = elements_[element_].properties[property_];
  if (property.is_list && list_left_ < 0) {
    const auto limit = property.use == Use::kFace ? static_cast<int64_t>(kMaxPolygonCorners) : kMaxListItems;
    if (!(value >= 0 && value <= static_cast<double>(limit)) || value != std::floor(value)) {
      return Fail(Rule::kMeshSyntax,
                  absl::StrCat("a list claims to have ", value, " items; at most ", limit, " are read"), findings);
    }
    list_left_ = static_cast<int64_t>(value);
    indices_.clear();
    if (list_left_ == 0) EndProperty(sink);
    return;
  }
  switch (property.use) {
    case Use::kX:
      vertex_.x = value;
      break;
    case Use::kY:
      vertex_.y = value;
      break;
    case Use::kZ:
      vertex_.z = value;
      break;
    case Use::kFace:
      indices_.push_back(value >= 0 && value < 4e18 ? static_cast<int64_t>(value) : -1);
      break;
    case Use::kSkip:
      break;
  }
  if (property.is_list && --list_left_ > 0) return;
  EndProperty(sink);
}

void PlyReader::EndProperty(TriangleSink& sink) {
  const Element& element = elements_[element_];
  if (element.properties[property_].use == Use::kFace) faces_.AddFace(indices_, sink);
  list_left_ = -1;
  if (++property_ < element.properties.size()) return;
  property_ = 0;
  ++record_;
  if (element.name == "vertex") {
    faces_.AddVertex(vertex_);
    vertex_ = {};
  }
}

double PlyReader::Decode(const char* bytes, Type type) const {
  char swapped[8];
  if (format_ == Format::kBig) {
    std::reverse_copy(bytes, bytes + SizeOf(type), swapped);
    bytes = swapped;
  }
  switch (type) {
    case Type::kInt8:
      return As<int8_t>(bytes);
    case Type::kUint8:
      return As<uint8_t>(bytes);
    case Type::kInt16:
      return As<int16_t>(bytes);
    case Type::kUint16:
      return As<uint16_t>(bytes);
    case Type::kInt32:
      return As<int32_t>(bytes);
    case Type::kUint32:
      return As<uint32_t>(bytes);
    case Type::kFloat:
      return As<float>(bytes);
    case Type::kDouble:
      return As<double>(bytes);
  }
  return 0;
}

void PlyReader::ReadBinary(absl::string_view bytes, TriangleSink& sink, FindingList& findings) {
  while (!failed_ && AtRecord()) {
    const Type type = NextType();
    const size_t wanted = SizeOf(type);
    if (carry_.empty() && bytes.size() >= wanted) {
      Value(Decode(bytes.data(), type), sink, findings);
      bytes.remove_prefix(wanted);
      continue;
    }
    const size_t n = std::min(bytes.size(), wanted - carry_.size());
    carry_.append(bytes.data(), n);
    bytes.remove_prefix(n);
    if (carry_.size() < wanted) return;
    Value(Decode(carry_.data(), type), sink, findings);
    carry_.clear();
  }
  left_over_ += static_cast<int64_t>(bytes.size());
}

void PlyReader::ReadText(absl::string_view bytes, TriangleSink& sink, FindingList& findings) {
  while (!bytes.empty() && !failed_ && AtRecord()) {
    if (carry_.empty() && IsSpace(bytes[0])) {
      bytes.remove_prefix(1);
      continue;
    }
    const auto end = std::find_if(bytes.begin(), bytes.end(), IsSpace);
    const size_t length = static_cast<size_t>(end - bytes.begin());
    if (carry_.size() + length > 512) return Fail(Rule::kMeshSyntax, "a word of more than 512 bytes", findings);
    if (end == bytes.end() || !carry_.empty()) carry_.append(bytes.data(), length);
    if (end == bytes.end()) return;
    const absl::string_view word = carry_.empty() ? bytes.substr(0, length) : absl::string_view(carry_);
    double value = 0;
    if (!ParseTextNumber(word, &value)) {
      const bool comma = word.find(',') != word.npos;
      return Fail(comma ? Rule::kMeshDecimalComma : Rule::kMeshSyntax,
                  absl::StrCat("\"", absl::CHexEscape(word.substr(0, 40)), "\" is not a number"), findings);
    }
    carry_.clear();
    bytes.remove_prefix(length);
    Value(value, sink, findings);
  }
  left_over_ += std::count_if(bytes.begin(), bytes.end(), [](char c) { return !IsSpace(c); });
}

void PlyReader::Fail(Rule rule, absl::string_view message, FindingList& findings) {
  if (std::exchange(failed_, true)) return;
  const std::string place =
      has_header_ ? absl::StrCat("element ", elements_[std::min(element_, elements_.size() - 1)].name, " ", record_)
                  : absl::StrCat("line ", line_);
  findings.Add(rule, {.element = place}, absl::StrCat("At ", place, ": ", message, "."));
}

void PlyReader::Finish(TriangleSink& sink, FindingList& findings) {
  if (has_header_ && format_ == Format::kAscii && !carry_.empty()) Feed("\n", sink, findings);
  if (failed_) return;
  if (!has_header_) {
    findings.Add(Rule::kMeshTruncated, {.element = absl::StrCat("line ", line_)}, "The file ends within its header.");
    return;
  }
  if (AtRecord()) {
    const Element& element = elements_[element_];
    findings.Add(
        Rule::kMeshTruncated, {.element = absl::StrCat("element ", element.name)},
        absl::StrCat("The header announces ", element.count, " of ", element.name, ", the file holds ", record_, "."),
        absl::StrCat(record_), absl::StrCat(element.count));
  }
  if (left_over_ > 0) {
    const bool stray = left_over_ == 1;
    findings.Add(stray ? Rule::kMeshStrayByte : Rule::kMeshBytesLeftOver, {},
                 stray ? "One stray byte follows what the header announces."
                       : absl::StrCat(left_over_, " bytes are left over behind what the header announces."),
                 absl::StrCat(left_over_, " bytes"), "0 bytes");
  }
  faces_.Finish(sink, findings);
}

}  // namespace millwright::files

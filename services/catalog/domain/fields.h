// One list of fields per struct, four uses: reading JSON, writing it, hashing, comparing.
//
// A struct takes part by a function that names its fields in their fixed order:
//
//   template <typename V> void Describe(V& v, Material& m) { v("id", m.id); v("density_g_cm3", m.density_g_cm3); }
//
// ToJson writes the *canonical* form: fields in declared order, no blanks, decimals as strings, and fields that hold
// their default left out, so that a field added by a later release does not change the hash of an old quote. FromJson
// is strict: an unknown field, a wrong type or a bad value is INVALID_ARGUMENT (INVALID_DOCUMENT) with its path.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIELDS_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIELDS_H_

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/decimal.h"
#include "services/catalog/domain/json.h"

namespace millwright::catalog {

// Where the fields of a default-constructed struct are, in the order of Describe.
class FieldPointers {
 public:
  template <typename T>
  void operator()(absl::string_view, T& field) {
    pointers_.push_back(&field);
  }
  // Of a T that lives as long as the process.
  template <typename T>
  static const std::vector<const void*>& OfDefault() {
    static const std::vector<const void*>& pointers = *new std::vector<const void*>([] {
      FieldPointers collector;
      Describe(collector, *new T());
      return std::move(collector.pointers_);
    }());
    return pointers;
  }

 private:
  std::vector<const void*> pointers_;
};

template <typename T>
inline constexpr bool kIsScalar = std::integral<T> || std::same_as<T, std::string> || std::same_as<T, Decimal>;

class JsonWriter {
 public:
  template <typename T>
  void operator()(absl::string_view name, T& value) {
    const T& standard = *static_cast<const T*>((*defaults_)[field_++]);
    if (Same(value, standard)) return;
    absl::StrAppend(&out_, first_ ? "" : ",", QuoteJson(name), ":");
    Write(value);
    first_ = false;
  }
  template <typename T>
  void Write(const T& value) {
    if constexpr (std::same_as<T, std::string>) {
      out_ += QuoteJson(value);
    } else if constexpr (std::same_as<T, bool>) {
      out_ += value ? "true" : "false";
    } else if constexpr (std::integral<T>) {
      absl::StrAppend(&out_, value);
    } else if constexpr (std::same_as<T, Decimal>) {
      out_ += QuoteJson(value.ToString());
    } else {
      WriteCompound(value);
    }
  }
  std::string Take() { return std::move(out_); }

 private:
  template <typename T>
  void WriteCompound(const T& value) {
    const std::vector<const void*>* outer_defaults = std::exchange(defaults_, &FieldPointers::OfDefault<T>());
    size_t outer_field = std::exchange(field_, 0);
    first_ = true;
    out_ += '{';
    Describe(*this, const_cast<T&>(value));  // Describe serves readers too; a writer changes nothing
    out_ += '}';
    defaults_ = outer_defaults;
    field_ = outer_field;
  }
  template <typename T>
  void WriteCompound(const std::optional<T>& value) {
    value.has_value() ? Write(*value) : void(out_ += "null");
  }
  template <typename T>
  void WriteCompound(const std::vector<T>& values) {
    WriteRange(values);
  }
  template <typename T, size_t N>
  void WriteCompound(const std::array<T, N>& values) {
    WriteRange(values);
  }
  template <typename Range>
  void WriteRange(const Range& values) {
    const char* separator = "";
    out_ += '[';
    for (const auto& value : values) {
      out_ += separator;
      Write(value);
      separator = ",";
    }
    out_ += ']';
  }

  // Structs, and lists that hold any, are never left out unless they are empty.
  template <typename T>
  static bool Same(const T& value, const T& standard) {
    if constexpr (kIsScalar<T>) {
      return value == standard;
    } else {
      return SameCompound(value, standard);
    }
  }
  template <typename T>
  static bool SameCompound(const std::optional<T>& value, const std::optional<T>& standard) {
    return !value.has_value() && !standard.has_value();
  }
  template <typename T>
  static bool SameCompound(const std::vector<T>& value, const std::vector<T>& standard) {
    if constexpr (kIsScalar<T>) {
      return value == standard;
    } else {
      return value.empty() && standard.empty();
    }
  }
  template <typename T, size_t N>
  static bool SameCompound(const std::array<T, N>& value, const std::array<T, N>& standard) {
    return value == standard;
  }
  template <typename T>
  static bool SameCompound(const T&, const T&) {
    return false;
  }

  std::string out_;
  const std::vector<const void*>* defaults_ = nullptr;  // of the struct being written
  size_t field_ = 0;
  bool first_ = true;
};

class JsonReader {
 public:
  explicit JsonReader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

  template <typename T>
  void operator()(absl::string_view name, T& value) {
    known_.push_back(name);
    const Json* field = json_.Find(name);
    if (field != nullptr && status_.ok()) {
      status_ = Read(*field, path_.empty() ? std::string(name) : absl::StrCat(path_, ".", name), value);
    }
  }

  template <typename T>
  static absl::Status Read(const Json& json, const std::string& path, T& value) {
    if constexpr (std::same_as<T, std::string>) {
      if (json.kind != Json::Kind::kString) return Bad(path, "must be a string");
      value = json.text;
      return absl::OkStatus();
    } else if constexpr (std::same_as<T, bool>) {
      if (json.kind != Json::Kind::kBool) return Bad(path, "must be true or false");
      value = json.boolean;
      return absl::OkStatus();
    } else if constexpr (std::integral<T>) {
      const char* end = json.text.data() + json.text.size();
      auto [at, error] = std::from_chars(json.text.data(), end, value);
      if (json.kind != Json::Kind::kNumber || error != std::errc() || at != end) return Bad(path, "must be an integer");
      return absl::OkStatus();
    } else if constexpr (std::same_as<T, Decimal>) {
      if (json.kind != Json::Kind::kNumber && json.kind != Json::Kind::kString) return Bad(path, "must be a decimal");
      auto parsed = Decimal::Parse(json.text);
      if (!parsed.ok()) return Bad(path, parsed.status().message());
      value = *parsed;
      return absl::OkStatus();
    } else {
      return ReadCompound(json, path, value);
    }
  }

 private:
  static absl::Status Bad(const std::string& path, absl::string_view rule) {
    return Error::InvalidArgument("INVALID_DOCUMENT", absl::StrCat(path, " ", rule)).Field(path, rule);
  }
  template <typename T>
  static absl::Status ReadCompound(const Json& json, const std::string& path, T& value) {
    if (json.kind != Json::Kind::kObject) return Bad(path, "must be an object");
    JsonReader reader(json, path);
    Describe(reader, value);
    MW_RETURN_IF_ERROR(reader.status_);
    for (const auto& [name, unused] : json.fields) {
      bool known = false;
      for (absl::string_view candidate : reader.known_) known = known || candidate == name;
      if (!known)
        return Bad(path.empty() ? name : absl::StrCat(path, ".", name), "is no known field; check its spelling");
    }
    return absl::OkStatus();
  }
  template <typename T>
  static absl::Status ReadCompound(const Json& json, const std::string& path, std::optional<T>& value) {
    return Read(json, path, value.emplace());
  }
  template <typename T>
  static absl::Status ReadCompound(const Json& json, const std::string& path, std::vector<T>& values) {
    if (json.kind != Json::Kind::kArray) return Bad(path, "must be a list");
    values.clear();
    for (const Json& item : json.items) {
      std::string item_path = absl::StrCat(path, "[", values.size(), "]");
      MW_RETURN_IF_ERROR(Read(item, item_path, values.emplace_back()));
    }
    return absl::OkStatus();
  }
  template <typename T, size_t N>
  static absl::Status ReadCompound(const Json& json, const std::string& path, std::array<T, N>& values) {
    if (json.kind != Json::Kind::kArray || json.items.size() != N) {
      return Bad(path, absl::StrCat("must be a list of ", N));
    }
    for (size_t i = 0; i < N; ++i) MW_RETURN_IF_ERROR(Read(json.items[i], absl::StrCat(path, "[", i, "]"), values[i]));
    return absl::OkStatus();
  }

  const Json& json_;
  std::string path_;
  std::vector<absl::string_view> known_;
  absl::Status status_;
};

template <typename T>
std::string ToJson(const T& value) {
  JsonWriter writer;
  writer.Write(value);
  return writer.Take();
}

template <typename T>
absl::StatusOr<T> FromJson(absl::string_view text) {
  MW_ASSIGN_OR_RETURN(Json json, ParseJson(text));
  T value;
  MW_RETURN_IF_ERROR(JsonReader::Read(json, "", value));
  return value;
}

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIELDS_H_

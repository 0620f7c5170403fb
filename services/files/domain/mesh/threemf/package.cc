#include "services/files/domain/mesh/threemf/package.h"

#include <zip.h>

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace millwright::files {
namespace {

constexpr size_t kPieceBytes = 64 * 1024;

std::string Shown(absl::string_view name) { return absl::StrCat("\"", absl::CHexEscape(name.substr(0, 80)), "\""); }

bool LeavesTheArchive(absl::string_view name) {
  if (name.empty() || name[0] == '/' || absl::StrContains(name, '\\') || absl::StrContains(name, '\0')) return true;
  if (name.size() >= 2 && name[1] == ':') return true;
  for (const absl::string_view step : absl::StrSplit(name, '/')) {
    if (step == "..") return true;
  }
  return false;
}

// "%41" -> "A"; what is no such escape stays.
std::string Unescaped(absl::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && absl::ascii_isxdigit(text[i + 1]) && absl::ascii_isxdigit(text[i + 2]);
    if (escape) {
      result += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

}  // namespace

// The library reads through a C function.
struct Package::Callback {
  static zip_int64_t Read(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    auto& package = *static_cast<Package*>(self);
    switch (command) {
      case ZIP_SOURCE_OPEN:
        package.at_ = 0;
        return 0;
      case ZIP_SOURCE_READ: {
        const int64_t n = package.source_.Read(package.at_, length, static_cast<char*>(data));
        if (n > 0) package.at_ += n;
        return n;
      }
      case ZIP_SOURCE_SEEK: {
        zip_error_t error;
        zip_error_init(&error);
        const int64_t to =
            zip_source_seek_compute_offset(static_cast<zip_uint64_t>(package.at_),
                                           static_cast<zip_uint64_t>(package.source_.size()), data, length, &error);
        zip_error_fini(&error);
        if (to < 0) return -1;
        package.at_ = to;
        return 0;
      }
      case ZIP_SOURCE_TELL:
        return package.at_;
      case ZIP_SOURCE_STAT: {
        auto* stat = static_cast<zip_stat_t*>(data);
        zip_stat_init(stat);
        stat->size = static_cast<zip_uint64_t>(package.source_.size());
        stat->valid = ZIP_STAT_SIZE;
        return sizeof(*stat);
      }
      case ZIP_SOURCE_ERROR: {
        const int codes[2] = {ZIP_ER_READ, 0};
        static_cast<int*>(data)[0] = codes[0];
        static_cast<int*>(data)[1] = codes[1];
        return sizeof(codes);
      }
      case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                              ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
                                              ZIP_SOURCE_SUPPORTS, -1);
      case ZIP_SOURCE_CLOSE:
      case ZIP_SOURCE_FREE:
        return 0;
      default:
        return -1;
    }
  }
};

Package::Package(const RandomAccess& source) : source_(source) {}

Package::~Package() {
  if (zip_ != nullptr) zip_discard(zip_);
}

bool Package::Open(FindingList& findings) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_function_create(&Callback::Read, this, &error);
  if (source != nullptr) zip_ = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip_ == nullptr) {
    findings.Add(Rule::kMeshPackage, {}, absl::StrCat("The archive can't be read: ", zip_error_strerror(&error), "."));
    if (source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    return false;
  }
  zip_error_fini(&error);
  const int64_t count = zip_get_num_entries(zip_, 0);
  if (count > kMaxEntries) {
    findings.Add(Rule::kMeshPackageLimit, {}, absl::StrCat("The archive has more than ", kMaxEntries, " entries."),
                 absl::StrCat(count), absl::StrCat(kMaxEntries));
    return false;
  }
  return JudgeEntries(count, findings);
}

bool Package::JudgeEntries(int64_t count, FindingList& findings) {
  bool fine = true;
  for (int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(zip_, static_cast<zip_uint64_t>(i), 0, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0)
      continue;
    const absl::string_view name = stat.name;
    if (LeavesTheArchive(name)) {
      findings.Add(Rule::kMeshEntryName, {.element = Shown(name)},
                   absl::StrCat("The archive has an entry named ", Shown(name), ", which leaves the archive."));
      fine = false;
      continue;
    }
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
      findings.Add(Rule::kMeshEncrypted, {.element = Shown(name)},
                   absl::StrCat("The entry ", Shown(name), " is encrypted."));
      fine = false;
    }
    if (!entries_.emplace(Folded(absl::StrCat("/", name)), static_cast<uint64_t>(i)).second) {
      findings.Add(Rule::kMeshPackage, {.element = Shown(name)},
                   absl::StrCat("The archive has two entries named ", Shown(name), ": which one is meant is not known."));
      fine = false;
    }
  }
  return fine;
}

std::string Package::Folded(absl::string_view part) { return absl::AsciiStrToLower(part); }

std::string Package::PartName(absl::string_view target, absl::string_view base_folder) {
  const std::string plain = Unescaped(target);
  const std::string whole = absl::StartsWith(plain, "/") ? plain : absl::StrCat(base_folder, "/", plain);
  if (absl::StrContains(whole, '\\') || absl::StrContains(whole, '\0')) return "";
  std::vector<absl::string_view> steps;
  for (const absl::string_view step : absl::StrSplit(whole, '/', absl::SkipEmpty())) {
    if (step == ".") continue;
    if (step != "..") {
      steps.push_back(step);
      continue;
    }
    if (steps.empty()) return "";
    steps.pop_back();
  }
  return absl::StrCat("/", absl::StrJoin(steps, "/"));
}

bool Package::ReadPart(absl::string_view part, const std::function<bool(absl::string_view)>& take,
                       FindingList& findings) {
  const auto found = entries_.find(Folded(part));
  if (found == entries_.end()) {
    findings.Add(Rule::kMeshPartMissing, {.element = std::string(part)},
                 absl::StrCat("The package lacks its part ", Shown(part), "."));
    return false;
  }
  zip_file_t* file = zip_fopen_index(zip_, found->second, 0);
  if (file == nullptr) {
    findings.Add(Rule::kMeshPackage, {.element = std::string(part)},
                 absl::StrCat("The part ", Shown(part), " can't be unpacked: ", zip_strerror(zip_), "."));
    return false;
  }
  const int64_t limit = std::min(kUnpackedBase + kUnpackedRatio * source_.size(), kUnpackedMost);
  std::vector<char> buffer(kPieceBytes);
  int64_t n = 0, got = 0;
  bool wanted = true;
  while (wanted && unpacked_ <= limit && (n = zip_fread(file, buffer.data(), buffer.size())) > 0) {
    unpacked_ += n;
    got += n;
    wanted = take(absl::string_view(buffer.data(), static_cast<size_t>(n)));
  }
  const std::string why = n < 0 ? zip_file_strerror(file) : "";
  zip_fclose(file);
  if (unpacked_ > limit) {
    findings.Add(Rule::kMeshPackageLimit, {.element = std::string(part)},
                 absl::StrCat("The archive unpacks to more than ", limit, " bytes."),
                 absl::StrCat("> ", limit, " bytes"),
                 absl::StrCat(kUnpackedBase, " bytes and ", kUnpackedRatio, " times the size of the file"));
    return false;
  }
  if (n < 0) {
    findings.Add(Rule::kMeshPackage, {.element = std::string(part)},
                 absl::StrCat("The part ", Shown(part), " can't be unpacked: ", why, "."));
    return false;
  }
  return !wanted || IsAnnouncedSize(found->second, part, got, findings);
}

bool Package::IsAnnouncedSize(uint64_t entry, absl::string_view part, int64_t size, FindingList& findings) {
  zip_stat_t stat;
  if (zip_stat_index(zip_, entry, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) return true;
  if (stat.size == static_cast<zip_uint64_t>(size)) return true;
  findings.Add(Rule::kMeshPackage, {.element = std::string(part)},
               absl::StrCat("The part ", Shown(part), " unpacks to another size than the archive announces."),
               absl::StrCat(size, " bytes"), absl::StrCat(stat.size, " bytes"));
  return false;
}

}  // namespace millwright::files

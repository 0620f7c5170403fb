#include "services/files/archive.h"

#include <glib.h>
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "services/files/domain/file_name.h"

namespace millwright::files {
namespace {

constexpr int64_t kRatioFromBytes = int64_t{1} << 20;

absl::Status Refused(absl::string_view entry, absl::string_view why) {
  const std::string text = entry.empty() ? std::string(why) : absl::StrCat("entry ", entry, " ", why);
  return Error::InvalidArgument("ARCHIVE_REFUSED", absl::StrCat("the archive is refused: ", text))
      .Field("name", absl::StrCat(text, "; upload its files one by one, or pack it again"))
      .Meta("entry", entry)
      .Build();
}

// A blob as libzip reads it.
struct BlobSource {
  std::unique_ptr<BlobReader> blob;
  int64_t offset = 0;
  zip_error_t error;
};

zip_int64_t ReadBlob(BlobSource& source, void* data, zip_uint64_t size) {
  std::string piece;
  if (!source.blob->Read(source.offset, static_cast<size_t>(size), piece).ok()) {
    zip_error_set(&source.error, ZIP_ER_READ, 0);
    return -1;
  }
  std::memcpy(data, piece.data(), piece.size());
  source.offset += static_cast<int64_t>(piece.size());
  return static_cast<zip_int64_t>(piece.size());
}

zip_int64_t OnSource(void* self, void* data, zip_uint64_t size, zip_source_cmd_t command) {
  auto& source = *static_cast<BlobSource*>(self);
  switch (command) {
    case ZIP_SOURCE_OPEN:
      source.offset = 0;
      return 0;
    case ZIP_SOURCE_READ:
      return ReadBlob(source, data, size);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    case ZIP_SOURCE_STAT: {
      auto* stat = static_cast<zip_stat_t*>(data);
      zip_stat_init(stat);
      stat->size = static_cast<zip_uint64_t>(source.blob->size());
      stat->valid |= ZIP_STAT_SIZE;
      return sizeof(zip_stat_t);
    }
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&source.error, data, size);
    case ZIP_SOURCE_TELL:
      return source.offset;
    case ZIP_SOURCE_SEEK: {
      const zip_int64_t at =
          zip_source_seek_compute_offset(static_cast<zip_uint64_t>(source.offset),
                                         static_cast<zip_uint64_t>(source.blob->size()), data, size, &source.error);
      if (at < 0) return -1;
      source.offset = at;
      return 0;
    }
    case ZIP_SOURCE_SUPPORTS:
      return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    default:
      zip_error_set(&source.error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
  }
}

std::string ReadableName(const char* raw) {
  if (g_utf8_validate(raw, -1, nullptr)) return raw;
  for (const char* charset : {"CP949", "CP437"}) {
    const std::unique_ptr<char, decltype(&g_free)> text(g_convert(raw, -1, "UTF-8", charset, nullptr, nullptr, nullptr),
                                                        &g_free);
    if (text != nullptr) return text.get();
  }
  return raw;
}

// "" for names that leave the folder.
std::string FlatName(absl::string_view path) {
  std::string last;
  for (absl::string_view word : absl::StrSplit(path, absl::ByAnyChar("/\\"))) {
    if (word == "..") return "";
    last = std::string(word);
  }
  const bool absolute = path[0] == '/' || path[0] == '\\' || (path.size() > 1 && path[1] == ':');
  return absolute ? "" : last;
}

}  // namespace

class ArchiveReader::Impl {
 public:
  ~Impl() {
    if (zip != nullptr) zip_discard(zip);
    zip_error_fini(&source.error);
  }

  absl::Status AddEntry(int64_t index, const ArchiveLimits& limits, int64_t& total, std::set<std::string>& names) {
    zip_stat_t stat;
    const char* raw = zip_get_name(zip, static_cast<zip_uint64_t>(index), ZIP_FL_ENC_RAW);
    if (raw == nullptr || zip_stat_index(zip, static_cast<zip_uint64_t>(index), 0, &stat) != 0) {
      return Refused(absl::StrCat(index), "can't be read");
    }
    const std::string path = ReadableName(raw);
    if (path.empty() || path.back() == '/') return absl::OkStatus();  // a folder
    const std::string name = FlatName(path);
    // What macOS keeps beside each file, under the file's own suffix.
    if (absl::StartsWith(path, "__MACOSX/") && absl::StartsWith(name, "._")) return absl::OkStatus();
    if (const auto why = WhyNameRefused(name)) return Refused(path.substr(0, 255), name.empty() ? "leaves the folder" : *why);
    if (stat.encryption_method != ZIP_EM_NONE) return Refused(name, "is encrypted");
    const auto size = static_cast<int64_t>(stat.size), packed = static_cast<int64_t>(stat.comp_size);
    if (size < 0 || size > limits.max_bytes - total) {
      return Refused(name, absl::StrCat("brings the files to more than ", limits.max_bytes, " bytes"));
    }
    if (size > kRatioFromBytes && packed < size / limits.max_ratio) {
      return Refused(name, absl::StrCat("inflates to more than ", limits.max_ratio, " times its size"));
    }
    if (!names.insert(FoldName(name)).second) return Refused(name, "has the name of another entry");
    total += size;
    entries.push_back({index, name, size});
    return absl::OkStatus();
  }

  BlobSource source;
  zip_t* zip = nullptr;
  std::vector<ArchiveEntry> entries;
};

ArchiveReader::ArchiveReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ArchiveReader::~ArchiveReader() = default;
const std::vector<ArchiveEntry>& ArchiveReader::entries() const { return impl_->entries; }

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::Open(std::unique_ptr<BlobReader> blob,
                                                                   const ArchiveLimits& limits) {
  auto impl = std::make_unique<Impl>();
  impl->source.blob = std::move(blob);
  zip_error_init(&impl->source.error);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_function_create(&OnSource, &impl->source, &error);
  if (source != nullptr) impl->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (impl->zip == nullptr) {
    if (source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    return Refused("", "it is no ZIP archive, or a damaged one");
  }
  zip_error_fini(&error);
  const int64_t count = zip_get_num_entries(impl->zip, 0);
  if (count > limits.max_entries) {
    return Refused("", absl::StrCat("it has ", count, " entries; at most ", limits.max_entries, " are taken"));
  }
  int64_t total = 0;
  std::set<std::string> names;
  for (int64_t i = 0; i < count; ++i) MW_RETURN_IF_ERROR(impl->AddEntry(i, limits, total, names));
  return std::unique_ptr<ArchiveReader>(new ArchiveReader(std::move(impl)));
}

absl::Status ArchiveReader::Read(const ArchiveEntry& entry,
                                 const std::function<absl::Status(absl::string_view)>& sink) const {
  zip_file_t* file = zip_fopen_index(impl_->zip, static_cast<zip_uint64_t>(entry.index), 0);
  if (file == nullptr) return Refused(entry.name, "can't be unpacked");
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> closer(file, &zip_fclose);
  std::string piece(kBlobPieceBytes, '\0');
  int64_t read = 0;
  for (;;) {
    const zip_int64_t n = zip_fread(file, piece.data(), piece.size());
    if (n < 0) return Refused(entry.name, "is damaged: its bytes do not have their checksum");
    if (n == 0) break;
    read += n;
    if (read > entry.size) return Refused(entry.name, "has more bytes than the archive says");
    MW_RETURN_IF_ERROR(sink(absl::string_view(piece.data(), static_cast<size_t>(n))));
  }
  return read == entry.size ? absl::OkStatus() : Refused(entry.name, "has fewer bytes than the archive says");
}

absl::Status WriteArchive(const std::string& path, std::vector<ArchiveSource> sources) {
  auto failed = [](absl::string_view what) {
    return Error::Unavailable("STORAGE_UNAVAILABLE", absl::StrCat("the archive can't be written: ", what));
  };
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (zip == nullptr) return failed(absl::StrCat("code ", code));
  // Read when the archive is closed; they live until then.
  std::vector<std::unique_ptr<BlobSource>> blobs;
  for (ArchiveSource& source : sources) {
    blobs.push_back(std::make_unique<BlobSource>());
    blobs.back()->blob = std::move(source.blob);
    zip_error_init(&blobs.back()->error);
    zip_source_t* from = zip_source_function(zip, &OnSource, blobs.back().get());
    const zip_int64_t index =
        from == nullptr ? -1 : zip_file_add(zip, source.name.c_str(), from, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE);
    if (index < 0) {
      if (from != nullptr) zip_source_free(from);
      absl::Status status = failed(zip_strerror(zip));
      zip_discard(zip);
      return status;
    }
    // Fast: meshes are what it is about, and they pack little.
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1);
  }
  if (zip_close(zip) == 0) return absl::OkStatus();
  absl::Status status = failed(zip_strerror(zip));
  zip_discard(zip);
  return status;
}

}  // namespace millwright::files

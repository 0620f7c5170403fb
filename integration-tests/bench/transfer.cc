// Moves bytes to and from the files service and prints a JSON line.
//
//   mw_transfer upload --bytes=N --project=NAME [--stl] [--unfinished] --target=HOST:PORT --ca=... --token=JWT ...
//       uploads N bytes that no two runs share, in chunks of 256 KiB with CRC-32C, with the SHA-256 of the whole announced;
//       {"mb_per_second":..,"file":".."}; the time is from StartUpload to the answer that the file is stored. --stl: the
//       bytes are a binary STL, so that they are measured on the way; --unfinished: without the finish.
//   mw_transfer floor --bytes=N --dir=DIR
//       {"sha256_mb_per_second":..,"disk_mb_per_second":..}: hashing N bytes; writing them in pieces of 256 KiB, synced
//       every 8 MiB and at the end.
//   mw_transfer first_byte --file=NAME --seconds=S --target=...
//       {"first_byte_p50_ms":..,"empty_p50_ms":..,"get_file_p50_ms":..}: in turns, a download up to its first message, a
//       call of the health service, and a GetFile.
#include <fcntl.h>
#include <grpcpp/support/sync_stream.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/crypto/crypto.h"
#include "common/ids/ids.h"
#include "google/protobuf/empty.pb.h"
#include "integration-tests/bench/load_support.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/crc32c.h"

namespace {

using namespace millwright::bench;  // NOLINT: a program of one file
namespace files = millwright::files::v1;

constexpr size_t kChunk = 256 * 1024;
constexpr int64_t kSync = int64_t{8} << 20;
constexpr char kService[] = "/millwright.files.v1.FilesService/";

// The bytes of a file that is made as it is sent: a block of noise, with its place and the run's number in each piece.
class Source {
 public:
  Source(int64_t size, bool stl) : size_(size), stl_(stl), noise_(kChunk, '\0') {
    std::mt19937_64 random(std::random_device{}());
    for (size_t at = 0; at < noise_.size(); at += 8) {
      // As two floats between 1 and 2, so that a mesh of them is one.
      const uint64_t value = (random() & 0x007FFFFF007FFFFF) | 0x3F8000003F800000;
      std::memcpy(&noise_[at], &value, 8);
    }
  }
  std::string Piece(int64_t offset) const {
    std::string piece = noise_.substr(0, static_cast<size_t>(std::min<int64_t>(kChunk, size_ - offset)));
    if (piece.size() >= 96 && offset > 0) std::memcpy(&piece[88], &offset, 4);
    if (offset == 0 && stl_) {
      const auto count = static_cast<uint32_t>((size_ - 84) / 50);
      std::memcpy(&piece[80], &count, sizeof(count));
    }
    return piece;
  }
  int64_t size() const { return size_; }

 private:
  const int64_t size_;
  const bool stl_;
  std::string noise_;
};

int64_t BytesOf(const Flags& flags) {
  int64_t bytes = 0;
  if (!absl::SimpleAtoi(flags.Get("bytes"), &bytes) || bytes < 84) Die("--bytes=N is missing");
  // Whole triangles, so that an STL is one.
  return 84 + (bytes - 84) / 50 * 50;
}

std::shared_ptr<grpc::Channel> ChannelOf(const Flags& flags) {
  return Connect(flags, flags.Get("target"), flags.Get("host"), 1)[0];
}

double MegabytesPerSecond(int64_t bytes, absl::Duration took) {
  return static_cast<double>(bytes) / 1e6 / absl::ToDoubleSeconds(took);
}

int Upload(const Flags& flags) {
  const Source source(BytesOf(flags), flags.Has("stl"));
  millwright::Sha256Stream hash;
  for (int64_t at = 0; at < source.size(); at += kChunk) hash.Update(source.Piece(at));
  const auto channel = ChannelOf(flags);
  files::StartUploadRequest start;
  start.set_parent(flags.Get("project"));
  start.set_file_name(flags.Has("stl") ? "bench.stl" : "bench.bin");
  start.set_size_bytes(source.size());
  start.set_sha256(hash.FinishHex());
  start.set_request_id(millwright::RandomUuid());
  const absl::Time began = absl::Now();
  files::Upload upload;
  const absl::Status started = Call(*channel, absl::StrCat(kService, "StartUpload"), flags.Get("token"), start, upload);
  if (!started.ok()) Die(started.ToString());
  grpc::ClientContext context;
  Authorize(context, flags.Get("token"));
  files::File file;
  const std::string method = absl::StrCat(kService, "UploadFile");
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::CLIENT_STREAMING);
  std::unique_ptr<grpc::ClientWriter<files::UploadFileRequest>> stream(
      grpc::internal::ClientWriterFactory<files::UploadFileRequest>::Create(channel.get(), rpc, &context, &file));
  files::UploadFileRequest message;
  message.set_upload(upload.name());
  for (int64_t at = 0; at < source.size(); at += kChunk) {
    message.set_offset_bytes(at);
    message.set_data(source.Piece(at));
    message.set_crc32c(millwright::files::Crc32c(message.data()));
    message.set_finish(at + static_cast<int64_t>(message.data().size()) == source.size() && !flags.Has("unfinished"));
    if (!stream->Write(message)) break;
    message.clear_upload();
  }
  stream->WritesDone();
  const grpc::Status status = stream->Finish();
  if (!status.ok() && !flags.Has("unfinished")) Die(status.error_message());
  if (status.ok() && file.sha256() != start.sha256()) Die("the file has another hash");
  std::printf("{\"mb_per_second\":%.2f,\"file\":\"%s\"}\n", MegabytesPerSecond(source.size(), absl::Now() - began),
              file.name().c_str());
  return 0;
}

int Floor(const Flags& flags) {
  const Source source(BytesOf(flags), false);
  const std::string piece = source.Piece(kChunk);
  const std::string path = flags.Get("dir") + "/mw_transfer.scratch";
  const absl::Time began = absl::Now();
  millwright::Sha256Stream hash;
  for (int64_t at = 0; at < source.size(); at += kChunk) hash.Update(piece);
  (void)hash.Finish();
  const absl::Time hashed = absl::Now();
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  if (fd < 0) Die("no file in --dir");
  unlink(path.c_str());
  for (int64_t at = 0; at < source.size(); at += kChunk) {
    if (write(fd, piece.data(), piece.size()) != static_cast<ssize_t>(piece.size())) Die("the disk is full");
    if ((at + kChunk) % kSync == 0 && fdatasync(fd) != 0) Die("the disk failed");
  }
  if (fsync(fd) != 0) Die("the disk failed");
  std::printf("{\"sha256_mb_per_second\":%.2f,\"disk_mb_per_second\":%.2f}\n",
              MegabytesPerSecond(source.size(), hashed - began), MegabytesPerSecond(source.size(), absl::Now() - hashed));
  close(fd);
  return 0;
}

double FirstByteMillis(grpc::Channel& channel, const Flags& flags) {
  files::DownloadFileRequest request;
  request.set_name(flags.Get("file"));
  static const std::string method = absl::StrCat(kService, "DownloadFile");
  static const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING);
  grpc::ClientContext context;
  Authorize(context, flags.Get("token"));
  const absl::Time began = absl::Now();
  std::unique_ptr<grpc::ClientReader<files::DownloadFileResponse>> stream(
      grpc::internal::ClientReaderFactory<files::DownloadFileResponse>::Create(&channel, rpc, &context, request));
  files::DownloadFileResponse response;
  const bool any = stream->Read(&response);
  const double took = absl::ToDoubleMilliseconds(absl::Now() - began);
  if (!any || response.data().empty()) Die("nothing came: " + stream->Finish().error_message());
  while (stream->Read(&response)) continue;
  if (!stream->Finish().ok()) Die("the download broke off");
  return took;
}

double CallMillis(grpc::Channel& channel, const std::string& method, const std::string& token,
                  const google::protobuf::Message& request) {
  grpc::ByteBuffer answer;
  const absl::Time began = absl::Now();
  const absl::Status status = Call(channel, method, token, request, answer);
  if (!status.ok()) Die(status.ToString());
  return absl::ToDoubleMilliseconds(absl::Now() - began);
}

int FirstByte(const Flags& flags) {
  const auto channel = ChannelOf(flags);
  files::GetFileRequest get;
  get.set_name(flags.Get("file"));
  std::vector<double> first, empty, file;
  const absl::Time end = absl::Now() + absl::Seconds(flags.Int("seconds", 3));
  while (absl::Now() < end) {
    first.push_back(FirstByteMillis(*channel, flags));
    empty.push_back(CallMillis(*channel, "/grpc.health.v1.Health/Check", "", google::protobuf::Empty()));
    file.push_back(CallMillis(*channel, absl::StrCat(kService, "GetFile"), flags.Get("token"), get));
  }
  for (std::vector<double>* all : {&first, &empty, &file}) std::sort(all->begin(), all->end());
  std::printf("{\"calls\":%zu,\"first_byte_p50_ms\":%.4f,\"empty_p50_ms\":%.4f,\"get_file_p50_ms\":%.4f}\n", first.size(),
              first[first.size() / 2], empty[empty.size() / 2], file[file.size() / 2]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const std::string what = argc > 1 ? argv[1] : "";
  const Flags flags(argc - 1, argv + 1);
  if (what == "upload") return Upload(flags);
  if (what == "floor") return Floor(flags);
  if (what == "first_byte") return FirstByte(flags);
  Die("usage: mw_transfer upload|floor|first_byte ...");
}

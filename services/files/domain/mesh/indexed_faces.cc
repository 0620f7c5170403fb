#include "services/files/domain/mesh/indexed_faces.h"

#include "absl/strings/str_cat.h"

namespace millwright::files {
namespace {

constexpr size_t kBatch = 256;  // triangles handed on at a time

}  // namespace

bool IndexedFaces::Resolve(std::span<const int64_t> indices) {
  polygon_.clear();
  for (const int64_t index : indices) {
    if (index < 0 || index >= vertex_count()) return false;
    polygon_.push_back(vertices_[static_cast<size_t>(index)]);
  }
  return true;
}

void IndexedFaces::AddFace(std::span<const int64_t> indices, TriangleSink& sink) {
  if (indices.size() < 3) {
    ++too_few_;
    return;
  }
  if (!Resolve(indices)) {
    waiting_.push_back(static_cast<int64_t>(indices.size()));
    waiting_.insert(waiting_.end(), indices.begin(), indices.end());
    return;
  }
  Triangulate(polygon_, batch_);
  if (batch_.size() >= kBatch) Flush(sink);
}

void IndexedFaces::Flush(TriangleSink& sink) {
  if (!batch_.empty()) sink.Add(batch_);
  batch_.clear();
}

void IndexedFaces::Finish(TriangleSink& sink, FindingList& findings) {
  for (size_t at = 0; at < waiting_.size();) {
    const auto count = static_cast<size_t>(waiting_[at]);
    const std::span<const int64_t> indices(waiting_.data() + at + 1, count);
    at += count + 1;
    if (Resolve(indices)) {
      Triangulate(polygon_, batch_);
      if (batch_.size() >= kBatch) Flush(sink);
      continue;
    }
    if (out_of_range_++ > 0) continue;
    for (const int64_t index : indices) {
      if (index < 0 || index >= vertex_count()) first_bad_index_ = index;
    }
  }
  Flush(sink);
  if (out_of_range_ > 0) {
    findings.Add(Rule::kMeshIndexOutOfRange, {},
                 absl::StrCat(out_of_range_, " faces name vertices that do not exist; the first names number ",
                              first_bad_index_, " (from 0) of ", vertex_count(), "."),
                 absl::StrCat(first_bad_index_), absl::StrCat("0 to ", vertex_count() - 1));
  }
  if (too_few_ > 0) {
    findings.Add(Rule::kMeshSyntax, {}, absl::StrCat(too_few_, " faces have fewer than three corners."),
                 absl::StrCat(too_few_), "0");
  }
}

}  // namespace millwright::files

// Sorts more records than fit into memory: a buffer at a time is sorted and appended to one scratch file, then all runs
// are merged. What fits into the buffer never touches the disk.
//
//   ExternalSort<Record> sort(scratch, 32 << 20);
//   for (...) sort.Add(record);
//   bool good = sort.ForEach([](const Record& record) { ... });      // in order; once
//
// Record: trivially copyable, with operator<. `kUnique` drops records that are equal to another (with operator==).
// Memory: `buffer_bytes` while records come, then at most `buffer_bytes`, or 4 KiB a run if that is more.
// Errors: a disk that fails or is full is told by ForEach; what is added after that is dropped.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EXTERNAL_SORT_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EXTERNAL_SORT_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "services/files/domain/scratch.h"

namespace millwright::files {

template <class Record, bool kUnique = false>
class ExternalSort {
 public:
  ExternalSort(ScratchSpace& scratch, size_t buffer_bytes)
      : scratch_(scratch), buffer_bytes_(buffer_bytes), capacity_(std::max<size_t>(buffer_bytes / sizeof(Record), 2)) {}

  void Add(const Record& record) {
    if (buffer_.size() == capacity_) WriteRun();
    if (buffer_.capacity() == 0) buffer_.reserve(capacity_);
    buffer_.push_back(record);
  }

  template <class Fn>
  bool ForEach(Fn fn) {
    if (!good_) return false;
    if (runs_.empty()) {
      SortBuffer();
      for (const Record& record : buffer_) fn(record);
      return true;
    }
    WriteRun();
    std::vector<Record>().swap(buffer_);
    return good_ && Merge(fn);
  }

 private:
  struct Run {
    int64_t next = 0, end = 0;    // in the file, in bytes
    std::vector<Record> records;  // read, and given out up to `at`
    size_t at = 0;
  };

  void SortBuffer() {
    std::sort(buffer_.begin(), buffer_.end());
    if constexpr (kUnique) buffer_.erase(std::unique(buffer_.begin(), buffer_.end()), buffer_.end());
  }

  void WriteRun() {
    SortBuffer();
    if (good_ && file_ == nullptr) file_ = scratch_.NewFile();
    const size_t bytes = buffer_.size() * sizeof(Record);
    good_ = good_ && file_ != nullptr && file_->Append({reinterpret_cast<const char*>(buffer_.data()), bytes});
    const int64_t begin = runs_.empty() ? 0 : runs_.back().end;
    runs_.push_back({begin, begin + static_cast<int64_t>(bytes), {}, 0});
    buffer_.clear();
  }

  // Sees to it that the run has a record at hand. False at its end, or if the disk failed.
  bool Fill(Run& run) {
    if (run.at < run.records.size()) return true;
    const int64_t share = std::max<int64_t>(buffer_bytes_ / runs_.size(), 4096) / sizeof(Record) * sizeof(Record);
    const int64_t bytes = std::min(std::max<int64_t>(share, sizeof(Record)), run.end - run.next);
    if (bytes == 0) return false;
    run.records.resize(static_cast<size_t>(bytes) / sizeof(Record));
    run.at = 0;
    good_ = good_ && file_->Read(run.next, static_cast<size_t>(bytes), reinterpret_cast<char*>(run.records.data()));
    run.next += bytes;
    return good_;
  }

  template <class Fn>
  bool Merge(Fn fn) {
    // A heap of the runs that still have records, the one with the least on top.
    std::vector<Run*> heap;
    for (Run& run : runs_) {
      if (Fill(run)) heap.push_back(&run);
    }
    const auto after = [](const Run* a, const Run* b) { return b->records[b->at] < a->records[a->at]; };
    std::make_heap(heap.begin(), heap.end(), after);
    Record last;
    bool has_last = false;
    while (good_ && !heap.empty()) {
      std::pop_heap(heap.begin(), heap.end(), after);
      Run& run = *heap.back();
      const Record& record = run.records[run.at++];
      if constexpr (kUnique) {
        if (!has_last || !(last == record)) fn(record);
        last = record;
        has_last = true;
      } else {
        fn(record);
      }
      if (Fill(run)) {
        std::push_heap(heap.begin(), heap.end(), after);
      } else {
        heap.pop_back();
      }
    }
    return good_;
  }

  ScratchSpace& scratch_;
  const size_t buffer_bytes_, capacity_;
  bool good_ = true;
  std::vector<Record> buffer_;
  std::unique_ptr<ScratchFile> file_;
  std::vector<Run> runs_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EXTERNAL_SORT_H_

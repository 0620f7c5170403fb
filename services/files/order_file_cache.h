// Order files (.dentalProject, 3Shape) as facts, remembered by their content. The facts hold patients' names: they are
// for judging a project, and nothing else.
//
// Thread-safety: any thread.
#ifndef MILLWRIGHT_SERVICES_FILES_ORDER_FILE_CACHE_H_
#define MILLWRIGHT_SERVICES_FILES_ORDER_FILE_CACHE_H_

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "services/files/domain/info/order_file.h"
#include "services/files/storage/blob_store.h"

namespace millwright::files {

class OrderFileCache {
 public:
  static constexpr size_t kMaxRemembered = 256;

  OrderFileCache(const BlobStore& blobs, const XmlLimits& limits) : blobs_(blobs), limits_(limits) {}
  // DATA_LOSS if the bytes are gone.
  absl::StatusOr<std::shared_ptr<const OrderFileReport>> Get(const std::string& sha256, const std::string& name);
  // Forgets what it knows of a content that was erased.
  void Forget(const std::string& sha256);

 private:
  const BlobStore& blobs_;
  const XmlLimits limits_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const OrderFileReport>> remembered_;  // by hash and name
  std::list<std::string> order_;                                             // oldest first
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ORDER_FILE_CACHE_H_

#include "services/files/order_file_cache.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::files {

absl::StatusOr<std::shared_ptr<const OrderFileReport>> OrderFileCache::Get(const std::string& sha256,
                                                                           const std::string& name) {
  const std::string key = absl::StrCat(sha256, name);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = remembered_.find(key);
    if (found != remembered_.end()) return found->second;
  }
  OrderFileReader reader(name, limits_);
  MW_RETURN_IF_ERROR(blobs_.ForEachPiece(sha256, [&](absl::string_view piece) { reader.Feed(piece); }));
  auto report = std::make_shared<const OrderFileReport>(std::move(reader).Finish());
  std::lock_guard<std::mutex> lock(mutex_);
  if (remembered_.emplace(key, report).second) order_.push_back(key);
  while (order_.size() > kMaxRemembered) {
    remembered_.erase(order_.front());
    order_.pop_front();
  }
  return report;
}

void OrderFileCache::Forget(const std::string& sha256) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::erase_if(remembered_, [&](const auto& entry) { return absl::StartsWith(entry.first, sha256); });
  std::erase_if(order_, [&](const std::string& key) { return absl::StartsWith(key, sha256); });
}

}  // namespace millwright::files

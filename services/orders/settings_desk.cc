#include "services/orders/settings_desk.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"

namespace millwright::orders {

SettingsPtr SettingsDesk::Cached(const std::string& company) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto it = cache_.find(company);
  return it == cache_.end() ? nullptr : it->second;
}

absl::StatusOr<SettingsPtr> SettingsDesk::Of(Reader& reader, const std::string& company) {
  int64_t generation = 0;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (const auto it = cache_.find(company); it != cache_.end()) return it->second;
    generation = generation_;
  }
  auto settings = std::make_shared<v1::OrderSettings>();
  int64_t version = 0;
  bool readable = true;
  MW_RETURN_IF_ERROR(reader.Query("SELECT version, settings FROM order_settings WHERE company = $1", company)
                         .ForEach([&](const ::millwright::Row& row) {
                           version = row.Int(0);
                           const auto bytes = row.Blob(1);
                           readable = settings->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
                         }));
  if (!readable) return absl::DataLossError("stored order settings can't be read");
  settings->set_name(absl::StrCat(company, "/orderSettings"));
  settings->set_etag(EtagOf(version));
  std::lock_guard<std::mutex> lock(mutex_);
  if (generation == generation_ && !uncommitted_.contains(company)) {
    if (cache_.size() >= kMaxCachedSettings) cache_.clear();
    cache_[company] = settings;
  }
  return SettingsPtr(std::move(settings));
}

absl::Status SettingsDesk::Put(Transaction& tx, const std::string& company, const v1::OrderSettings& settings) {
  const std::string bytes = settings.SerializeAsString();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    uncommitted_.insert(company);
    cache_.erase(company);
  }
  tx.OnCommit([this, company] {
    std::lock_guard<std::mutex> lock(mutex_);
    ++generation_;
    uncommitted_.erase(company);
    cache_.erase(company);
  });
  return tx.Run(
      "INSERT INTO order_settings (company, version, settings) VALUES ($1, 1, $2) "
      "ON CONFLICT (company) DO UPDATE SET version = order_settings.version + 1, settings = $2",
      company, Blob{bytes});
}

}  // namespace millwright::orders

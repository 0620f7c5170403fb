#include "services/catalog/domain/order_sharing.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

std::string GroupKey(const SetupRule& setup, const PreparedLine& line) {
  if (setup.scope == "part") return line.request->part.empty() ? line.request->id : line.request->part;
  if (setup.scope == "material") return line.material != nullptr ? line.material->id : "";
  if (setup.scope == "machine") return line.machine != nullptr ? line.machine->id : "";
  return "order";
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> ShareOut(int64_t total, std::vector<int64_t> weights) {
  bool all_zero = std::all_of(weights.begin(), weights.end(), [](int64_t w) { return w <= 0; });
  for (int64_t& weight : weights) weight = all_zero ? 1 : std::max<int64_t>(weight, 0);
  return AllocateMinor(total, weights);
}

absl::StatusOr<std::vector<std::vector<SharedAmount>>> ShareSetups(const Rounder& rounder,
                                                                   const std::vector<PreparedLine>& lines,
                                                                   const std::vector<int64_t>& quantities) {
  std::vector<int64_t> weights;
  for (size_t i = 0; i < lines.size(); ++i) {
    MW_ASSIGN_OR_RETURN(int64_t base, BaseAmount(rounder, lines[i], quantities[i]));
    weights.push_back(base);
  }
  std::map<std::pair<const SetupRule*, std::string>, std::vector<size_t>> groups;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].process == nullptr) continue;  // articles need no set-up
    for (const SetupRule* setup : lines[i].process->setups) {
      if (setup->scope != "line") groups[{setup, GroupKey(*setup, lines[i])}].push_back(i);
    }
  }
  std::vector<std::vector<SharedAmount>> out(lines.size());
  for (const auto& [key, members] : groups) {
    const SetupRule& setup = *key.first;
    int64_t pieces = 0, times = 1;
    std::vector<int64_t> shares;
    for (size_t i : members) {
      pieces += quantities[i];
      shares.push_back(weights[i]);
    }
    if (setup.every_pieces > 0) times = (pieces + setup.every_pieces - 1) / setup.every_pieces;
    MW_ASSIGN_OR_RETURN(int64_t total, rounder.Minor(setup.amount * Decimal(times)));
    MW_ASSIGN_OR_RETURN(shares, ShareOut(total, shares));
    for (size_t j = 0; j < members.size(); ++j) {
      std::string note = members.size() > 1 || times > 1 ? absl::StrCat("share of ", total, " minor units over ",
                                                                        members.size(), " lines, ", times, " time(s)")
                                                         : "";
      out[members[j]].push_back({setup.id, setup.label, setup.id, setup.version, shares[j], std::move(note)});
    }
  }
  // Groups are ordered by address; the answer must not be.
  for (auto& parts : out) {
    std::sort(parts.begin(), parts.end(), [](const SharedAmount& a, const SharedAmount& b) { return a.id < b.id; });
  }
  return out;
}

}  // namespace millwright::catalog

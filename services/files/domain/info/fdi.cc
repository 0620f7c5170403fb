#include "services/files/domain/info/fdi.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace millwright::files {
namespace {

int Quadrant(int tooth) { return tooth / 10; }
int Position(int tooth) { return tooth % 10; }
// 1 to 4, also for milk teeth.
int PermanentQuadrant(int tooth) { return (Quadrant(tooth) - 1) % 4 + 1; }

std::string Universal(int tooth) {
  const int position = Position(tooth);
  if (IsMilkTooth(tooth)) {
    // A (55) to J (65), then K (75) to T (85).
    constexpr int kBase[] = {0, 5, 4, 15, 14};  // upper right counts down, upper left up, lower left down, ...
    const int quadrant = PermanentQuadrant(tooth);
    const int index = quadrant % 2 == 1 ? kBase[quadrant] - position : kBase[quadrant] + position;
    return std::string(1, static_cast<char>('A' + index));
  }
  switch (PermanentQuadrant(tooth)) {
    case 1:
      return absl::StrCat(9 - position);
    case 2:
      return absl::StrCat(8 + position);
    case 3:
      return absl::StrCat(25 - position);
    default:
      return absl::StrCat(24 + position);
  }
}

std::string Palmer(int tooth) {
  constexpr const char* kQuadrants[] = {"", "UR", "UL", "LL", "LR"};
  const std::string position =
      IsMilkTooth(tooth) ? std::string(1, static_cast<char>('A' + Position(tooth) - 1)) : absl::StrCat(Position(tooth));
  return absl::StrCat(kQuadrants[PermanentQuadrant(tooth)], position);
}

}  // namespace

bool IsFdi(int tooth) {
  if (tooth < 11 || tooth > 85 || Position(tooth) < 1) return false;
  return Position(tooth) <= (Quadrant(tooth) <= 4 ? 8 : 5);
}

bool IsMilkTooth(int tooth) { return IsFdi(tooth) && Quadrant(tooth) >= 5; }
bool IsAnterior(int tooth) { return IsFdi(tooth) && Position(tooth) <= 3; }

Jaw JawOf(int tooth) {
  if (!IsFdi(tooth)) return Jaw::kUnknown;
  return PermanentQuadrant(tooth) <= 2 ? Jaw::kUpper : Jaw::kLower;
}

int MesialNeighbour(int tooth) {
  if (!IsFdi(tooth)) return 0;
  if (Position(tooth) > 1) return tooth - 1;
  const int quadrant = Quadrant(tooth);
  return (quadrant % 2 == 1 ? quadrant + 1 : quadrant - 1) * 10 + 1;
}

int ArchOrder(int tooth) {
  const int quadrant = PermanentQuadrant(tooth);
  const int position = Position(tooth);
  const bool right = quadrant == 1 || quadrant == 4;
  const int along = right ? -position : position;
  return (JawOf(tooth) == Jaw::kUpper ? 0 : 1000) + along * 2 + (IsMilkTooth(tooth) ? 1 : 0);
}

void SortByArch(std::vector<int>& teeth) {
  std::sort(teeth.begin(), teeth.end(), [](int a, int b) { return ArchOrder(a) < ArchOrder(b); });
}

std::string ToothName(int tooth, Notation notation) {
  if (!IsFdi(tooth)) return "?";
  switch (notation) {
    case Notation::kFdi:
      return absl::StrCat(tooth);
    case Notation::kUniversal:
      return Universal(tooth);
    case Notation::kPalmer:
      return Palmer(tooth);
  }
  return "?";
}

int FdiOfUniversal(int universal) {
  if (universal < 1 || universal > 32) return 0;
  if (universal <= 8) return 19 - universal;
  if (universal <= 16) return 12 + universal;
  if (universal <= 24) return 55 - universal;
  return 16 + universal;
}

}  // namespace millwright::files

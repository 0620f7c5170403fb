// Teeth in FDI notation (ISO 3950): 32 permanent and 20 milk teeth, their order in the arch, neighbours, and the same
// tooth in Universal and Palmer notation.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_FDI_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_FDI_H_

#include <string>
#include <vector>

namespace millwright::files {

// One of 11-18, 21-28, 31-38, 41-48, 51-55, 61-65, 71-75, 81-85.
bool IsFdi(int tooth);
enum class Jaw { kUnknown, kUpper, kLower };
// kUnknown if `tooth` is no FDI number.
Jaw JawOf(int tooth);
bool IsMilkTooth(int tooth);
// Positions 1 to 3.
bool IsAnterior(int tooth);

// The neighbour towards the midline; of a first tooth the first tooth on the other side (11 and 21, 31 and 41, 51 and
// 61, 71 and 81). 0 if `tooth` is no FDI number.
int MesialNeighbour(int tooth);

// A sort key along the arch as seen from the dentist: upper jaw 18..11 21..28, then lower 48..41 31..38. Milk teeth
// stand where the permanent ones of their position do, behind them.
int ArchOrder(int tooth);
void SortByArch(std::vector<int>& teeth);

enum class Notation { kFdi, kUniversal, kPalmer };
// "36"; Universal "19" (milk teeth "A".."T"); Palmer "6" with its quadrant: "LL6" (milk teeth "LLE"). "?" if `tooth` is
// no FDI number.
std::string ToothName(int tooth, Notation notation);
// From Universal (1 to 32) to FDI, 0 for others: 3Shape's implant files use it.
int FdiOfUniversal(int universal);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_FDI_H_

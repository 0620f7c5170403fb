// The canonical bytes of a document's input, their hash, and the checks that hold for every text in it.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_CANONICAL_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_CANONICAL_H_

#include <string>
#include <utility>
#include <vector>

#include "common/crypto/crypto.h"
#include "services/documents/domain/model.h"

namespace millwright::documents {

// One text of a document longer than this is refused; notes may be 16 KiB (limits of the suite), the rest less.
inline constexpr size_t kMaxTextBytes = 16 * 1024;
// A list of a document with more entries is refused: an order has at most 1,000 lines.
inline constexpr size_t kMaxListEntries = 1000;

// `path=length:value` for every field in declaration order, the document's kind first. Two documents have the same
// bytes exactly if every field is equal.
std::string CanonicalBytes(const Document& document);

// SHA-256 of CanonicalBytes: the hash that the footer shows.
inline std::string InputHash(const Document& document) { return Sha256Hex(CanonicalBytes(document)); }

// {path, what is wrong} of every text that is no UTF-8, holds a control character or bidirectional override, or is
// too long, and of every list that is too long.
std::vector<std::pair<std::string, std::string>> TextProblems(const Document& document);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_CANONICAL_H_

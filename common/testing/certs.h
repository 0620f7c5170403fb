// For tests: a throw-away CA with a certificate per service, as scripts/lib/certs.py makes them for a machine.
#ifndef MILLWRIGHT_COMMON_TESTING_CERTS_H_
#define MILLWRIGHT_COMMON_TESTING_CERTS_H_

#include <string>
#include <vector>

namespace millwright::testing {

// Writes ca.pem, NAME.pem and NAME.key for every name into `dir`. Aborts the test if OpenSSL fails.
void MakeCertificates(const std::string& dir, const std::vector<std::string>& names);

}  // namespace millwright::testing

#endif  // MILLWRIGHT_COMMON_TESTING_CERTS_H_

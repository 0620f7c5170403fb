#include "integration-tests/bench/rival_clients.h"

#include <curl/curl.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"

namespace millwright::bench {
namespace {

size_t Count(absl::string_view text, absl::string_view what) {
  return std::vector<absl::string_view>(absl::StrSplit(text, what)).size() - 1;
}

// What stands behind `before` up to the next `end`; "" if it is not there.
std::string After(absl::string_view text, absl::string_view before, char end) {
  const size_t at = text.find(before);
  if (at == absl::string_view::npos) return "";
  const absl::string_view rest = text.substr(at + before.size());
  return std::string(rest.substr(0, rest.find(end)));
}

// One kept connection a thread.
class Http {
 public:
  explicit Http(const Flags& flags) : handles_(flags.Int("threads", 1)) {
    curl_global_init(CURL_GLOBAL_ALL);
    for (CURL*& handle : handles_) handle = curl_easy_init();
  }
  ~Http() {
    for (CURL* handle : handles_) curl_easy_cleanup(handle);
  }

  // POST, or GET without a body; `head` gets the answer's header lines.
  absl::Status Send(int thread, const std::string& url, const std::string& body, const std::string& token, std::string& answer,
                    std::string* head = nullptr) {
    CURL* handle = handles_[thread];
    answer.clear();
    curl_slist* headers = curl_slist_append(nullptr, "content-type: application/json");
    if (!token.empty()) headers = curl_slist_append(headers, absl::StrCat("authorization: Bearer ", token).c_str());
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Append);
    if (head != nullptr) {
      curl_easy_setopt(handle, CURLOPT_HEADERDATA, head);
      curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Append);
    }
    if (!body.empty()) curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
    const CURLcode code = curl_easy_perform(handle);
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) return absl::UnavailableError(curl_easy_strerror(code));
    return Expect(status == 200, absl::StrCat("HTTP ", status, " ", answer));
  }

 private:
  static size_t Append(char* data, size_t size, size_t n, void* out) {
    static_cast<std::string*>(out)->append(data, size * n);
    return size * n;
  }

  std::vector<CURL*> handles_;
};

class ThinNode : public Rival {
 public:
  explicit ThinNode(const Flags& flags) : url_(flags.Get("thin_node")), http_(flags) {}

  absl::Status Play(int thread) override {
    std::string answer;
    MW_RETURN_IF_ERROR(Send(thread, "/orders",
             absl::StrFormat(R"({"requestId":"%s","customer":"c1","lines":[{"sku":"insert-m3","quantity":10},)"
                             R"({"sku":"insert-m3","quantity":20},{"sku":"insert-m3","quantity":30}]})", RandomUuid()), answer));
    const std::string id = After(answer, "\"id\":\"", '"');
    MW_RETURN_IF_ERROR(Expect(!id.empty() && absl::StrContains(answer, "\"state\":\"Placed\""), answer));
    for (const char* to : {"Free for manufacturing", "Manufacturing", "Post-production"}) {
      MW_RETURN_IF_ERROR(Send(thread, absl::StrCat("/orders/", id, "/transition"),
               absl::StrFormat(R"({"requestId":"%s","to":"%s"})", RandomUuid(), to), answer));
      MW_RETURN_IF_ERROR(Expect(absl::StrContains(answer, absl::StrCat("\"state\":\"", to, "\"")), answer));
    }
    MW_RETURN_IF_ERROR(Send(thread, absl::StrCat("/orders/", id), "", answer));
    return Expect(Count(answer, "\"sku\"") == 3 && Count(answer, "\"to_state\"") >= 4, answer);
  }

 private:
  absl::Status Send(int thread, const std::string& path, const std::string& body, std::string& answer) {
    return http_.Send(thread, url_ + path, body, "", answer);
  }

  const std::string url_;
  Http http_;
};

// An anonymous customer's order through the shop API; the session's token comes with the first answer.
class Vendure : public Rival {
 public:
  explicit Vendure(const Flags& flags) : url_(flags.Get("vendure")), http_(flags) {}

  absl::Status Play(int thread) override {
    Session session{thread, "", ""};
    for (int variant = 1; variant <= 3; ++variant) {
      MW_RETURN_IF_ERROR(Change(session, absl::StrFormat("addItemToOrder(productVariantId:\\\"%d\\\",quantity:%d)", variant,
                                                         10 * variant), "AddingItems"));
    }
    const std::string code = After(session.answer, "\"code\":\"", '"');
    MW_RETURN_IF_ERROR(Expect(!code.empty() && Count(session.answer, "\"quantity\"") == 3, session.answer));
    MW_RETURN_IF_ERROR(Change(session, absl::StrFormat("setCustomerForOrder(input:{firstName:\\\"A\\\",lastName:\\\"B\\\","
                                                       "emailAddress:\\\"%s@example.com\\\"})", RandomUuid()), "AddingItems"));
    MW_RETURN_IF_ERROR(Change(session, "setOrderShippingAddress(input:{streetLine1:\\\"a 1\\\",city:\\\"b\\\","
                                       "postalCode:\\\"00-001\\\",countryCode:\\\"PL\\\"})", "AddingItems"));
    MW_RETURN_IF_ERROR(Ask(session, "{eligibleShippingMethods{id name}}"));
    const std::string method = After(session.answer, "\"id\":\"", '"');
    MW_RETURN_IF_ERROR(Expect(!method.empty(), session.answer));
    MW_RETURN_IF_ERROR(Change(session, absl::StrFormat("setOrderShippingMethod(shippingMethodId:[\\\"%s\\\"])", method),
                              "AddingItems"));
    MW_RETURN_IF_ERROR(Change(session, "transitionOrderToState(state:\\\"ArrangingPayment\\\")", "ArrangingPayment"));
    MW_RETURN_IF_ERROR(Change(session, "addPaymentToOrder(input:{method:\\\"card\\\",metadata:{}})", "PaymentSettled"));
    MW_RETURN_IF_ERROR(Ask(session, absl::StrFormat("{orderByCode(code:\\\"%s\\\"){state lines{quantity} "
                                                    "history{items{type createdAt data}}}}", code)));
    return Expect(Count(session.answer, "\"quantity\"") == 3 && Count(session.answer, "\"createdAt\"") >= 4 &&
                      absl::StrContains(session.answer, "\"state\":\"PaymentSettled\""), session.answer);
  }

 private:
  struct Session {
    int thread;
    std::string token, answer;
  };

  absl::Status Ask(Session& session, const std::string& query) {
    std::string head;
    MW_RETURN_IF_ERROR(http_.Send(session.thread, url_, absl::StrCat("{\"query\":\"", query, "\"}"), session.token,
                                  session.answer, &head));
    if (session.token.empty()) session.token = After(head, "vendure-auth-token: ", '\r');
    return Expect(!session.token.empty() && !absl::StrContains(session.answer, "\"errors\""), session.answer);
  }

  absl::Status Change(Session& session, const std::string& mutation, const std::string& state) {
    MW_RETURN_IF_ERROR(Ask(session, absl::StrCat("mutation{", mutation, "{__typename ... on Order{code state lines{quantity}} "
                                                 "... on ErrorResult{errorCode message}}}")));
    return Expect(absl::StrContains(session.answer, absl::StrCat("\"state\":\"", state, "\"")), session.answer);
  }

  const std::string url_;
  Http http_;
};

}  // namespace

absl::Status Expect(bool good, const std::string& what) {
  return good ? absl::OkStatus() : absl::InternalError("the answer is wrong: " + what);
}

std::unique_ptr<Rival> MakeRival(const Flags& flags) {
  if (flags.Has("thin_node")) return std::make_unique<ThinNode>(flags);
  if (flags.Has("vendure")) return std::make_unique<Vendure>(flags);
  return nullptr;
}

}  // namespace millwright::bench

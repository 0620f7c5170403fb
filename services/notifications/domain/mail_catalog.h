// The mail templates of each language, parsed and checked once, and the texts they make.
//
//   MW_ASSIGN_OR_RETURN(const MailCatalog catalog, MailCatalog::BuiltIn());
//   MW_ASSIGN_OR_RETURN(MailText mail, catalog.Render("order_received", "de", variables));
//
// A file holds sections: `[name]`, then `subject: ...`, an empty line and the text. `[partial:name]` sections are
// pieces for {{>name}}. Lines before the first section are comments.
//
// Thread-safety: immutable after construction.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_CATALOG_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_CATALOG_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/notifications/domain/template.h"

namespace millwright::notifications {

struct MailText {
  std::string subject;  // one line
  std::string text;     // plain text, lines end in \n
  std::string html;     // the same as simple HTML
};

class MailCatalog {
 public:
  // The templates that are compiled in: en, de, pl. Fails only if they are broken, which a test would have shown.
  static absl::StatusOr<MailCatalog> BuiltIn();

  // Adds or replaces the templates of `language` ("en"). INVALID_ARGUMENT naming section and variable if a template
  // does not parse, has no subject or uses a variable that mails do not have.
  absl::Status Load(absl::string_view language, absl::string_view file);

  // NOT_FOUND for an unknown template; FAILED_PRECONDITION for a missing variable. A language that is not loaded
  // falls back to English: a mail in English is better than none.
  absl::StatusOr<MailText> Render(absl::string_view name, absl::string_view language,
                                  const TemplateContext& variables) const;

  std::vector<std::string> Names(absl::string_view language) const;

 private:
  struct Entry {
    Template subject;
    Template body;
  };
  std::map<std::string, std::map<std::string, Entry>> languages_;
};

// Escaped, paragraphs at empty lines, "- " lines as a list, web addresses as links.
std::string TextToHtml(absl::string_view text);

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_CATALOG_H_

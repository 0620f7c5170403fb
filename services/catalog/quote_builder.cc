#include "services/catalog/quote_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "google/protobuf/util/time_util.h"
#include "services/catalog/domain/book_assembly.h"
#include "services/catalog/domain/vat_id.h"
#include "services/catalog/translate.h"

namespace millwright::catalog {
namespace {

using common::v1::Finding;

absl::Status Bad(absl::string_view reason, const std::string& field, absl::string_view rule) {
  return Error::InvalidArgument(reason, absl::StrCat(field, " ", rule)).Field(field, rule);
}

// One quote under construction.
class Builder {
 public:
  Builder(const CallInfo& call, const v1::CreateQuoteRequest& request, FilesClient& files, const RuleSet& rules,
          OrderRequest& order, v1::Quote& proto)
      : call_(call), request_(request), files_(files), rules_(rules), order_(order), proto_(proto) {}

  absl::Status AddLines() {
    if (!request_.project().empty()) MW_RETURN_IF_ERROR(AddProject());
    if (request_.parts_size() > 0) MW_RETURN_IF_ERROR(AddParts());
    MW_RETURN_IF_ERROR(ContentFaults());
    for (int i = 0; i < request_.add_ons_size(); ++i) MW_RETURN_IF_ERROR(AddAddOn(i));
    if (order_.lines.empty())
      return Bad("INVALID_LINE", "parts", "name a project with parts, parts or add_ons: there is nothing to price");
    return absl::OkStatus();
  }

 private:
  v1::QuoteLine& NewLine(LineRequest line) {
    v1::QuoteLine& proto = *proto_.add_lines();
    proto.set_number(proto_.lines_size());
    proto.set_title(line.label);
    proto.set_quantity(static_cast<int32_t>(line.quantity));
    proto.set_file(line.file);
    proto.set_file_sha256(line.file_sha256);
    line.id = absl::StrCat(proto.number());
    order_.lines.push_back(std::move(line));
    return proto;
  }
  void StateMaterial(const std::string& id, v1::QuoteLine& line) const {
    const Material* material = rules_.book->FindMaterial(id);
    if (material == nullptr) return;
    line.set_material(absl::StrCat(request_.seller(), "/materials/", material->id));
    line.set_material_title(material->label.empty() ? material->id : material->label);
  }
  void Review(std::string reason) {
    proto_.set_needs_review(true);
    proto_.add_review_reasons(std::move(reason));
  }
  void Keep(const Finding& finding) {
    if (finding.finding_class() == common::v1::FINDING_CLASS_BLOCKING) blocking_.push_back(finding);
    *proto_.add_findings() = finding;
  }

  absl::Status AddProject() {
    std::vector<std::string> names(request_.part_file_names().begin(), request_.part_file_names().end());
    MW_ASSIGN_OR_RETURN(files::v1::ProjectFacts facts,
                        files_.GetProjectFacts(call_, request_.project(), request_.seller(), names));
    order_.project = request_.project();
    order_.project_revision_hash = facts.revision_hash();
    proto_.set_project(request_.project());
    proto_.set_project_revision_hash(facts.revision_hash());
    for (const Finding& finding : facts.findings()) Keep(finding);
    project_blocked_ = facts.verdict() == files::v1::VERDICT_BLOCKING;
    const ProcessRule* dental = nullptr;
    for (const ProcessRule& rule : rules_.book->book().processes) {
      if (dental == nullptr && rule.dental.has_value()) dental = &rule;
    }
    if (dental == nullptr) {
      return Error::FailedPrecondition("PRODUCT_NOT_AVAILABLE", "the seller has no dental price list")
          .Precondition("PROCESS", request_.seller(), "choose a production center with a dental price list");
    }
    std::vector<NamedDentalPart> parts;
    for (const files::v1::PartFact& fact : facts.parts()) {
      AddDentalLine(fact, *dental);
      parts.push_back({fact.file_name(), *order_.lines.back().dental});
    }
    MW_ASSIGN_OR_RETURN(unavailable_, FindUnavailable(*rules_.book, rules_.withdrawn, dental->id, order_.customer, parts));
    return absl::OkStatus();
  }

  void AddDentalLine(const files::v1::PartFact& fact, const ProcessRule& rule) {
    LineRequest line;
    line.label = TitleOf(fact);
    line.process = rule.id;
    line.dental = DentalPartFrom(fact);
    line.part = fact.file_name();
    line.file = fact.file();
    line.file_sha256 = fact.sha256();
    line.request_path = absl::StrCat("project.parts[", fact.file_name(), "]");
    v1::QuoteLine& proto = NewLine(std::move(line));
    proto.set_file_name(fact.file_name());
    proto.set_process("dental");
    *proto.mutable_part() = fact;
    const Material* material = rules_.book->MapMaterial(order_.customer, fact.material());
    if (material != nullptr && !fact.model_part()) StateMaterial(material->id, proto);
  }

  absl::Status AddParts() {
    std::vector<std::string> names;
    for (const v1::PartRequest& part : request_.parts()) names.push_back(part.file());
    MW_ASSIGN_OR_RETURN(std::vector<files::v1::File> found, files_.BatchGetFiles(call_, names));
    if (found.size() != names.size()) return absl::InternalError("files answered another number of files than asked");
    for (int i = 0; i < request_.parts_size(); ++i) {
      MW_RETURN_IF_ERROR(AddPart(request_.parts(i), found[i], absl::StrCat("parts[", i, "]")));
    }
    return absl::OkStatus();
  }

  absl::Status AddPart(const v1::PartRequest& part, const files::v1::File& file, const std::string& path) {
    std::string material(LastSegment(part.material()));
    auto family = rules_.families.find(material);
    if (part.material() != absl::StrCat(request_.seller(), "/materials/", material) ||
        family == rules_.families.end()) {
      return Bad("UNKNOWN_MATERIAL", path + ".material",
                 absl::StrCat("`", part.material(), "` is no available material of ", request_.seller(),
                              "; ListMaterials shows them"));
    }
    const ProcessRule* rule = ProcessFor(rules_.book->book(), material, family->second);
    if (rule == nullptr || rule->dental.has_value()) {
      return Bad("UNKNOWN_MATERIAL", path + ".material",
                 absl::StrCat("`", material, "` has no process in the seller's price list"));
    }
    for (const Finding& finding : file.findings()) Keep(finding);
    LineRequest line;
    line.label = part.title().empty() ? file.file_name() : part.title();
    line.process = rule->id;
    line.material = material;
    line.finishes.assign(part.finishes().begin(), part.finishes().end());
    line.quantity = part.quantity();
    line.part = file.sha256();
    line.measures = MeasuresFrom(file.measurement());
    line.file = file.name();
    line.file_sha256 = file.sha256();
    line.request_path = path;
    line.to_be_determined = !IsMeasured(file.kind()) || file.measurement().box_micrometers_size() == 0;
    bool to_be_determined = line.to_be_determined;
    v1::QuoteLine& proto = NewLine(std::move(line));
    proto.set_file_name(file.file_name());
    proto.set_process(std::string(FamilyOf(*rule)));
    *proto.mutable_measurement() = file.measurement();
    StateMaterial(material, proto);
    if (to_be_determined) {
      Review(absl::StrCat(file.file_name(), " can't be measured: a person sets its price"));
    } else {
      JudgeMesh(file);
    }
    return absl::OkStatus();
  }

  // Kinds of which files measures the body.
  static bool IsMeasured(files::v1::File::Kind kind) {
    using files::v1::File;
    return kind == File::STL || kind == File::OBJ || kind == File::PLY || kind == File::THREE_MF ||
           kind == File::STEP || kind == File::IGES;
  }

  // The files service says so too; a mesh must never be priced by a volume it does not have.
  void JudgeMesh(const files::v1::File& file) {
    auto fault = [&](const char* rule, const char* message, const char* remedy) {
      bool known = std::any_of(blocking_.begin(), blocking_.end(),
                               [&](const Finding& f) { return f.file_name() == file.file_name(); });
      if (known) return;
      Finding finding;
      finding.set_rule(rule);
      finding.set_finding_class(common::v1::FINDING_CLASS_BLOCKING);
      finding.set_file_name(file.file_name());
      finding.set_message(message);
      finding.set_remedy(remedy);
      Keep(finding);
    };
    if (file.verdict() == files::v1::VERDICT_BLOCKING)
      fault("file.blocking", "the file has a blocking finding", "upload a corrected file");
    if (file.unit() == files::v1::LENGTH_UNIT_UNSPECIFIED && file.kind() != files::v1::File::THREE_MF) {
      fault("mesh.unit", "the unit of the mesh is not stated", "upload the file with its unit");
    }
    if (!file.measurement().closed())
      fault("mesh.closed", "the mesh is not closed: it has no volume", "repair the mesh and upload it again");
  }

  absl::Status AddAddOn(int i) {
    const v1::AddOnRequest& add_on = request_.add_ons(i);
    const Article* article = rules_.book->FindArticle(add_on.product());
    if (article == nullptr) {
      return Bad("UNKNOWN_PRODUCT", absl::StrCat("add_ons[", i, "].product"),
                 absl::StrCat("`", add_on.product(), "` is no article of the seller's price list"));
    }
    LineRequest line;
    line.label = article->label;
    line.product = article->id;
    line.quantity = add_on.quantity();
    line.request_path = absl::StrCat("add_ons[", i, "]");
    v1::QuoteLine& proto = NewLine(std::move(line));
    proto.set_process("addon");
    proto.set_product(article->id);
    return absl::OkStatus();
  }

  // All content faults and everything that is not offered, in one answer.
  absl::Status ContentFaults() const {
    if (blocking_.empty() && !project_blocked_) return AvailabilityError(unavailable_);
    Error error = Error::FailedPrecondition("FILES_BLOCKING",
                                            absl::StrCat("the files have ", blocking_.size(), " blocking finding(s)"));
    for (const Finding& finding : blocking_) {
      std::string subject = finding.file_name();
      if (finding.tooth() != 0) absl::StrAppend(&subject, " tooth ", finding.tooth());
      error.Precondition(finding.rule(), subject, absl::StrCat(finding.message(), "; ", finding.remedy()));
    }
    for (const UnavailableProduct& u : unavailable_) {
      error.Precondition(absl::StrCat("PRODUCT_NOT_AVAILABLE_", u.rule), absl::StrCat(u.part, " tooth ", u.tooth),
                         absl::StrCat(u.product, ": ", u.remedy));
    }
    return error.Build();
  }

  const CallInfo& call_;
  const v1::CreateQuoteRequest& request_;
  FilesClient& files_;
  const RuleSet& rules_;
  OrderRequest& order_;
  v1::Quote& proto_;
  std::vector<Finding> blocking_;
  std::vector<UnavailableProduct> unavailable_;
  bool project_blocked_ = false;
};

// A VAT id with a typing error must not stop a quote: it is taxed as if there were none, and says so.
std::string UsableVatId(const common::v1::Party& party, v1::Quote& proto) {
  if (party.vat_id().empty() || ParseVatId(party.vat_id()).ok()) return party.vat_id();
  Finding& finding = *proto.add_findings();
  finding.set_rule("tax.vat_id");
  finding.set_finding_class(common::v1::FINDING_CLASS_INFORMATION);
  finding.set_measured(party.vat_id());
  finding.set_message(absl::StrCat("the VAT id of ", party.display_name(), " is not valid; taxed as without one"));
  finding.set_remedy("correct the company's VAT id and quote again");
  return "";
}

TaxParties PartiesOf(const internal::accounts::v1::GetRelationResponse& relation, v1::Quote& proto) {
  TaxParties out;
  out.seller_country = relation.seller().address().region_code();
  out.seller_vat_id = UsableVatId(relation.seller(), proto);
  out.ship_to_country = relation.buyer().address().region_code();
  out.buyer_vat_id = UsableVatId(relation.buyer(), proto);
  return out;
}

}  // namespace

absl::StatusOr<BuiltQuote> QuoteBuilder::Build(const CallInfo& call, const v1::CreateQuoteRequest& request,
                                               const std::string& buyer) {
  auto found = accounts_.GetRelation(call, buyer, request.seller());
  // A company that does not exist is no contact either, so that nobody learns which companies there are.
  if (absl::IsNotFound(found.status()) || (found.ok() && !found->contacts())) {
    return Error::FailedPrecondition("NOT_A_CONTACT",
                                     absl::StrCat(buyer, " and ", request.seller(), " are not contacts"))
        .Precondition("CONTACT", request.seller(), "invite the company as a contact and have it accept");
  }
  MW_RETURN_IF_ERROR(found.status());
  const internal::accounts::v1::GetRelationResponse& relation = *found;
  std::string seller_id(LastSegment(request.seller()));
  BuiltQuote out;
  MW_ASSIGN_OR_RETURN(out.rules, books_.Current(seller_id, relation.seller().time_zone()));
  const CompiledBook& book = *out.rules->book;

  OrderRequest order;
  order.seller = seller_id;
  order.customer = std::string(LastSegment(buyer));
  order.at_us = MicrosOf(clock_.Now());
  order.lead_time = request.lead_time();
  if (order.lead_time.empty() && !book.book().lead_times.empty()) order.lead_time = book.book().lead_times[0].id;
  if (!request.coupon().empty()) order.coupons = {request.coupon()};
  order.parties = PartiesOf(relation, out.proto);
  MW_RETURN_IF_ERROR(Builder(call, request, files_, *out.rules, order, out.proto).AddLines());

  MW_ASSIGN_OR_RETURN(out.quote, MakeQuote(book, *out.rules->taxes, std::move(order)));
  out.currency = book.currency();
  out.proto.set_seller(request.seller());
  out.proto.set_buyer(buyer);
  FillPrice(out.quote, out.currency, out.proto);
  *out.proto.mutable_create_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(out.quote.inputs.request.at_us);
  *out.proto.mutable_expire_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(out.quote.valid_until_us);
  out.proto.add_rule_versions(absl::StrCat(request.seller(), "/priceLists/", book.book().id, "@", book.book().version));
  out.proto.add_rule_versions(absl::StrCat("engine@", out.quote.inputs.engine_version));
  out.proto.add_rule_versions(absl::StrCat("tax/", out.rules->taxes->id, "@", out.rules->taxes->version));
  return out;
}

}  // namespace millwright::catalog

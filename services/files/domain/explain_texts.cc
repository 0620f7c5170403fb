#include "services/files/domain/explain_texts.h"

#include <iterator>

namespace millwright::files {
namespace {

struct Texts {
  absl::string_view en, de, pl;
  absl::string_view In(Language language) const {
    return language == Language::kGerman ? de : language == Language::kPolish ? pl : en;
  }
};

constexpr Texts kPhrases[] = {
    {"Tooth $teeth: $work of $material.", "Zahn $teeth: $work aus $material.", "Ząb $teeth: $work z materiału $material."},
    {"A bridge of $units units over $teeth of $material, with pontics at $pontics.",
     "Eine Brücke mit $units Gliedern über $teeth aus $material, mit Zwischengliedern bei $pontics.",
     "Most o liczbie punktów $units na zębach $teeth z materiału $material, przęsła: $pontics."},
    {"$units joined units without pontic over $teeth of $material.",
     "$units verblockte Einheiten ohne Zwischenglied über $teeth aus $material.",
     "Zblokowane uzupełnienia bez przęsła: $units, zęby $teeth, materiał $material."},
    {"Tooth $teeth sits on an implant$line, without a screw channel.",
     "Zahn $teeth sitzt auf einem Implantat$line, ohne Schraubenkanal.",
     "Ząb $teeth jest oparty na implancie$line, bez kanału śruby."},
    {"Tooth $teeth sits on an implant$line and is screw-retained.",
     "Zahn $teeth sitzt auf einem Implantat$line und ist verschraubt.",
     "Ząb $teeth jest oparty na implancie$line i przykręcany."},
    {"The case has no tooth that is made.", "Der Fall hat keinen Zahn, der gefertigt wird.",
     "W tym przypadku nie ma zęba do wykonania."},
    {"Tooth", "Zahn", "Ząb"},
    {"allowed:", "erlaubt:", "dozwolone:"},
    {"This blocks the order.", "Das verhindert die Bestellung.", "To blokuje zamówienie."},
    {"A person has to confirm it.", "Eine Person muss es bestätigen.", "Wymaga potwierdzenia przez osobę."},
    {"For information.", "Zur Information.", "Informacja."},
    {"Nothing stands against ordering it.", "Nichts spricht gegen die Bestellung.", "Nic nie stoi na przeszkodzie zamówieniu."},
    {"It can be ordered once a person has confirmed the findings.",
     "Bestellbar, sobald eine Person die Befunde bestätigt hat.",
     "Można zamówić po potwierdzeniu uwag przez osobę."},
    {"It can't be ordered as it is.", "So kann der Fall nicht bestellt werden.", "W tej postaci nie można go zamówić."},
};
static_assert(std::size(kPhrases) == static_cast<size_t>(Phrase::kCount), "every phrase has its texts");

struct RuleTexts {
  Rule rule;
  Texts texts;
};
constexpr RuleTexts kRuleTexts[] = {
    {Rule::kToothWithoutPart,
     {"a tooth with a product that no part names", "ein Zahn mit Versorgung, den kein Teil nennt",
      "ząb z uzupełnieniem, którego nie obejmuje żadna część"}},
    {Rule::kPartBothJaws,
     {"a fixed part over both jaws", "ein festes Teil über beide Kiefer", "część stała obejmująca obie szczęki"}},
    {Rule::kPartMaterialInBridge,
     {"this material is not allowed in bridges", "dieses Material ist für Brücken nicht zugelassen",
      "ten materiał nie jest dopuszczony do mostów"}},
    {Rule::kPartFiveAxis,
     {"designed for more axes than the center has", "für mehr Achsen konstruiert, als das Zentrum hat",
      "zaprojektowano dla większej liczby osi, niż ma centrum"}},
    {Rule::kPartNoScrewChannel,
     {"an implant part without screw channel", "ein Implantatteil ohne Schraubenkanal",
      "część na implancie bez kanału śruby"}},
    {Rule::kImplantLine,
     {"the implant line is not on the center's list", "die Implantatlinie steht nicht auf der Liste des Zentrums",
      "systemu implantologicznego nie ma na liście centrum"}},
    {Rule::kJointDangling,
     {"a joint to a tooth that is not part of the design", "ein Verbinder zu einem Zahn, den der Entwurf nicht hat",
      "łącznik do zęba, którego nie ma w projekcie"}},
    {Rule::kJointCrossesParts,
     {"a joint between two parts", "ein Verbinder zwischen zwei Teilen", "łącznik między dwiema częściami"}},
    {Rule::kWallBelowLimit,
     {"the wall is thinner than the limit", "die Wand ist dünner als erlaubt", "ścianka jest cieńsza niż dozwolona"}},
    {Rule::kConnectorBelowLimit,
     {"the connector is smaller than the limit", "der Verbinder ist kleiner als erlaubt",
      "łącznik jest mniejszy niż dozwolony"}},
    {Rule::kPonticRun,
     {"more adjacent pontics than allowed", "mehr benachbarte Zwischenglieder als erlaubt",
      "więcej sąsiednich przęseł niż dozwolono"}},
    {Rule::kBridgeUnits,
     {"more units in the bridge than allowed", "mehr Brückenglieder als erlaubt",
      "więcej punktów mostu niż dozwolono"}},
    {Rule::kCantilever,
     {"more pontics at a free end than allowed", "mehr Freiendglieder als erlaubt",
      "więcej przęseł na wolnym końcu niż dozwolono"}},
    {Rule::kNotStated,
     {"a value that the limits need is not stated", "ein Wert, den die Grenzen brauchen, ist nicht angegeben",
      "nie podano wartości potrzebnej do sprawdzenia limitów"}},
    {Rule::kNotCheckedWithoutCenter,
     {"what only a center can say is checked once one is picked",
      "was nur ein Zentrum sagen kann, wird geprüft, sobald eines gewählt ist",
      "to, co zależy od centrum, zostanie sprawdzone po jego wybraniu"}},
};

}  // namespace

absl::string_view TextOf(Phrase phrase, Language language) { return kPhrases[static_cast<size_t>(phrase)].In(language); }

absl::string_view WorkTextOf(WorkGroup group, Language language) {
  constexpr Texts kWork[] = {
      {"a restoration", "eine Versorgung", "uzupełnienie"},        // kOther
      {"a crown", "eine Krone", "korona"},                         // kCrown
      {"a pontic", "ein Zwischenglied", "przęsło"},                // kPontic
      {"an inlay", "ein Inlay", "wkład"},                          // kInlay
      {"a veneer", "ein Veneer", "licówka"},                       // kVeneer
      {"a wax-up", "ein Wax-up", "wax-up"},                        // kWaxup
      {"a telescope", "ein Teleskop", "teleskop"},                 // kTelescope
      {"an attachment", "ein Geschiebe", "zatrzask"},              // kAttachment
      {"a bar", "ein Steg", "belka"},                              // kBar
      {"removable work", "herausnehmbarer Ersatz", "praca ruchoma"},  // kRemovable
      {"a splint", "eine Schiene", "szyna"},                       // kSplint
      {"nothing to make", "nichts zu fertigen", "nic do wykonania"},  // kNoProduct
  };
  static_assert(std::size(kWork) == static_cast<size_t>(WorkGroup::kNoProduct) + 1, "every group has its word");
  return kWork[static_cast<size_t>(group)].In(language);
}

absl::string_view RuleTextOf(Rule rule, Language language) {
  for (const RuleTexts& line : kRuleTexts) {
    if (line.rule == rule) return line.texts.In(language);
  }
  return "";
}

}  // namespace millwright::files

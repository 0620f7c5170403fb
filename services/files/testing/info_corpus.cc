#include "services/files/testing/info_corpus.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/files/domain/info/fdi.h"
#include "services/files/testing/info_writer.h"

namespace millwright::files::testing {
namespace {

constexpr char kNamespaces[] = R"( xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")";

class Corpus {
 public:
  std::vector<CorpusFile> Make() && {
    AddStyles();
    AddSingleTeeth();
    AddBridges();
    AddMaterials();
    AddImplants();
    AddCaseFaults();
    AddDamaged();
    AddHostile();
    AddModels();
    return std::move(files_);
  }

 private:
  static TestCase Crown() {
    TestCase c;
    c.teeth[0].parameters = {{"MinThickness", "0.6"}};
    return c;
  }
  void Add(std::string what, std::string bytes, std::set<Rule> expected, int teeth = -1, int parts = -1,
           std::string name = "case.constructionInfo") {
    files_.push_back({std::move(what), std::move(name), std::move(bytes), std::move(expected), teeth, parts});
  }
  void AddCase(std::string what, const TestCase& c, std::set<Rule> expected = {}) {
    Add(std::move(what), ConstructionInfoXml(c), std::move(expected), static_cast<int>(c.teeth.size()),
        static_cast<int>(c.parts.size()));
  }

  void AddStyles() {
    for (const char* root : {"ConstuctionInfo", "ConstructionInfo"}) {
      for (const char* line_end : {"\n", "\r\n"}) {
        for (const bool mark : {false, true}) {
          Add(absl::StrCat(root, line_end[0] == '\r' ? " CRLF" : " LF", mark ? " with mark" : ""),
              ConstructionInfoXml(Crown(), {.root = root, .byte_order_mark = mark, .line_end = line_end}), {}, 1, 1);
        }
      }
      for (const bool big : {false, true}) {
        Add(absl::StrCat(root, " UTF-16 ", big ? "big" : "little"),
            Utf16(ConstructionInfoXml(Crown(), {.root = root, .declaration = R"(<?xml version="1.0" encoding="utf-16"?>)"}),
                  big),
            {}, 1, 1);
      }
      Add(absl::StrCat(root, " without declaration"), ConstructionInfoXml(Crown(), {.root = root, .declaration = ""}), {},
          1, 1);
      Add(absl::StrCat(root, " in a namespace"),
          ConstructionInfoXml(Crown(), {.root = root, .root_attributes = kNamespaces}),
          {Rule::kInfoForeignNamespace}, 1, 1);
    }
  }

  void AddSingleTeeth() {
    for (int number = 11; number <= 85; ++number) {
      if (!IsFdi(number)) continue;
      TestCase c = Crown();
      c.teeth[0].number = absl::StrCat(number);
      c.parts[0].teeth = {absl::StrCat(number)};
      if (number % 2 == 0) c.teeth[0].margin = RoundMargin(3 + number);
      AddCase(absl::StrCat("crown ", number), c);
    }
  }

  void AddBridge(const std::vector<int>& teeth, const std::vector<int>& pontics, std::set<Rule> expected = {}) {
    AddCase(absl::StrCat("bridge ", absl::StrJoin(teeth, "-"), " pontics ", absl::StrJoin(pontics, ",")),
            Bridge(teeth, pontics), std::move(expected));
  }

  void AddBridges() {
    AddBridge({14, 15, 16}, {15});
    AddBridge({24, 25, 26, 27}, {25, 26});
    AddBridge({34, 35, 36, 37}, {35, 36});
    AddBridge({44, 45}, {});
    // across the midline
    AddBridge({11, 21}, {});
    AddBridge({12, 11, 21, 22}, {11, 21});
    AddBridge({13, 12, 11, 21, 22}, {12, 11, 21});
    AddBridge({31, 41}, {});
    AddBridge({42, 41, 31, 32}, {41, 31});
    AddBridge({51, 61}, {});
    AddBridge({52, 51, 61, 62}, {51, 61});
    AddBridge({71, 81}, {});
    AddBridge({17, 16, 15, 14, 13, 12, 11, 21, 22, 23, 24, 25, 26, 27}, {16, 14, 11, 22, 24, 26});
    AddBridge({18, 17, 16, 15, 14, 13, 12, 11, 21, 22, 23, 24, 25, 26, 27, 28}, {});
    // cantilevers
    AddBridge({14, 15, 16}, {14});
    AddBridge({14, 15, 16}, {16});
    AddBridge({12, 13}, {12});
    AddBridge({11, 21}, {21});
    // runs: at the limit and above
    AddBridge({13, 12, 11, 21, 22, 23}, {12, 11, 21, 22}, {Rule::kPonticRun});
    AddBridge({34, 35, 36, 37, 38}, {35, 36, 37}, {Rule::kPonticRun});
    AddBridge({13, 14, 15, 16}, {14, 15});
    AddBridge({12, 13, 14, 15}, {13, 14});
    TestCase apart = Bridge({14, 15, 16, 17}, {15});
    apart.teeth[2].connected = false;
    AddCase("bridge that falls apart", apart, {Rule::kPartBrokenChain});
    apart.parts[0].part_type = "MergedWaxupSLM";
    AddCase("merged bridge that falls apart", apart, {Rule::kPartBrokenChainMerged});
    TestCase both = Bridge({14, 15}, {});
    both.teeth.push_back(Bridge({44, 45}, {}).teeth[0]);
    both.teeth.back().connected = false;
    both.parts[0].teeth.push_back("44");
    AddCase("both jaws", both, {Rule::kPartBothJaws, Rule::kPartBrokenChain});
  }

  void AddMaterials() {
    for (const char* id : {"ZI", "ZI_3ax", "MLZI", "ZIHT", "NP", "TI", "PMMA", "COMP", "WAX", "PEEK", "LS2", "AU", "LS1",
                           "GCER", "FS", "FSP", "HC", "RC"}) {
      const absl::string_view view = id;
      const bool brittle =
          view == "LS1" || view == "GCER" || view == "FS" || view == "FSP" || view == "HC" || view == "RC";
      AddCase(absl::StrCat("bridge of ", id), Bridge({14, 15, 16}, {15}, id),
              brittle ? std::set<Rule>{Rule::kPartMaterialInBridge} : std::set<Rule>{});
      TestCase crown = Crown();
      crown.parts[0].material = id;
      AddCase(absl::StrCat("crown of ", id), crown);
    }
  }

  void AddImplants() {
    for (const char* type : {"WithoutAbutment", "CustomAbutment", "CustomAbutmentManual", "WithoutAbutmentManual"}) {
      TestCase c = Crown();
      c.teeth[0].implant_type = type;
      c.teeth[0].implant_library = "Lib : Sub : Item";
      c.teeth[0].implant_target = "part_cad.stl";
      AddCase(absl::StrCat("implant ", type, " without channel"), c, {Rule::kPartNoScrewChannel});
      c.teeth[0].screw_channel = true;
      AddCase(absl::StrCat("implant ", type), c);
      c.teeth[0].implant_target = "other_cad.stl";
      AddCase(absl::StrCat("implant ", type, " of an absent part"), c, {Rule::kImplantTargetAbsent});
    }
  }

  void AddCaseFaults() {
    auto with = [&](const char* what, std::set<Rule> expected, const std::function<void(TestCase&)>& change) {
      TestCase c = Crown();
      change(c);
      Add(what, ConstructionInfoXml(c), std::move(expected));
    };
    with("thin wall", {Rule::kWallBelowLimit}, [](TestCase& c) { c.teeth[0].parameters[0].second = "0.39"; });
    with("wall at the limit", {}, [](TestCase& c) { c.teeth[0].parameters[0].second = "0.4"; });
    with("comma in a wall", {Rule::kInfoDecimalComma}, [](TestCase& c) { c.teeth[0].parameters[0].second = "0,6"; });
    with("NaN in a wall", {}, [](TestCase& c) { c.teeth[0].parameters[0].second = "NaN"; });
    with("NaN height", {}, [](TestCase& c) { c.parts[0].height = "NaN"; });
    with("comma in a height", {Rule::kInfoDecimalComma}, [](TestCase& c) { c.parts[0].height = "10,5"; });
    with("word in a height", {Rule::kInfoBadValue}, [](TestCase& c) { c.parts[0].height = "high"; });
    with("encrypted", {Rule::kPartEncrypted}, [](TestCase& c) { c.encrypted = true; });
    with("count too high", {Rule::kPartCountDiffers}, [](TestCase& c) { c.count = "2"; });
    with("count too low", {Rule::kPartCountDiffers}, [](TestCase& c) { c.count = "0"; });
    with("tooth 10", {Rule::kToothNotFdi, Rule::kPartToothAbsent}, [](TestCase& c) { c.teeth[0].number = "10"; });
    with("tooth 99 in a part", {Rule::kToothNotFdi}, [](TestCase& c) { c.parts[0].teeth.push_back("99"); });
    with("absent tooth in a part", {Rule::kPartToothAbsent},
         [](TestCase& c) { c.parts[0].teeth.push_back("35"); });
    with("tooth without number", {Rule::kInfoRequired, Rule::kPartToothAbsent}, [](TestCase& c) { c.teeth[0].number = ""; });
    with("tooth without type", {Rule::kInfoRequired}, [](TestCase& c) { c.teeth[0].type = ""; });
    with("part without name", {Rule::kInfoRequired}, [](TestCase& c) { c.parts[0].filename = ""; });
    with("part without material", {Rule::kInfoRequired}, [](TestCase& c) { c.parts[0].material = ""; });
    with("part without teeth", {Rule::kInfoRequired, Rule::kToothWithoutPart}, [](TestCase& c) { c.parts[0].teeth.clear(); });
    with("no teeth", {Rule::kInfoRequired, Rule::kPartToothAbsent}, [](TestCase& c) { c.teeth.clear(); });
    with("no parts", {Rule::kInfoRequired, Rule::kToothWithoutPart}, [](TestCase& c) { c.parts.clear(); });
    with("a tooth twice", {Rule::kToothDuplicate}, [](TestCase& c) { c.teeth.push_back(c.teeth[0]); });
    with("a part twice", {Rule::kPartNamedTwice}, [](TestCase& c) { c.parts.push_back(c.parts[0]); });
    with("a part in two cases", {Rule::kPartNamedTwice}, [](TestCase& c) {
      c.parts.push_back(c.parts[0]);
      c.parts[1].filename = "PART_CAD.STL";
    });
    for (const char* name : {"../part.stl", "a/b.stl", "a\\b.stl", "C:part.stl", "..", "a\u202Eb.stl", "a\u200Bb.stl"}) {
      with("refused part name", {Rule::kPartFileName}, [name](TestCase& c) { c.parts[0].filename = name; });
    }
    for (const char* name : {"a..b.stl", "upper gingival .stl", "\uC9C0\uB974.stl", "r\u0103ng.stl"}) {
      with("fine part name", {}, [name](TestCase& c) { c.parts[0].filename = name; });
    }
    with("margin of two points", {Rule::kMarginTooFewPoints}, [](TestCase& c) { c.teeth[0].margin = RoundMargin(2); });
    with("figure of eight", {Rule::kMarginSelfCrossing},
         [](TestCase& c) { c.teeth[0].margin = {{0, 0, 0}, {4, 4, 0}, {4, 0, 0}, {0, 4, 0}}; });
    with("odd save time", {Rule::kInfoSaveTime}, [](TestCase& c) { c.save_time = "yesterday"; });
    with("odd GUID", {Rule::kInfoGuid}, [](TestCase& c) { c.project_guid = "7"; });
    with("odd hash", {Rule::kPartHashMalformed}, [](TestCase& c) { c.parts[0].sha256 = "xyz"; });
    with("dangling joint", {Rule::kJointDangling}, [](TestCase& c) { c.teeth[0].connected = true; });
    with("scan absent", {Rule::kScanAbsent}, [](TestCase& c) { c.scans = {"scan.stl"}; });
    with("scan named twice", {Rule::kScanAbsent, Rule::kScanNamedTwice}, [](TestCase& c) { c.scans = {"s.stl", "s.stl"}; });
    with("unknown elements", {}, [](TestCase& c) {
      c.extra = "<New><Deep a=\"1\">text</Deep></New>";
      c.teeth[0].extra = "<Newer/>";
    });
    with("comments, CDATA, instructions", {}, [](TestCase& c) { c.extra = "<!-- x --><?a b?><Notes><![CDATA[<&>]]></Notes>"; });
  }

  void AddDamaged() {
    const std::string good = ConstructionInfoXml(Crown());
    for (const double part : {0.1, 0.3, 0.5, 0.7, 0.9, 0.99}) {
      Add(absl::StrCat("cut at ", part), good.substr(0, static_cast<size_t>(part * static_cast<double>(good.size()))),
          {Rule::kInfoTruncated});
    }
    auto broken = [&](const char* what, const char* from, const char* to, Rule rule) {
      Add(what, absl::StrReplaceAll(good, {{from, to}}), {rule});
    };
    broken("wrong end tag", "</Teeth>", "</Tooths>", Rule::kInfoBrokenXml);
    broken("bare ampersand", "AnatomicCrown<", "A & B<", Rule::kInfoBrokenXml);
    broken("bare less-than", "AnatomicCrown<", "A < B<", Rule::kInfoBrokenXml);
    broken("unknown entity", "AnatomicCrown<", "&nbsp;<", Rule::kInfoBrokenXml);
    broken("bad UTF-8", "AnatomicCrown<", "\xFF\xFE\x80<", Rule::kInfoBrokenXml);
    broken("attribute without quotes", "<Teeth>", "<Teeth a=b>", Rule::kInfoBrokenXml);
    broken("attribute twice", "<Teeth>", "<Teeth a='1' a='2'>", Rule::kInfoBrokenXml);
    broken("two roots", "</ConstuctionInfo>", "</ConstuctionInfo><a/>", Rule::kInfoBrokenXml);
    broken("other root", "ConstuctionInfo", "Construction", Rule::kInfoWrongRoot);
    broken("root in lower case", "ConstuctionInfo", "constuctioninfo", Rule::kInfoWrongRoot);
    Add("only white space", "  \n ", {Rule::kInfoTruncated});
    Add("nothing", "", {Rule::kInfoTruncated});
  }

  void AddHostile() {
    const std::string body = "<ConstuctionInfo></ConstuctionInfo>";
    Add("DOCTYPE", "<!DOCTYPE a>" + body, {Rule::kInfoDoctype});
    Add("billion laughs",
        "<!DOCTYPE a [<!ENTITY b \"lol\"><!ENTITY c \"&b;&b;&b;\">]><ConstuctionInfo>&c;</ConstuctionInfo>",
        {Rule::kInfoDoctype});
    Add("external entity", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">" + body, {Rule::kInfoDoctype});
    std::string deep = "<ConstuctionInfo>";
    for (int i = 0; i < 100; ++i) deep += "<a>";
    Add("100 levels", deep, {Rule::kInfoLimit});
    std::string wide = "<ConstuctionInfo><a";
    for (int i = 0; i < 1000; ++i) absl::StrAppend(&wide, " a", i, "=''");
    Add("1,000 attributes", wide + "/></ConstuctionInfo>", {Rule::kInfoLimit});
    Add("long value", absl::StrCat("<ConstuctionInfo><ProductName>", std::string(5000, 'x'), "</ProductName></ConstuctionInfo>"),
        {Rule::kInfoLimit});
    Add("long tag", absl::StrCat("<ConstuctionInfo><a b='", std::string(2 << 20, 'x'), "'/></ConstuctionInfo>"),
        {Rule::kInfoLimit});
    Add("UTF-32", std::string("\xFF\xFE\0\0<\0\0\0", 8), {Rule::kInfoEncoding});
    Add("UTF-16 without mark", std::string("<\0C\0o\0", 6), {Rule::kInfoEncoding});
    Add("Latin-1", "<?xml version='1.0' encoding='iso-8859-1'?>" + body, {Rule::kInfoEncoding});
    Add("an unknown encoding", "<?xml version='1.0' encoding='klingon'?>" + body, {Rule::kInfoEncoding});
    Add("NUL bytes", std::string("<ConstuctionInfo>\0</ConstuctionInfo>", 36), {Rule::kInfoBrokenXml});
    Add("an executable", std::string("MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF", 14), {Rule::kInfoBrokenXml});
    Add("a PDF", "%PDF-1.7\n1 0 obj\n", {Rule::kInfoBrokenXml});
    Add("an STL", "solid a\nfacet normal 0 0 1\n", {Rule::kInfoBrokenXml});
    Add("JSON", "{\"Teeth\": []}", {Rule::kInfoBrokenXml});
    Add("HTML", "<html><body>not found</body></html>", {Rule::kInfoWrongRoot});
  }

  void AddModels() {
    auto model = [&](const char* what, std::string bytes, std::set<Rule> expected, int parts) {
      Add(what, std::move(bytes), std::move(expected), -1, parts, "model.modelInfo");
    };
    for (const char* root : {"ModelInfo", "modelinfo", "MODELINFO"}) {
      model(root, ModelInfoXml({{"base.stl", "ModelBase", "LowerJaw"}, {"die.stl", "Die", "LowerJaw"}}, root), {}, 2);
    }
    model("unrecognised root", ModelInfoXml({{"base.stl", "ModelBase", "LowerJaw"}}, "Whatever"),
          {Rule::kInfoUnrecognisedModelInfo}, 1);
    model("model without parts", "<ModelInfo></ModelInfo>", {Rule::kInfoRequired}, 0);
    model("model with a path", ModelInfoXml({{"../base.stl", "ModelBase", "LowerJaw"}}),
          {Rule::kPartFileName}, 1);
    model("unrecognised root without parts", "<Whatever></Whatever>", {Rule::kInfoWrongRoot}, 0);
    model("cut model", "<ModelInfo><ModelFileList><ModelFile>", {Rule::kInfoTruncated}, 0);
  }

  std::vector<CorpusFile> files_;
};

}  // namespace

std::vector<CorpusFile> InfoCorpus() { return Corpus().Make(); }

void WriteLargeInfo(int64_t size, const std::function<void(const std::string&)>& sink) {
  TestCase c;
  c.teeth[0].margin = RoundMargin(3);
  c.teeth[0].parameters = {{"MinThickness", "0.6"}};
  const std::string whole = ConstructionInfoXml(c);
  const size_t at = whole.find("</Margin>");
  sink(whole.substr(0, at));
  int64_t written = static_cast<int64_t>(whole.size());
  std::string piece;
  for (int64_t i = 0; written < size; ++i) {
    absl::StrAppend(&piece, "<Vec3><x>", i % 1000, ".123456789012345</x><y>-", i % 777, ".98765432109876</y><z>", i % 55,
                    ".5555555555555</z></Vec3>\n");
    if (piece.size() < 256 * 1024) continue;
    written += static_cast<int64_t>(piece.size());
    sink(std::exchange(piece, {}));
  }
  sink(piece);
  sink(whole.substr(at));
}

}  // namespace millwright::files::testing

#include "tests/tidy/rules.hpp"

#include <gtest/gtest.h>

namespace tidy {
namespace {

// The lines of the findings, such as "2 5": what most tests here ask for.
std::string summary(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    if (!text.empty()) text += ' ';
    text += std::to_string(finding.line);
  }
  return text;
}

std::string include(const std::string& path) { return "#pragma once\n#include \"" + path + "\"\n"; }

TEST(Arrows, ThatPointDownAreFine) {
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"core/a.cpp", "core/b.hpp"},
                                                        {"alloc/a.hpp", "core/b.hpp"},
                                                        {"portfolio/a.hpp", "alloc/b.hpp"},
                                                        {"strategy/a.hpp", "portfolio/b.hpp"},
                                                        {"gateway/orders/a.cpp", "fix/messages.hpp"},
                                                        {"simulator/main.cpp", "files/csv.hpp"},
                                                        {"web/a.cpp", "files/text.hpp"},
                                                        {"gateway/http/a.cpp", "web/message.hpp"},
                                                        {"simulator/control/a.cpp", "web/message.hpp"},
                                                        {"simulator/control/a.cpp", "cli/table.hpp"},
                                                        {"cli/main.cpp", "files/csv.hpp"},
                                                        {"cli/main.cpp", "gateway/proof/proof.hpp"},
                                                        {"tests/a/b.cpp", "gateway/c.hpp"},
                                                        {"bench/a.cpp", "simulator/c.hpp"}}) {
    EXPECT_EQ(check_arrows({from, include(to)}), Findings{}) << from << " " << to;
  }
}

TEST(Arrows, ThatPointUpAreFound) {
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"core/a.cpp", "alloc/b.hpp"},
                                                        {"alloc/a.hpp", "portfolio/b.hpp"},
                                                        {"fix/a.hpp", "alloc/b.hpp"},
                                                        {"strategy/a.hpp", "alloc/b.hpp"},
                                                        {"portfolio/a.cpp", "files/csv.hpp"},
                                                        {"simulator/main.cpp", "gateway/b.hpp"},
                                                        {"simulator/main.cpp", "cli/run.hpp"},
                                                        {"web/a.cpp", "gateway/b.hpp"},
                                                        {"web/a.cpp", "cli/table.hpp"},
                                                        {"cli/main.cpp", "gateway/commands.hpp"},
                                                        {"cli/main.cpp", "gateway/proofs/b.hpp"},
                                                        {"gateway/a.cpp", "tests/b.hpp"}}) {
    EXPECT_EQ(summary(check_arrows({from, include(to)})), "2") << from << " " << to;
  }
  EXPECT_EQ(to_text(check_arrows({"core/a.cpp", include("alloc/b.hpp")}).front()),
            "core/a.cpp:2: core may not include alloc: alloc/b.hpp");
}

TEST(Arrows, AreSeenThroughOddWriting) {
  EXPECT_EQ(summary(check_arrows({"core/a.cpp", "  #  include   \"alloc/b.hpp\" // why\n"})), "1");
  EXPECT_EQ(summary(check_arrows({"core/a.cpp", "// #include \"alloc/b.hpp\"\n/*\n#include \"alloc/b.hpp\"\n*/\n"})),
            "");
  EXPECT_EQ(summary(check_arrows({"alloc/a.cpp", "#include <core/b.hpp>\n"})), "1");
  EXPECT_EQ(summary(check_arrows({"core/a.cpp", include("../alloc/b.hpp")})), "2");
  EXPECT_EQ(summary(check_arrows({"core/a.cpp", include("b.hpp")})), "2");
  EXPECT_EQ(summary(check_arrows({"tests/core/a.cpp", include("support/b.hpp")})), "");
  EXPECT_EQ(summary(check_arrows({"core/a.cpp", "#include <vector>\n#include <sys/stat.h>\n"})), "");
}

TEST(Arrows, NeedAPlaceInTheTableForEachFolder) { EXPECT_EQ(check_arrows({"misc/a.cpp", ""}).size(), 1U); }

TEST(QuickFix, IsSeenInItsRoomOnly) {
  const std::string library = "#include <quickfix/Session.h>\n";
  EXPECT_EQ(summary(check_quickfix({"fix/session.cpp", library + include("fix/quickfix.hpp")})), "");
  EXPECT_EQ(summary(check_quickfix({"bench/roundtrip/main.cpp", library})), "");
  EXPECT_EQ(summary(check_quickfix({"simulator/main.cpp", library})), "1");
  EXPECT_EQ(summary(check_quickfix({"gateway/a.cpp", library})), "1");
  EXPECT_EQ(summary(check_quickfix({"tests/fix/a.cpp", include("fix/quickfix.hpp")})), "2");
}

TEST(Purity, IsKeptInThePureParts) {
  const std::string threads = "#include <thread>\n";
  for (const char* path : {"core/a.cpp", "alloc/a.hpp", "portfolio/x/a.cpp", "gateway/orders/a.cpp", "gateway/risk.cpp",
                           "gateway/engine/a.hpp"}) {
    EXPECT_EQ(summary(check_purity({path, threads})), "1") << path;
  }
  for (const char* path :
       {"gateway/main.cpp", "gateway/orders_http/a.cpp", "fix/a.cpp", "simulator/a.cpp", "core/README.md"}) {
    EXPECT_EQ(summary(check_purity({path, threads})), "") << path;
  }
}

TEST(Purity, KnowsClocksFilesAndChance) {
  const SourceFile file{
      "alloc/a.cpp",
      "#include <fstream>\n#include <vector>\nauto t = std::chrono::system_clock::now();\n"
      "int r = rand();\nint o = operand(1);\nstd::random_device d;\n// rand()\nauto s = \"rand()\";\n"};
  EXPECT_EQ(summary(check_purity(file)), "1 3 4 6");
}

TEST(Purity, ExceptsTheRealClockOnly) {
  const std::string now = "return std::chrono::system_clock::now();\n";
  EXPECT_EQ(summary(check_purity({"core/time.hpp", now})), "");
  EXPECT_EQ(summary(check_purity({"core/time.cpp", now})), "1");
  EXPECT_EQ(summary(check_purity({"core/time.hpp", "#include <thread>\n"})), "1");
}

TEST(Floats, AreFoundWhereValuesAreExact) {
  const SourceFile none{"allowed", ""};
  const std::string text =
      "int a;\nstatic_cast<double>(a);\nfloat b;\n// double\nint doubled = 1;\nauto s = \"double\";\n";
  EXPECT_EQ(summary(check_floats({{"alloc/a.cpp", text}}, none)), "2 3");
  EXPECT_EQ(summary(check_floats({{"bench/a.cpp", text}, {"strategy/a.cpp", text}}, none)), "");
}

TEST(Floats, MayBeAllowedForAReasonWhileThereAreSome) {
  const SourceFile allowed{"allowed", "# comment\nfix/a.cpp: the library asks for them\n"};
  EXPECT_EQ(summary(check_floats({{"fix/a.cpp", "double x;\n"}}, allowed)), "");
  EXPECT_EQ(summary(check_floats({{"fix/a.cpp", "int x;\n"}}, allowed)), "0");
  EXPECT_EQ(summary(check_floats({{"fix/a.cpp", "double x;\n"}}, {"allowed", "fix/a.cpp:\n"})), "1 1");
}

TEST(FileLength, EndsAtTheLimit) {
  std::string text;
  for (std::size_t i = 0; i < file_lines_max; ++i) text += "int x;\n";
  EXPECT_EQ(summary(check_file_length({"core/a.cpp", text})), "");
  EXPECT_EQ(summary(check_file_length({"core/a.cpp", text + "\n"})), "501");
  EXPECT_EQ(summary(check_file_length({"docs/a.md", text + "\n"})), "");
}

TEST(Headers, BeginWithPragmaOnce) {
  EXPECT_EQ(summary(check_pragma_once({"core/a.hpp", "// About.\n#pragma once\n"})), "");
  EXPECT_EQ(summary(check_pragma_once({"core/a.hpp", "// #pragma once\n"})), "1");
  EXPECT_EQ(summary(check_pragma_once({"core/a.cpp", ""})), "");
}

TEST(Whitespace, HasNoTabsAndNoBlanksAtTheEnd) {
  EXPECT_EQ(summary(check_whitespace({"a.md", "a\n\tb\nc \nd\r\n\ne\n"})), "2 3 4");
  EXPECT_EQ(summary(check_whitespace({"a.md", "a\nb"})), "2");
  EXPECT_EQ(summary(check_whitespace({"a.md", ""})), "");
}

TEST(Markers, OfUnfinishedWorkAreFound) {
  const std::string first = std::string("TO") + "DO";
  const std::string second = std::string("FIX") + "ME";
  EXPECT_EQ(summary(check_markers({"a.md", "a\n" + first + ": b\n" + second + "\nauto" + first + "\n"})), "2 3");
}

TEST(MachinePaths, AreFound) {
  const std::string slash = "/";
  EXPECT_EQ(summary(check_machine_paths({"a.md", "cd " + slash + "home/ann/prorata\n\"" + slash + "tmp/x\"\n"})),
            "1 2");
  EXPECT_EQ(summary(check_machine_paths({"a.md", "docs/work/a ../tmp/b https://host/home/ $dir/tmp/ ${dir}/tmp/\n"})),
            "");
}

TEST(Properties, AreAsserted) {
  EXPECT_EQ(summary(check_properties({"tests/a.cpp",
                                      "EXPECT_TRUE(rc::check([] {}));\nASSERT_TRUE(\n    rc::check([] {}));\n"
                                      "const bool holds = rc::check([] {});\nreturn rc::check([] {});\n"
                                      "// rc::check([] {});\n"})),
            "");
  EXPECT_EQ(
      summary(check_properties({"tests/a.cpp",
                                "TEST(A, B) {\n  rc::check([] {});\n  int n = 0;\n  // Why.\n  rc::check([] {});\n"
                                "  (void)rc::check([] {});\n}\nvoid f() {}\nrc::check(\"n\", [] {});\n"})),
      "2 5 6 9");
  EXPECT_EQ(summary(check_properties({"tests/a.cpp", "rc::check([] {});\n"})), "1");
}

TEST(Readmes, StandInEachFolderWithCode) {
  EXPECT_EQ(check_readmes({{"core/a.cpp", ""}, {"core/README.md", ""}, {"docs/a.md", ""}, {"dev", ""}}), Findings{});
  const Findings findings =
      check_readmes({{"core/a.cpp", ""}, {"core/x/a.hpp", ""}, {"core/README.md", ""}, {"demos/a.sh", ""}});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].path, "core/x");
  EXPECT_EQ(findings[1].path, "demos");
}

TEST(Readmes, OfTestsStandAtTheirTop) {
  EXPECT_EQ(check_readmes({{"tests/core/a.cpp", ""}, {"tests/README.md", ""}}), Findings{});
  EXPECT_EQ(check_readmes({{"tests/core/a.cpp", ""}, {"tests/fix/a.cpp", ""}}).size(), 1U);
}

}  // namespace
}  // namespace tidy

#include "tests/tidy/functions.hpp"

#include <gtest/gtest.h>

namespace tidy {
namespace {

std::string body_of(std::size_t line_count) {
  std::string text = "{\n";
  for (std::size_t i = 2; i < line_count; ++i) text += "  step();\n";
  return text + "}\n";
}

std::vector<std::string> names(std::string_view cpp) {
  std::vector<std::string> result;
  for (const Function& function : functions(cpp)) result.push_back(function.name);
  return result;
}

using Names = std::vector<std::string>;

TEST(Functions, AreCountedFromTheirFirstLineToTheirBrace) {
  const std::vector<Function> expected = {{"f", 2, 4}, {"Book::post", 6, 1}};
  EXPECT_EQ(functions("namespace a {\nint f(int x,\n      int y) {\n  return x;\n}\nvoid Book::post() {}\n}\n"),
            expected);
}

TEST(Functions, AreFoundInNamespacesAndClasses) {
  EXPECT_EQ(names("namespace a::b { class C final : public D { public: void f() const override { g(); } }; }"),
            Names{"f"});
  EXPECT_EQ(names("template <class T, class U = A<T>> struct S { template <typename V> V g(V v) { return v; } };"),
            Names{"g"});
  EXPECT_EQ(names("extern \"C\" { void h(void) {} }"), Names{"h"});
}

TEST(Functions, HaveTheNameThatIsWritten) {
  EXPECT_EQ(names("bool operator==(A a, B b) { return true; }"), Names{"operator=="});
  EXPECT_EQ(names("struct S { int operator()(int x) const { return x; } };"), Names{"operator()"});
  EXPECT_EQ(names("TEST(Split,\n     AddsUp) { f(); }"), Names{"TEST(Split,AddsUp)"});
  EXPECT_EQ(names("S::~S() { f(); }"), Names{"S::~S"});
}

TEST(Functions, OwnTheirLambdasAndLocalClasses) {
  EXPECT_EQ(names("void f() { auto g = [](int x) { return x; }; struct L { void h() {} }; if (a) { b(); } }"),
            Names{"f"});
}

TEST(Functions, MayBeConstructorsWithInitialisers) {
  EXPECT_EQ(names("S::S(int x) : a_(x), b_{x}, Base<int>{x} { f(); }\nvoid g() {}"), (Names{"S::S", "g"}));
  EXPECT_EQ(names("struct S { explicit S(int x) : a_{x} {}\n int a_{1}; void g(A a = {}) {} };"), (Names{"S", "g"}));
}

TEST(Functions, AreNotInitialisersOrEnums) {
  EXPECT_TRUE(names("const std::vector<int> all = {f(1), {2}};\nenum class E : int { a, b };\nint x{f(3)};").empty());
  EXPECT_TRUE(names("struct Table { std::array<int, 2> a = {1, 2}; };").empty());
  EXPECT_EQ(names("const auto call = [](int x) { return x; };"), Names{"call"});
}

TEST(Functions, DoNotMindBracesInDirectivesCommentsAndStrings) {
  EXPECT_EQ(names("#define OPEN \\\n  {\n// {\nvoid f() { g(\"{\", '{', R\"({)\"); }\nvoid h() {}"), (Names{"f", "h"}));
}

TEST(FunctionLength, OverTheLimitIsFound) {
  const SourceFile none{"ratchet", ""};
  EXPECT_TRUE(check_function_lengths({{"core/a.cpp", "\nvoid f() " + body_of(70)}}, none).empty());
  const Findings expected = {{"core/a.cpp", 2, "f has 71 lines; the limit is 70"}};
  EXPECT_EQ(check_function_lengths({{"core/a.cpp", "\nvoid f() " + body_of(71)}}, none), expected);
  EXPECT_TRUE(check_function_lengths({{"core/a.md", "void f() " + body_of(71)}}, none).empty());
}

TEST(Ratchet, LetsAFunctionStayAsLongAsItIs) {
  const SourceFile ratchet{"ratchet", "# a comment\n\ncore/a.cpp 80 TEST(A,B)\ncore/a.cpp 75 f\n"};
  const SourceFile file{"core/a.cpp", "TEST(A, B) " + body_of(80) + "void f() " + body_of(75)};
  EXPECT_EQ(check_function_lengths({file}, ratchet), Findings{});
}

TEST(Ratchet, DoesNotLetItGrow) {
  const SourceFile file{"core/a.cpp", "void f() " + body_of(76)};
  const Findings findings = check_function_lengths({file}, {"ratchet", "core/a.cpp 75 f\n"});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(to_text(findings[0]), "core/a.cpp:1: f has 76 lines; the limit is 70");
}

TEST(Ratchet, MustShrinkWithTheFunction) {
  const SourceFile file{"core/a.cpp", "void f() " + body_of(60)};
  const Findings findings = check_function_lengths({file}, {"ratchet", "core/a.cpp 75 f\n"});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path, "ratchet");
}

TEST(Ratchet, RefusesWhatItCannotRead) {
  for (const char* line : {"core/a.cpp\n", "core/a.cpp seventy f\n", "core/a.cpp 75\n", "core/a.cpp 75x f\n"}) {
    Findings findings;
    EXPECT_TRUE(parse_ratchet({"ratchet", line}, findings).empty()) << line;
    EXPECT_EQ(findings.size(), 1U) << line;
  }
}

}  // namespace
}  // namespace tidy

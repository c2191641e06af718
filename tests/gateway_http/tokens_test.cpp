#include "gateway/http/tokens.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gateway {
namespace {

const std::string hash_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-2

std::string errors_of(const std::string& text) {
  const auto tokens = tokens_from_text(text, "tokens.toml");
  std::string told;
  if (tokens) return "none";
  for (const core::Error& error : tokens.error()) told += error.text() + "\n";
  return told;
}

TEST(Tokens, AreReadWithNameRoleAndLastDay) {
  const auto tokens = tokens_from_text("[[token]]\nname = 'ann'\nrole = 'trader'\nsha256 = '" + hash_of_abc +
                                           "'\n[[token]]\nname = 'screen 3'\nrole = 'viewer'\nexpires = '2027-01-01'\n"
                                           "sha256 = '" +
                                           std::string(64, 'A') + "'\n",
                                       "tokens.toml");
  ASSERT_TRUE(tokens.has_value()) << tokens.error().front().text();
  ASSERT_EQ(tokens->size(), 2U);
  EXPECT_EQ(find_token(*tokens, "abc"), tokens->data());
  EXPECT_EQ(find_token(*tokens, "abd"), nullptr);
  EXPECT_EQ(find_token(*tokens, ""), nullptr);
  EXPECT_EQ((*tokens)[0].role, Role::trader);
  EXPECT_FALSE((*tokens)[0].expires);
  EXPECT_EQ(core::iso_text(*(*tokens)[1].expires), "2027-01-01T00:00:00.000000000Z");
  EXPECT_EQ((*tokens)[1].hash[31], 0xaa);
}

TEST(Tokens, TellWhereTheFileIsWrong) {
  const std::string good = "sha256 = '" + hash_of_abc + "'\n";
  EXPECT_EQ(errors_of(""),
            "tokens.toml: there is no [[token]]; prorata-gateway --new-token NAME --role ROLE makes one\n");
  EXPECT_EQ(errors_of("[[token]]\nname = 'a'\nrole = 'boss'\n" + good),
            "tokens.toml:3:8: key 'token[1].role': 'boss' is not one of viewer, trader, admin\n");
  EXPECT_EQ(
      errors_of("[[token]]\nname = 'a'\nrole = 'admin'\nsha256 = 'abc'\n"),
      "tokens.toml:4:10: key 'token[1].sha256': should be 64 hexadecimal digits, as prorata-gateway --new-token prints "
      "them\n");
  EXPECT_EQ(errors_of("[[token]]\nname = 'a'\nrole = 'admin'\nexpires = '2027-02-30'\n" + good),
            "tokens.toml:4:11: key 'token[1].expires': '2027-02-30' is not a date such as \"2027-01-01\"\n");
  EXPECT_NE(errors_of("[[token]]\nname = 'a'\nrole = 'admin'\nsha265 = 'x'\n" + good).find("sha265"),
            std::string::npos);
  EXPECT_NE(errors_of("[[token]]\nname = ' a'\nrole = 'admin'\n" + good).find("].name"), std::string::npos);
  const std::string one = "[[token]]\nname = 'a'\nrole = 'admin'\n" + good;
  EXPECT_NE(errors_of(one + one).find("].name"), std::string::npos) << "two of one name";
}

TEST(Tokens, AreMadeAndFoundAgain) {
  std::set<std::string> secrets;
  for (int i = 0; i < 20; ++i) {
    const auto made = make_token("ann", "admin", i % 2 == 0 ? "" : "2027-01-01");
    ASSERT_TRUE(made.has_value());
    secrets.insert(made->secret);
    EXPECT_EQ(made->secret.size(), 8U + 64U);
    EXPECT_EQ(made->lines.find(made->secret), std::string::npos);
    const auto tokens = tokens_from_text(made->lines, "tokens.toml");
    ASSERT_TRUE(tokens.has_value()) << made->lines;
    const Token* found = find_token(*tokens, made->secret);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->name, "ann");
    EXPECT_EQ(found->role, Role::admin);
    EXPECT_EQ(found->expires.has_value(), i % 2 == 1);
  }
  EXPECT_EQ(secrets.size(), 20U);
}

TEST(Tokens, AreNotMadeOfWhatTheFileCannotHold) {
  const auto wrong = [](const std::string& name, const std::string& role, const std::string& expires) {
    const auto made = make_token(name, role, expires);
    return made ? "" : made.error().text();
  };
  EXPECT_EQ(wrong("ann", "", ""), "--role: is missing; it should be viewer, trader or admin");
  EXPECT_EQ(wrong("ann", "boss", ""), "--role: 'boss' is none of viewer, trader, admin");
  EXPECT_EQ(wrong("ann", "admin", "soon"), "--expires: 'soon' is not a date such as \"2027-01-01\"");
  for (const std::string& name :
       {std::string(), std::string("a\"b"), std::string("a\nb"), std::string(65, 'a'), std::string(" a")}) {
    EXPECT_TRUE(wrong(name, "admin", "").starts_with("--new-token: should be printable")) << name;
  }
}

}  // namespace
}  // namespace gateway

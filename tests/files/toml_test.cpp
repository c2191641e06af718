#include "files/toml.hpp"

#include <gtest/gtest.h>

#include "core/scaled.hpp"

namespace files {
namespace {

Table read(std::string_view text) {
  core::Result<Table> table = Table::parse(text, "gateway.toml");
  EXPECT_TRUE(table.has_value());
  return *std::move(table);
}

std::vector<std::string> told(Table table) {
  std::vector<std::string> texts;
  for (const core::Error& error : table.finish()) texts.push_back(error.text());
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Toml, ReadsEveryType) {
  Table root = read(R"(
name = "desk"
port = 9780
dry = true
collar = "2.5"
units = 1000
listen = "127.0.0.1:9780"
days = ["Mon", "Tue"]
database = "desk.db"
[risk]
kind = "hard"
[[session]]
name = "SIM"
[[session]]
name = "ALT"
)");
  EXPECT_EQ(root.text("name"), "desk");
  EXPECT_EQ(root.integer("port", 1, 65535), 9780);
  EXPECT_TRUE(root.boolean("dry"));
  EXPECT_EQ(root.decimal<core::Price>("collar").text(), "2.5");
  EXPECT_EQ(root.decimal<core::Quantity>("units").text(), "1000");
  EXPECT_EQ(root.address("listen"), (Address{"127.0.0.1", 9780}));
  EXPECT_EQ(root.texts("days"), (Texts{"Mon", "Tue"}));
  EXPECT_EQ(root.path("database"), "desk.db");
  EXPECT_EQ(root.table("risk").one_of("kind", {"soft", "hard"}), "hard");
  Texts names;
  for (Table session : root.tables("session", "name")) names.push_back(session.text("name"));
  EXPECT_EQ(names, (Texts{"SIM", "ALT"}));
  EXPECT_EQ(told(root), Texts{});
}

TEST(Toml, GivesFallbacksForWhatIsNotThere) {
  Table root = read("");
  EXPECT_EQ(root.text("a", "x"), "x");
  EXPECT_EQ(root.integer("b", 1, 9, 5), 5);
  EXPECT_TRUE(root.boolean("c", true));
  EXPECT_EQ(root.decimal<core::Price>("d", core::Price::whole(2)).text(), "2");
  EXPECT_EQ(root.one_of("e", {"p", "q"}, "q"), "q");
  EXPECT_EQ(root.address("f", {"localhost", 1}).text(), "localhost:1");
  EXPECT_FALSE(root.optional_table("g").has_value());
  EXPECT_TRUE(root.tables("h").empty());
  EXPECT_EQ(told(root), Texts{});
}

TEST(Toml, TellsAllErrorsAtOnceWithTheirPlaces) {
  Table root = read(R"(port = "9780"
seed = -1
prcie = 3
rate = 0.1
listen = "nowhere"
[[session]]
name = "SIM"
hots = "a"
[[session]]
name = "SIM"
host = "b"
)");
  (void)root.integer("port", 1, 65535);
  (void)root.integer("seed", 0, 9);
  (void)root.integer("price", 0, 9);
  (void)root.decimal<core::Price>("rate");
  (void)root.address("listen");
  for (Table session : root.tables("session", "name")) {
    (void)session.text("name");
    (void)session.text("host");
  }
  EXPECT_EQ(
      told(root),
      (Texts{
          "gateway.toml: key 'price': is missing",
          "gateway.toml:1:8: key 'port': is a text; it must be a whole number",
          "gateway.toml:2:8: key 'seed': -1 is out of range; it must be from 0 to 9",
          "gateway.toml:3:1: key 'prcie': is not known; did you mean 'price'?",
          "gateway.toml:4:8: key 'rate': write decimal numbers in quotes, such as \"187.50\", so that no digit is "
          "lost",
          "gateway.toml:5:10: key 'listen': 'nowhere' is not an address such as 127.0.0.1:9878 (host, colon, port "
          "to 65535)",
          "gateway.toml:6:1: key 'session[1].host': is missing",
          "gateway.toml:8:1: key 'session[1].hots': is not known; did you mean 'host'?",
          "gateway.toml:10:8: key 'session[2].name': 'SIM' is taken already, in line 7; each must be another",
      }));
}

TEST(Toml, NamesTheTypeThatWouldBeRight) {
  Table root = read("a = 1\nb = \"yes\"\nc = 1\nd = [1]\ne = 2\nf = true\ng = \"\"\nh = \"1.2.3\"\ni = \"z\"\n");
  (void)root.text("a");
  (void)root.boolean("b");
  (void)root.table("c");
  (void)root.texts("d");
  (void)root.tables("e");
  (void)root.decimal<core::Price>("f");
  (void)root.text("g");
  (void)root.decimal<core::Price>("h");
  (void)root.one_of("i", {"x", "y"});
  EXPECT_EQ(told(root), (Texts{
                            "gateway.toml:1:5: key 'a': is a whole number; it must be a text in quotes",
                            "gateway.toml:2:5: key 'b': is a text; it must be true or false, without quotes",
                            "gateway.toml:3:5: key 'c': is a whole number; it must be a table: [c]",
                            "gateway.toml:4:5: key 'd': holds a whole number; it must be an array of texts",
                            "gateway.toml:5:5: key 'e': is a whole number; it must be an array of tables: [[e]]",
                            "gateway.toml:6:5: key 'f': is a boolean; it must be a decimal number in quotes, such as "
                            "\"187.50\"",
                            "gateway.toml:7:5: key 'g': is empty",
                            "gateway.toml:8:5: key 'h': '1.2.3' is not a decimal number such as 187.50",
                            "gateway.toml:9:5: key 'i': 'z' is not one of x, y",
                        }));
}

TEST(Toml, ListsTheKnownKeysWhenNoneIsNear) {
  Table root = read("[risk]\nzebra = 1\n");
  Table risk = root.table("risk");
  (void)risk.text("kind", "x");
  (void)risk.text("limit", "y");
  EXPECT_EQ(told(root), Texts{"gateway.toml:2:1: key 'risk.zebra': is not known; known here are kind, limit"});
}

TEST(Toml, TellsAMissingTableOnceAndNotItsKeys) {
  Table root = read("");
  Table risk = root.table("risk");
  (void)risk.text("kind");
  (void)risk.integer("limit", 0, 1);
  EXPECT_EQ(told(root), Texts{"gateway.toml: key 'risk': this table is missing"});
}

TEST(Toml, KeysThatPeopleChooseAreKnown) {
  Table root = read("[prices]\nAAPL = \"187.50\"\nMSFT = 420\n");
  Table prices = root.table("prices");
  Texts found;
  for (const std::string& symbol : prices.keys()) found.push_back(symbol + prices.decimal<core::Price>(symbol).text());
  EXPECT_EQ(found, (Texts{"AAPL187.5", "MSFT420"}));
  EXPECT_EQ(told(root), Texts{});
}

TEST(Toml, PathsCountFromTheFolderOfTheFile) {
  Table root = Table::parse("files = [\"a.toml\", \"/etc/b.toml\"]\n", "config/x.toml").value();
  EXPECT_EQ(root.paths("files"), (std::vector<std::filesystem::path>{"config/a.toml", "/etc/b.toml"}));
  EXPECT_TRUE(root.paths("none").empty());
  EXPECT_EQ(told(root), Texts{});
}

TEST(Toml, TellsATableFromAPlainValue) {
  Table root = read("range = { from = 1 }\nnumber = 5\n");
  EXPECT_TRUE(root.holds_table("range"));
  EXPECT_FALSE(root.holds_table("number"));
  EXPECT_FALSE(root.holds_table("none"));
  EXPECT_EQ(root.table("range").integer("from", 0, 9), 1);
  EXPECT_EQ(told(root), Texts{});
}

TEST(Toml, NamesThePlaceOfASyntaxError) {
  const core::Result<Table> bad = Table::parse("a = 1\nb = = 2\n", "x.toml");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().place, "x.toml:2:5");
}

TEST(Toml, RefusesAKeyThatIsGivenTwice) {
  const core::Result<Table> bad = Table::parse("a = 1\na = 2\n", "x.toml");
  ASSERT_FALSE(bad.has_value());
  EXPECT_TRUE(bad.error().place.starts_with("x.toml:2:")) << bad.error().text();
}

TEST(Toml, TellsAFileThatIsNotThere) {
  EXPECT_EQ(Table::load("no/such.toml").error().text(), "no/such.toml: there is no such file");
  EXPECT_EQ(Table::load("tests").error().text(), "tests: is a folder; a file is needed");
}

TEST(Toml, AddressesReadBack) {
  for (const char* text : {"127.0.0.1:9878", "broker.example.com:1", "[::1]:65535", "localhost:0"}) {
    const core::Result<Address> address = Address::parse(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(address->text(), text);
  }
  for (const char* text :
       {"", ":", ":80", "host", "host:", "host:x", "host:65536", "host:-1", "::1:80", "a b:80", "h:80 "}) {
    EXPECT_FALSE(Address::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace files

#include "files/log.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "files/text.hpp"

namespace files {
namespace {

class FixedClock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return *core::parse_iso("2026-11-21T07:36:07.5Z"); }
};

TEST(Log, WritesOneJsonObjectALine) {
  std::ostringstream out;
  const FixedClock clock;
  const auto log = Log::to_stream(out, clock);
  log->info("fix", "logged on", {{"session", "SIM"}, {"next", 17}, {"reset", false}});
  log->debug("fix", "heartbeat");
  log->flush();
  EXPECT_EQ(out.str(),
            R"({"time":"2026-11-21T07:36:07.500000000Z","level":"info","component":"fix","event":"logged on",)"
            R"("session":"SIM","next":17,"reset":false})"
            "\n");
}

TEST(Log, AnyTextReadsBackFromItsLine) {
  const FixedClock clock;
  const auto pieces = rc::gen::container<std::vector<std::string>>(
      rc::gen::elementOf(std::vector<std::string>{"a", "\"", "\\", "\n", "\r", "\x01", "\x7f", "ü", "€", "𝄞", "\t"}));
  EXPECT_TRUE(rc::check([&] {
    std::string text;
    for (const std::string& piece : *pieces) text += piece;
    std::ostringstream out;
    Log::to_stream(out, clock)->info("test", text, {{"text", text}});
    const std::string line = out.str();
    RC_ASSERT(std::count(line.begin(), line.end(), '\n') == 1);
    const boost::json::object object = boost::json::parse(line.substr(0, line.size() - 1)).as_object();
    RC_ASSERT(std::string(object.at("text").as_string()) == text);
    RC_ASSERT(std::string(object.at("event").as_string()) == text);
  }));
}

TEST(Log, AnyBytesGiveALineThatParses) {
  EXPECT_TRUE(rc::check([](const std::vector<char>& bytes) {
    const std::string text(bytes.begin(), bytes.end());
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(json_string(text), error);
    RC_ASSERT(!error);
    RC_ASSERT(first_bad_utf8(json_string(text)) == std::string::npos);
    if (first_bad_utf8(text) == std::string::npos) RC_ASSERT(std::string(value.as_string()) == text);
  }));
}

TEST(Log, AppendsToItsFile) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "prorata_log_test.jsonl";
  std::filesystem::remove(path);
  const FixedClock clock;
  for (int i = 0; i < 2; ++i) {
    auto log = Log::to_file(path, clock);
    ASSERT_TRUE(log.has_value());
    (*log)->info("test", "run", {{"number", i}});
  }
  const auto text = read_text(path, 1000);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(std::count(text->begin(), text->end(), '\n'), 2);
  std::filesystem::remove(path);
}

TEST(Log, TellsAFileThatCannotBeWritten) {
  const FixedClock clock;
  const auto log = Log::to_file("tests", clock);
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().place, "tests");
}

TEST(Text, CleansWhatWouldMoveTheTerminal) {
  EXPECT_EQ(cleaned("a\x1b[31mb\nc\xffz\xc2\x9b"), "a?[31mb?c?z?");
  EXPECT_EQ(cleaned("a\nb\tc", true), "a\nb\tc");
  EXPECT_EQ(cleaned("Zürich €"), "Zürich €");
  EXPECT_EQ(shown(std::string(50, 'x')), std::string(40, 'x') + "...");
}

TEST(Text, NamesTheNearestKnownName) {
  const std::vector<std::string> known{"Action", "Quantity", "LmtPrice"};
  EXPECT_EQ(nearest("quantitty", known), "Quantity");
  EXPECT_EQ(nearest("LimitPrice", known), "LmtPrice");
  EXPECT_EQ(nearest("zebra", known), "");
  EXPECT_EQ(nearest("", known), "");
}

}  // namespace
}  // namespace files

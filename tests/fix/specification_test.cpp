#include "fix/specification.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fix/pair.hpp"

// Data dictionaries that QuickFIX would not survive, or would not say the truth of.
namespace fix::test {
namespace {

std::string with_components(const std::string& components) {
  return R"(<fix type="FIX" major="4" minor="4">
<header><field name="BeginString" required="Y"/></header>
<trailer><field name="CheckSum" required="Y"/></trailer>
<messages><message name="Heartbeat" msgtype="0" msgcat="admin"><component name="A" required="N"/></message></messages>
<components>)" +
         components + R"(</components>
<fields><field number="8" name="BeginString" type="STRING"/><field number="10" name="CheckSum" type="STRING"/></fields>
</fix>)";
}

std::string fault_of(const std::string& xml) {
  const auto checked = check_specification(xml);
  return checked ? "" : checked.error().text();
}

class Specification : public testing::Test {
 protected:
  ~Specification() override {
    std::error_code ignored;
    std::filesystem::remove(written_, ignored);
  }

  // As a session says it that is to be made with this dictionary.
  std::string told(const std::string& xml) {
    std::ofstream(path_, std::ios::binary) << xml;
    return told();
  }
  std::string told() {
    MemoryStore store;
    Owner owner;
    Recorder log;
    const core::SystemClock clock;
    auto made = Session::create({.name = core::SessionName("X"),
                                 .sender_comp_id = "SPEC",
                                 .target_comp_id = "SPEC2",
                                 .role = Role::dialling,
                                 .dictionary = path_},
                                store, owner, log, clock);
    return made ? "" : made.error().text();
  }
  const std::string written_ =
      std::filesystem::temp_directory_path() / ("prorata-spec-" + std::to_string(::getpid()) + ".xml");
  std::string path_ = written_;
};

TEST_F(Specification, OursAndASmallOneAreGood) {
  std::stringstream ours;
  ours << std::ifstream("fix-specs/FIX44.xml").rdbuf();
  EXPECT_EQ(fault_of(ours.str()), "");
  EXPECT_EQ(told(with_components(R"(<component name="A"><field name="CheckSum" required="N"/></component>)")), "");
}

TEST_F(Specification, ComponentsThatHoldThemselvesAreRefused) {
  const std::string itself = R"(<component name="A"><group name="G"><component name="A"/></group></component>)";
  EXPECT_EQ(told(with_components(itself)), "session X: dictionary: " + path_ + ": line 7: component 'A' holds itself");
  const std::string each_other =
      R"(<component name="A"><component name="B"/></component><component name='B'><component name = "A"/></component>)";
  EXPECT_NE(fault_of(with_components(each_other)).find("holds itself"), std::string::npos);
}

TEST_F(Specification, ComponentsThatWouldNeverEndAreRefused) {
  std::string components;
  for (char c = 'A'; c < 'Z'; ++c) {
    const std::string next = std::string(R"(<component name=")") + static_cast<char>(c + 1) + "\"/>";
    components += std::string(R"(<component name=")") + c + "\">" + next + next + next + next + "</component>\n";
  }
  components += R"(<component name="Z"><field name="CheckSum"/></component>)";
  EXPECT_NE(told(with_components(components)).find("more than 1000000 elements"), std::string::npos);
}

TEST_F(Specification, NestingIsBounded) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "<group name=\"G\">";
  for (int i = 0; i < 40; ++i) deep += "</group>";
  EXPECT_EQ(fault_of("<fix><messages><message>" + deep + "</message></messages></fix>"),
            "line 1: elements stand more than 32 deep");
}

TEST_F(Specification, WhatIsNotWholeIsToldWithItsLine) {
  EXPECT_EQ(fault_of("<fix>\n<fields>\n</fix>"), "line 3: </fix> closes nothing");
  EXPECT_EQ(fault_of("<fix>\n<fields name='x"), "line 2: a tag is not whole");
  EXPECT_EQ(fault_of("<fix>\n"), "line 1: <fix> has no end");
  EXPECT_EQ(fault_of("<fix><!-- "), "line 1: '<!--' has no end");
  EXPECT_EQ(fault_of("<!DOCTYPE fix><fix/>"), "line 1: no document type and no CDATA is read here");
  EXPECT_EQ(fault_of(std::string("<fix/>\0", 7)), "is no text: it has zero bytes");
  EXPECT_EQ(fault_of("<fix><component/></fix>"), "line 1: a component has no name");
}

// Into XPath as they are: QuickFIX would end the process.
TEST_F(Specification, NamesWithQuotesAreRefused) {
  const std::string quoted = with_components(R"(<component name="A"><field name="Trader's"/></component>)");
  EXPECT_NE(told(quoted).find("a name may have no quotes"), std::string::npos) << told(quoted);
  const std::string entity = with_components(R"(<component name="A"><field name="Trader&apos;s"/></component>)");
  EXPECT_NE(told(entity).find("a name may have no quotes"), std::string::npos);
}

TEST_F(Specification, WhatQuickFixMissesIsTold) {
  EXPECT_NE(told("<fix/>").find("dictionary: " + path_ + ": "), std::string::npos) << told("<fix/>");
  EXPECT_EQ(told(""), "session X: dictionary: " + path_ + ": is empty; the XML of a data dictionary is wanted");
  path_ = "fix-specs";
  EXPECT_EQ(told(), "session X: dictionary: fix-specs: is a folder; the XML of a data dictionary is wanted");
}

TEST_F(Specification, TooFewFileDescriptorsAreToldAsThat) {
  std::ofstream(path_) << with_components(R"(<component name="A"><field name="CheckSum"/></component>)");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const std::string said = told();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(said, "session X: dictionary: " + path_ +
                      ": cannot be opened: this process has too many files open; raise ulimit -n");
}

}  // namespace
}  // namespace fix::test

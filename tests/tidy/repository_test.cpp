#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/functions.hpp"
#include "tests/tidy/rules.hpp"
#include "tests/tidy/tree.hpp"

namespace tidy {
namespace {

// The tree as it is, read once.
const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_tree(PRORATA_SOURCE_DIR);
  return files;
}

void expect_none(const Findings& findings) {
  for (const Finding& finding : findings) ADD_FAILURE() << to_text(finding);
}

template <class Rule>
void expect_kept(Rule rule) {
  for (const SourceFile& file : tree()) expect_none(rule(file));
}

TEST(Repository, IsReadWhole) {
  const auto has = [](std::string_view path) {
    return std::any_of(tree().begin(), tree().end(), [&](const SourceFile& file) { return file.path == path; });
  };
  EXPECT_TRUE(has("core/money.hpp"));
  EXPECT_TRUE(has("tests/tidy/repository_test.cpp"));
  EXPECT_TRUE(has("CMakeLists.txt"));
  EXPECT_TRUE(has("dev"));
}

TEST(Repository, FollowsTheArrows) { expect_kept(check_arrows); }
TEST(Repository, SeesQuickFixInItsRoomOnly) { expect_kept(check_quickfix); }
TEST(Repository, KeepsItsPurePartsPure) { expect_kept(check_purity); }
TEST(Repository, HasShortFiles) { expect_kept(check_file_length); }
TEST(Repository, HasPragmaOnceInItsHeaders) { expect_kept(check_pragma_once); }
TEST(Repository, HasTidyText) { expect_kept(check_whitespace); }
TEST(Repository, HasNoMarkersOfUnfinishedWork) { expect_kept(check_markers); }
TEST(Repository, HasNoPathsOfOneMachine) { expect_kept(check_machine_paths); }
TEST(Repository, LetsItsPropertiesFail) { expect_kept(check_properties); }
TEST(Repository, ExplainsItsFolders) { expect_none(check_readmes(tree())); }

TEST(Repository, HasShortFunctions) {
  expect_none(check_function_lengths(tree(), read_file(PRORATA_SOURCE_DIR, "tests/tidy/long_functions.txt")));
}

TEST(Repository, KeepsBinaryFractionsAwayFromValues) {
  expect_none(check_floats(tree(), read_file(PRORATA_SOURCE_DIR, "tests/tidy/floats_allowed.txt")));
}

}  // namespace
}  // namespace tidy

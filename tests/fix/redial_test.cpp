#include "fix/redial.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace fix {
namespace {

using std::chrono::milliseconds;

std::vector<long> waits(Redial redial, int failures) {
  std::vector<long> waits;
  for (int i = 0; i < failures; ++i) {
    redial.connection_ended(false);
    waits.push_back(redial.wait().count());
  }
  return waits;
}

TEST(Redial, WaitsTwiceAsLongAfterEachFailureFromTheThirdOn) {
  EXPECT_EQ(waits(Redial(milliseconds(1'000)), 9),
            (std::vector<long>{1'000, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000, 30'000}));
}

TEST(Redial, BeginsAnewAfterALogon) {
  Redial redial(milliseconds(1'000));
  for (int i = 0; i < 5; ++i) redial.connection_ended(false);
  redial.connection_ended(true);
  EXPECT_EQ(redial.failures(), 0);
  EXPECT_EQ(waits(redial, 3), (std::vector<long>{1'000, 1'000, 2'000}));
}

TEST(Redial, NeverWaitsLessThanItShould) {
  EXPECT_EQ(waits(Redial(milliseconds(60'000)), 4), (std::vector<long>{60'000, 60'000, 60'000, 60'000}));
}

}  // namespace
}  // namespace fix

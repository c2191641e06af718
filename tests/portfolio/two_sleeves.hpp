#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "portfolio/invest.hpp"
#include "portfolio/rebalance.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio::test {

inline const core::ModelCode growth{"GROWTH"};

// Two sleeves of 20,000 and 10,000 that a rebalance lets sell 20 and 10 of their AAPL to buy MSFT.
struct TwoSleeves : testing::Test {
  ToyDesk desk;
  alloc::AccountIndex ann{};
  alloc::AccountIndex ben{};
  // With so many dollars each.
  explicit TwoSleeves(std::int64_t of_ann = 100'000, std::int64_t of_ben = 100'000)
      : ann(desk.add_account("C-1", of_ann)), ben(desk.add_account("C-2", of_ben)) {
    desk.add_instrument("AAPL", "100").tick = price("0.05");
    desk.add_instrument("MSFT", "400");
    desk.add_instrument("IBM", "50");
    desk.add_model("GROWTH");
    desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "40"}});
    const std::vector<Investment> both{{ann, dollars(20'000)}, {ben, dollars(10'000)}};
    desk.carry_out(*propose_invest(desk.desk(), growth, both, {}));
    desk.set_targets("GROWTH", {{"AAPL", "40"}, {"MSFT", "60"}});
  }
  [[nodiscard]] Proposal rebalance() const { return *propose_rebalance(desk.desk(), growth, {}, {}); }
};

}  // namespace portfolio::test

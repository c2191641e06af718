#pragma once

#include <string>

#include "simulator/certify/recording.hpp"
#include "simulator/certify/suite.hpp"

// What a recording becomes: a certification that plays one side of it again, or scenarios for the exchange. Pure.
namespace simulator::certify {

enum class Side { broker, client };

struct ReplayTerms {
  Side side = Side::broker;  // who is played
  bool in_time = true;       // with the pauses that the side made
};

// One case: what the side said is sent again, what it heard is expected. Numbers, times and sums are new; so are ids
// that the side made up, and those of the other side are captured and put where they stood. What a session does by
// itself (heartbeats, resends) is left out.
[[nodiscard]] Suite suite_of(const Recording& recording, const ReplayTerms& terms);

// The broker's answers to each order, as TOML of scenarios. Error: there is no order in it.
[[nodiscard]] core::Result<std::string> scenarios_of(const Recording& recording);

// "Buy 100 AAPL at the market", "Sell 50 KO, limit 62.10"
[[nodiscard]] std::string order_in_words(const Fields& order);

}  // namespace simulator::certify

#pragma once

#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/order_terms.hpp"
#include "portfolio/proposal.hpp"

// What a person asks of models, as it was asked. It stands in the journal beside the proposal that came of it, so that
// the same can be computed again.
namespace gateway {

// An account, or a group of them, and an amount where the operation takes one: "5000.00" for each of them; for a
// divestment empty or "all" is all that the sleeve holds.
struct Participant {
  std::string account;
  std::string amount;
};

struct ModelPercent {
  core::ModelCode model;
  std::string percent;
};

struct Propose {
  portfolio::Operation operation{};
  core::ModelCode model;                  // of all but a reallocation
  std::vector<Participant> accounts;      // none: all, in a rebalance
  std::vector<ModelPercent> allocations;  // of a reallocation
  std::string percent;                    // of a withdrawal
  bool transfer_positions = false;        // invest: from Independent; divest: to it
  bool keep_model = false;                // divest: when the last investor leaves
  core::OrderType type = core::OrderType::market;
  core::TimeInForce time_in_force = core::TimeInForce::day;
  std::vector<std::string> leave_out;  // accounts or groups that take no part
};

}  // namespace gateway

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/engine/state.hpp"

namespace simulation {

// The laws of DESIGN.md section 3 that hold at every moment, looked at after every step: the book balances, the parts
// of each order sum to its fills, nobody is a unit from its share or has one taken back but by a bust or a correction,
// and the journal replayed gives the same state. Sums are made here from the parts alone. Units at every moment; cents,
// book and replay whenever they are settled, which is at the end of each batch at the latest.
class Laws {
 public:
  // What is broken now; nothing when all hold. Cheap when nothing was decided since the last call.
  [[nodiscard]] std::optional<std::string> broken_by(const gateway::State& state);
  // After a restart: the state must be the one that it was when its last entry had been made.
  [[nodiscard]] std::optional<std::string> broken_by_replay(const gateway::State& state);

 private:
  [[nodiscard]] std::optional<std::string> broken_by(const gateway::Order& order);
  [[nodiscard]] static std::optional<std::string> wrong_cents(const gateway::Order& order);

  std::int64_t last_seq_ = -1;
  std::map<std::int64_t, std::uint64_t> digests_;            // of the state, by its last entry
  std::map<std::int64_t, std::vector<std::int64_t>> units_;  // by order
  std::map<std::int64_t, int> restated_;                     // how often, by order
};

}  // namespace simulation

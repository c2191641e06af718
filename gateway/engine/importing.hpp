#pragma once

#include <string>
#include <vector>

#include "gateway/commands.hpp"
#include "gateway/engine/state.hpp"

namespace gateway {

// What a file says differently from the desk, as events, and in words. Pure.
struct Import {
  std::vector<Refusal> refusals;  // when not empty, nothing of it may be carried out; each names line and column
  std::vector<Event> events;
  std::vector<std::string> changes;
};

[[nodiscard]] Import read_import(const ImportFile& file, const State& state, const portfolio::Prices& prices,
                                 const Origin& by, core::Time now);

}  // namespace gateway

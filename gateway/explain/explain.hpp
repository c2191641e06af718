#pragma once

#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"

namespace gateway {

// A fill as people name it. An ExecID(17) alone may be that of several: each broker has its own, and may begin them
// anew each day.
struct FillName {
  core::ExecId exec;
  core::SessionName broker{};  // empty: any
  std::string trade_date{};    // "2026-11-20" or "20261120"; empty: any
};

// One that was found, as text.
struct NamedFill {
  std::string broker;
  std::string trade_date;  // "2026-11-20"
  std::string what;        // "BUY 400 AAPL at 187.4, order 20261120-1"
};

inline constexpr std::size_t max_named_fills = 50;

struct Explanation {
  std::vector<NamedFill> fills;  // that have the name, the newest first, max_named_fills at most
  std::string document;          // when there is just one
};

// How a fill was split, derived from the shares sealed with its order and the fills up to it, read from the gateway's
// database: a JSON document with the fill, and for each account its share in percent and exactly, the bounds, the unit
// that competed for what was left over, when that fell due, and whether the law holds (recomputed). Opens the database
// for each call, read-only; from any thread. Error: the database cannot be read, or is damaged.
[[nodiscard]] core::Result<Explanation> explain(const std::string& database, const FillName& name);

}  // namespace gateway

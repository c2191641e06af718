#pragma once

#include <boost/json.hpp>
#include <string>

#include "simulator/control/host.hpp"

// What is shown of the exchange, as JSON. Decimals are strings.
namespace simulator {

// {"order_id":"...","client":"...","state":"partially filled",...}; with its fills when asked for, numbered as steps
// number them.
[[nodiscard]] boost::json::object json_of(const SeenOrder& order, bool with_fills);
[[nodiscard]] boost::json::object json_of(const SeenSession& session);
// A symbol and its best prices. REQUIRES: it is traded there
[[nodiscard]] boost::json::object symbol_json(const Exchange& exchange, const core::Symbol& symbol);
// A symbol's book with all prices, and whose orders are at each.
[[nodiscard]] boost::json::object book_json(const Exchange& exchange, const core::Symbol& symbol);
[[nodiscard]] boost::json::object json_of(const Scenario& scenario);

}  // namespace simulator

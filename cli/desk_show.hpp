#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "cli/table.hpp"

// What the gateway says of models and proposals, for people.
namespace cli {

// Rows of any view; numbers to the right.
[[nodiscard]] std::string show_view(const boost::json::value& reply, const Screen& screen);
[[nodiscard]] std::string show_proposals(const boost::json::value& reply, const Screen& screen);
// A proposal with its sleeves, its transfers and, when they were asked for, its lines; and what can be done next.
[[nodiscard]] std::string show_proposal(const boost::json::value& proposal, const boost::json::value& sleeves,
                                        const boost::json::value& moves, const boost::json::value* lines,
                                        const Screen& screen);
// What a command on a proposal came to.
[[nodiscard]] std::string show_stage(const boost::json::value& reply, const Screen& screen);
[[nodiscard]] std::string show_groups(const boost::json::value& reply, const Screen& screen);
[[nodiscard]] std::string show_versions(const boost::json::value& reply, const Screen& screen);

}  // namespace cli

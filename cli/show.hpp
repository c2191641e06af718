#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "cli/table.hpp"

// The gateway's JSON as text for people. Pure: the same JSON and screen give the same text. What is not there is shown
// as nothing, so that an older or newer gateway can be read too.
namespace cli {

[[nodiscard]] std::string show_orders(const boost::json::value& reply, const Screen& screen);
[[nodiscard]] std::string show_order(const boost::json::value& reply, const Screen& screen);  // with fills and parts
// Of a dry run or of orders entered: a line each, then the sums by currency and side; with `accounts` the accounts of
// each.
[[nodiscard]] std::string show_previews(const boost::json::value& reply, const Screen& screen, bool accounts);
[[nodiscard]] std::string show_log(const boost::json::value& reply, const Screen& screen, bool header);
[[nodiscard]] std::string show_positions(const boost::json::value& reply, const Screen& screen);
[[nodiscard]] std::string show_breaks(const boost::json::value& reply, const Screen& screen);
[[nodiscard]] std::string show_sessions(const boost::json::value& reply, const Screen& screen);
// Of verify, replay (the positions, or the comparison) and backup.
[[nodiscard]] std::string show_verification(const boost::json::value& answer, const Screen& screen);
[[nodiscard]] std::string show_replay(const boost::json::value& answer, const Screen& screen);
[[nodiscard]] std::string show_mended(const boost::json::value& answer);
[[nodiscard]] std::string show_backup(const boost::json::value& answer);
// Any document: its plain members as lines, its lists of objects as tables.
[[nodiscard]] std::string show_document(const boost::json::value& reply, const Screen& screen);
// A problem document: each error on a line of its own, with its place.
[[nodiscard]] std::string show_problem(const boost::json::value& reply);

// "3 of 12 orders are finished, 9 open"
[[nodiscard]] std::string progress_text(std::size_t finished, std::size_t all);

}  // namespace cli

#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "cli/table.hpp"
#include "web/message.hpp"

// Answers of the control as a person reads them.
namespace simulator {

enum class CtlShow { orders, order, symbols, symbol, book, sessions, session, scenarios, loaded, seed, time };

// Ends with a line feed.
[[nodiscard]] std::string shown(CtlShow what, const boost::json::value& answer, const cli::Screen& screen);

// What a problem document says, a line for each thing that is wrong.
[[nodiscard]] std::string problem_text(const web::Response& response);

}  // namespace simulator

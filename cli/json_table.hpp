#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/table.hpp"

// From the gateway's JSON to a table. What is not there is shown as nothing.
namespace cli {

struct Shown {
  std::string_view member;
  Column column;
};

[[nodiscard]] Column text_column(const char* title, int spare = 0);
[[nodiscard]] Column number_column(const char* title, int spare = 0);
[[nodiscard]] Column remark_column(const char* title, int spare = 0);

// A value in one line; what could move the terminal is taken out, for the gateway may speak for a broker.
[[nodiscard]] std::string text_of(const boost::json::value* value);
[[nodiscard]] std::string text_at(const boost::json::object& object, std::string_view member);
[[nodiscard]] std::string text_at(const boost::json::value& value, std::string_view member);  // "" of what is no object
// A list among the members; empty when there is none.
[[nodiscard]] const boost::json::array& list_at(const boost::json::value& value, std::string_view member);

// 2026-11-21T07:36:07.123456789Z as 2026-11-21 07:36:07; the title of the column says UTC.
[[nodiscard]] std::string short_time(const std::string& text);

// A row for each object of the list; `nothing` when there is none.
[[nodiscard]] std::string table_of(const boost::json::array& list, const std::vector<Shown>& shown,
                                   const Screen& screen, std::string_view nothing, bool header = true);

}  // namespace cli

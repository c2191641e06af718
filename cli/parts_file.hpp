#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "files/text.hpp"

namespace cli {

// What each sleeve is to get of an order, as the gateway takes it, from a CSV file with the columns Account, Model and
// Quantity; the Model may be empty, or not there at all. Whether accounts, models and numbers are right is the
// gateway's to say. Errors: what is no CSV, other columns, no rows.
[[nodiscard]] tl::expected<boost::json::array, files::Errors> parts_from_csv(std::string_view text,
                                                                             const std::string& file_name);

}  // namespace cli

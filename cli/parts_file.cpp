#include "cli/parts_file.hpp"

#include <array>
#include <boost/json.hpp>
#include <optional>
#include <vector>

#include "files/csv.hpp"

namespace cli {

namespace json = boost::json;

tl::expected<json::array, files::Errors> parts_from_csv(std::string_view text, const std::string& file_name) {
  static constexpr std::array<files::CsvColumn, 3> columns{{{"Account"}, {"Model", false}, {"Quantity"}}};
  files::Errors errors;
  const auto csv = files::Csv::parse(text, file_name, {}, errors);
  if (!csv) return tl::unexpected(csv.error());
  const auto places = csv->find_columns(columns);
  if (!places) return tl::unexpected(places.error());
  if (csv->rows().empty() && errors.empty()) {
    errors.push_back({file_name, "holds no parts; each line after the header is one: Account, Model, Quantity"});
  }
  if (!errors.empty()) return tl::unexpected(errors);
  json::array parts;
  for (const std::vector<files::CsvCell>& row : csv->rows()) {
    const auto cell = [&](std::size_t column) {
      const std::optional<std::size_t> place = (*places)[column];
      return std::string(place ? files::trimmed(row[*place].text) : "");
    };
    parts.push_back(json::object{{"account", cell(0)}, {"model", cell(1)}, {"quantity", cell(2)}});
  }
  return parts;
}

}  // namespace cli

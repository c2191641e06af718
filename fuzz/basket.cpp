#include "gateway/basket/basket.hpp"

#include "files/csv.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/places.hpp"

// A basket file as a person or a spreadsheet may send it. Errors name a line of the file; what is read keeps the terms
// of an order; the cells survive being written and read again.
namespace fuzz {

namespace {

constexpr const char* file = "basket.csv";

void check_cells(std::string_view given) {
  files::Errors bad_rows;
  const auto csv = files::Csv::parse(given, file, {}, bad_rows);
  CHECK(csv || !csv.error().empty());
  for (const core::Error& error : csv ? bad_rows : csv.error()) check_place(error, file, given);
  if (!csv || !bad_rows.empty()) return;
  const auto texts = [](const std::vector<files::CsvCell>& cells) {
    std::vector<std::string> result;
    for (const files::CsvCell& cell : cells) result.push_back(cell.text);
    return result;
  };
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : csv->rows()) rows.push_back(texts(row));
  const std::vector<std::string> header = texts(csv->header());
  const auto again = files::Csv::parse(files::write_csv(header, rows), file, {}, bad_rows);
  CHECK(bad_rows.empty() && again.has_value() && texts(again->header()) == header &&
        again->rows().size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(texts(again->rows()[i]) == rows[i]);
}

}  // namespace

int basket(const std::uint8_t* data, std::size_t size) {
  const std::string_view given = as_text(data, size);
  check_cells(given);
  const auto orders = gateway::parse_basket(given, file);
  if (!orders) {
    CHECK(!orders.error().empty() && orders.error().size() <= gateway::max_basket_errors + 1);
    for (const core::Error& error : orders.error()) check_place(error, file, given);
    return 0;
  }
  CHECK(!orders->empty() && orders->size() <= gateway::max_basket_lines);
  for (const gateway::OrderRequest& order : *orders) {
    CHECK(order.quantity.raw > 0 && !order.symbol.empty() && !order.model.empty() && order.broker.empty());
    CHECK((order.type == core::OrderType::limit) == order.limit.has_value());
    check_place({order.place, "an order"}, file, given);
  }
  return 0;
}

}  // namespace fuzz

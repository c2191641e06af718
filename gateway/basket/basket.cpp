#include "gateway/basket/basket.hpp"

#include <array>
#include <optional>

#include "files/csv.hpp"
#include "gateway/basket/order_text.hpp"

namespace gateway {

namespace {

// In the order of OrderField, without the broker, which a basket does not name.
constexpr std::array<files::CsvColumn, 10> columns{{
    {"Action"},
    {"Quantity"},
    {"Symbol"},
    {"SecType", false},
    {"Exchange", false},
    {"Currency", false},
    {"TimeInForce", false},
    {"OrderType"},
    {"LmtPrice", false},
    {"Model"},
}};

using Places = std::vector<std::optional<std::size_t>>;

OrderText order_text(const std::vector<files::CsvCell>& row, const Places& places) {
  const auto cell = [&](OrderField field) -> std::string {
    const std::optional<std::size_t> column = places[static_cast<std::size_t>(field)];
    return column ? std::string(files::trimmed(row[*column].text)) : "";
  };
  using enum OrderField;
  return {.action = cell(action),
          .quantity = cell(quantity),
          .symbol = cell(symbol),
          .security_type = cell(security_type),
          .exchange = cell(exchange),
          .currency = cell(currency),
          .time_in_force = cell(time_in_force),
          .order_type = cell(order_type),
          .limit_price = cell(limit_price),
          .model = cell(model),
          .broker = ""};
}

void keep_the_first(std::vector<core::Error>& errors, const std::string& file_name) {
  if (errors.size() <= max_basket_errors) return;
  const std::size_t more = errors.size() - max_basket_errors;
  errors.resize(max_basket_errors);
  errors.push_back({file_name, "and " + std::to_string(more) + " more errors"});
}

}  // namespace

tl::expected<std::vector<OrderRequest>, std::vector<core::Error>> parse_basket(std::string_view text,
                                                                               const std::string& file_name) {
  std::vector<core::Error> errors;
  const auto csv = files::Csv::parse(text, file_name, {.rows = max_basket_lines}, errors);
  if (!csv) return tl::unexpected(csv.error());
  const auto places = csv->find_columns(columns);
  if (!places) {
    errors = places.error();
    keep_the_first(errors, file_name);
    return tl::unexpected(std::move(errors));
  }

  std::vector<OrderRequest> orders;
  for (std::size_t row = 0; row < csv->rows().size(); ++row) {
    const auto place_of = [&](OrderField field) {
      return csv->place(row) + ": " + std::string(columns[static_cast<std::size_t>(field)].name);
    };
    OrderRequest order = read_order(order_text(csv->rows()[row], *places), place_of, errors);
    order.place = csv->place(row);
    orders.push_back(std::move(order));
  }
  if (csv->rows().empty() && errors.empty())
    errors.push_back({file_name, "holds no orders; each line after the header is one"});
  if (!errors.empty()) {
    keep_the_first(errors, file_name);
    return tl::unexpected(std::move(errors));
  }
  return orders;
}

}  // namespace gateway

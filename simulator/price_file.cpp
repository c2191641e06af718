#include "simulator/price_file.hpp"

#include <array>

#include "files/csv.hpp"

namespace simulator {

tl::expected<std::vector<core::Price>, files::Errors> load_prices(const std::filesystem::path& file, core::Price tick,
                                                                  core::Price least, core::Price most) {
  constexpr std::array columns{files::CsvColumn{"Price"}, files::CsvColumn{"Time", false}};
  files::Errors errors;
  const auto csv = files::Csv::load(file, {.rows = max_file_prices}, errors);
  if (!csv) return tl::unexpected(csv.error());
  const auto places = csv->find_columns(columns);
  if (!places) return tl::unexpected(places.error());
  const std::size_t column = *places->front();
  std::vector<core::Price> prices;
  for (std::size_t row = 0; errors.empty() && row < csv->rows().size(); ++row) {
    const core::Result<core::Price> read = core::Price::parse(files::trimmed(csv->rows()[row][column].text));
    const core::Price price = read.value_or(core::Price{});
    const core::Price rounded{(price.raw + tick.raw / 2) / tick.raw * tick.raw};
    if (!read) {
      errors.push_back({csv->place(row, column), read.error().message});
    } else if (rounded <= least || price > most) {
      errors.push_back({csv->place(row, column), "is " + price.text() + "; it must be above " + least.text() +
                                                     ", as far as the maker quotes below it, and at most " +
                                                     most.text()});
    }
    prices.push_back(rounded);
  }
  if (errors.empty() && prices.empty()) errors.push_back({file.string(), "has no prices"});
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return prices;
}

}  // namespace simulator

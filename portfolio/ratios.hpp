#pragma once

#include <cstdint>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/models.hpp"
#include "portfolio/valuation.hpp"

// In which proportions new money in a model is invested.
namespace portfolio {

// weight / scale of the money goes into each instrument; what the weights leave of the scale stays cash.
struct Ratios {
  enum class Source { targets, held, cash };
  struct Part {
    core::Symbol symbol;
    std::int64_t weight = 0;  // never 0
  };

  Source source = Source::cash;
  std::int64_t scale = 1;
  std::vector<Part> parts;  // by symbol

  [[nodiscard]] std::int64_t weight_of(const core::Symbol& symbol) const;  // 0: not among them
  [[nodiscard]] std::vector<core::Symbol> symbols() const;
};

// The saved targets. Error: one of them has expired.
[[nodiscard]] core::Result<Ratios> ratios_of_targets(const Desk& desk, const Model& model);

// The saved targets; without them the proportions that the model as a whole holds, its cash included; when it holds
// nothing, all stays cash. Held proportions are cut to a billionth, and what is cut is cash.
// Errors: a price is missing or old; the model is worth nothing; it holds what cannot be bought with its cash, because
// that has expired or trades in another currency.
[[nodiscard]] core::Result<Ratios> ratios_for_new_money(const Desk& desk, const Model& model);

}  // namespace portfolio

#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

struct Divestment {
  alloc::AccountIndex account{};
  std::optional<core::Money> amount;  // none: all that the sleeve holds
};

struct DivestOptions {
  bool transfer_positions = false;  // to Independent, instead of selling them
  bool keep_model = false;          // when the last investor leaves; otherwise the model is deleted then
  OrderStyle style;
};

// Takes money out of sleeves of the model, in the proportions held, cash included (`release` in reach.hpp). Cash moves
// to Independent at once, and what the sales bring, less fees, as it comes.
// Errors: no such model; an account that is not in it or is there twice; an amount of 0 or less, in another currency,
// or above what the sleeve is worth; a sleeve that is worth less than nothing; a price or rate missing or too old.
[[nodiscard]] core::Result<Proposal> propose_divest(const Desk& desk, const core::ModelCode& code,
                                                    std::span<const Divestment> divestments,
                                                    const DivestOptions& options);

}  // namespace portfolio

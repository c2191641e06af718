#pragma once

#include <string>
#include <vector>

#include "alloc/book.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

// What moved between a preview and now, in words that a desk can be shown.
struct Moved {
  enum class What { price, holding, cash, targets, stakes, sleeves };

  What what{};
  std::string text;
};
[[nodiscard]] std::string_view text(Moved::What what);

// Compares a proposal with one that the same request gives now. Empty: what was previewed may be transmitted. A price
// counts when it is off by more than `tolerance` of the old one; holdings, cash, versions of targets and stakes when
// they differ at all. What would be done is not compared: it follows from these, and within the tolerance of prices the
// proposal stands as it was previewed.
[[nodiscard]] std::vector<Moved> what_moved(const Proposal& previewed, const Proposal& now, Percent tolerance,
                                            const alloc::Book& book);

}  // namespace portfolio

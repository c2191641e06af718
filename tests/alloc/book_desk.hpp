#pragma once

#include <string>
#include <vector>

#include "alloc/book.hpp"

// A small desk to post to, for the tests of the book.
namespace alloc {

inline const core::Currency usd = core::Currency::of("USD");
inline const core::Currency eur = core::Currency::of("EUR");
inline const core::Symbol acme("ACME");

inline core::AccountId name(std::size_t i) {
  std::string text("A");
  text += std::to_string(i);
  return core::AccountId(text);
}

// A desk with some accounts that all have the model GROWTH.
struct Desk {
  Book book;
  GroupIndex growth;
  std::vector<AccountIndex> accounts;
  std::vector<SlotIndex> slots;
  std::int64_t order = 1;
  std::vector<Part> posted;

  explicit Desk(std::size_t size) : growth(book.open_group(core::ModelCode("GROWTH"))) {
    for (std::size_t i = 0; i < size; ++i) {
      accounts.push_back(book.open_account(name(i)));
      slots.push_back(book.join(growth, accounts.back()));
    }
  }

  // Of the same order as the last, when it goes on from there.
  void post(core::Side side, const std::vector<Part>& before, const std::vector<Part>& after,
            core::Currency currency = usd) {
    if (before != posted) ++order;
    posted = after;
    book.post_parts({order, growth, acme, currency, side, core::Quantity::one(), slots}, before, after);
  }
  // One whole block, filled at one price.
  void trade(core::Side side, const std::vector<std::int64_t>& weights, std::int64_t units, core::Price at,
             core::Amount fee = {}) {
    BlockParts block(weights, 3, core::Quantity::one(), usd);
    const std::vector<Part> nothing = block.parts();
    block.fill(core::Quantity::whole(units), at, fee);
    block.settle();
    post(side, nothing, block.parts());
  }
  [[nodiscard]] Holding held(std::size_t i) const { return book.holding(growth, acme, slots[i]); }
  [[nodiscard]] Holding sold(std::size_t i) const {
    return book.instruments_of(growth).at(acme).sold_by_slot[static_cast<std::size_t>(slots[i])];
  }
  [[nodiscard]] std::int64_t cash(std::size_t i) const { return book.cash(growth, usd, slots[i]); }
  [[nodiscard]] std::int64_t units(std::size_t i) const { return held(i).quantity.raw / core::Quantity::one().raw; }
};

}  // namespace alloc

#include "portfolio/models.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"

namespace portfolio {

void Models::create(const core::ModelCode& code, std::string name, core::Currency currency, alloc::Book& book) {
  CHECK(!models_.contains(code));
  models_.emplace(code, Model{code, std::move(name), currency, book.open_group(code), {}});
}

void Models::invest(const core::ModelCode& code, alloc::AccountIndex account, core::Money amount, alloc::Book& book) {
  const auto found = models_.find(code);
  CHECK(found != models_.end());
  Model& model = found->second;
  CHECK(amount.currency == model.currency && amount.minor > 0);
  const alloc::SlotIndex slot = book.join(model.group, account);
  const auto investor =
      std::find_if(model.investors.begin(), model.investors.end(), [&](const Investor& i) { return i.slot == slot; });
  if (investor == model.investors.end()) {
    model.investors.push_back({account, slot, amount.minor});
  } else {
    investor->invested += amount.minor;
  }
  book.transfer_cash(account, alloc::Book::independent(), model.group, amount);
}

const Model* Models::find(const core::ModelCode& code) const {
  const auto found = models_.find(code);
  return found == models_.end() ? nullptr : &found->second;
}

std::int64_t Shares::total() const { return std::accumulate(weights.begin(), weights.end(), std::int64_t{0}); }

Shares buy_shares(const Model& model) {
  Shares shares;
  for (const Investor& investor : model.investors) {
    if (investor.invested <= 0) continue;
    shares.slots.push_back(investor.slot);
    shares.weights.push_back(investor.invested);
  }
  return shares;
}

Shares sell_shares(const Model& model, const alloc::Book& book, const core::Symbol& symbol, core::Quantity unit,
                   std::span<const std::int64_t> being_sold) {
  Shares shares;
  const std::size_t slots = book.accounts_of(model.group).size();
  for (std::size_t i = 0; i < slots; ++i) {
    const auto slot = static_cast<alloc::SlotIndex>(i);
    const std::int64_t held = book.holding(model.group, symbol, slot).quantity.raw / unit.raw;
    const std::int64_t free = held - (i < being_sold.size() ? being_sold[i] : 0);
    if (free <= 0) continue;
    shares.slots.push_back(slot);
    shares.weights.push_back(free);
  }
  return shares;
}

}  // namespace portfolio

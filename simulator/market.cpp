#include "simulator/market.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace simulator {

Market::Market(std::uint64_t seed, const SymbolSettings& symbol, const LiquiditySettings& liquidity)
    : symbol_(symbol), maker_(seed, symbol, liquidity) {}

std::vector<Fill> Market::move() {
  has_moved_ = true;
  for (const OrderKey quote : quotes_) book_.cancel(quote);
  quotes_.clear();

  // All that crosses trades before anything rests: a daily volume used up on one side must not be quoted on the other.
  std::vector<Fill> fills;
  std::vector<Quote> left = maker_.move();
  for (Quote& quote : left) {
    const core::Quantity offered = capped(quote.quantity, {});
    if (offered.raw == 0) continue;
    for (const Execution& execution : book_.match(quote.side, quote.price, offered)) {
      fills.push_back({execution.resting, execution.price, execution.quantity});
      maker_.traded(execution.quantity);
      quote.quantity -= execution.quantity;
    }
  }
  for (const core::Side side : {core::Side::buy, core::Side::sell}) {
    core::Quantity quoted;
    for (const Quote& quote : left) {
      const core::Quantity offered = quote.side == side ? capped(quote.quantity, quoted) : core::Quantity{};
      if (offered.raw == 0) continue;
      quoted += offered;
      quotes_.push_back(next_maker_key_++);
      book_.rest(quotes_.back(), side, quote.price, offered);
    }
  }
  return fills;
}

std::vector<Fill> Market::match(OrderKey order, core::Side side, std::optional<core::Price> limit,
                                core::Quantity quantity) {
  std::vector<Fill> fills;
  for (const Execution& execution : book_.match(side, limit, quantity)) {
    fills.push_back({order, execution.price, execution.quantity});
    if (execution.resting >= first_maker_key) {
      maker_.traded(execution.quantity);
    } else {
      fills.push_back({execution.resting, execution.price, execution.quantity});
    }
  }
  return fills;
}

void Market::rest(OrderKey order, core::Side side, core::Price limit, core::Quantity quantity) {
  CHECK(order < first_maker_key);
  book_.rest(order, side, limit, quantity);
}

Quotes Market::quotes(int depth) const {
  if (has_moved_) return {book_.levels(core::Side::buy, depth), book_.levels(core::Side::sell, depth)};
  Market opening = *this;
  static_cast<void>(opening.move());
  return opening.quotes(depth);
}

bool Market::has_waiting_orders() const {
  const auto resting = [&](OrderKey quote) { return book_.contains(quote); };
  const auto quotes = std::count_if(quotes_.begin(), quotes_.end(), resting);
  return book_.order_count() > static_cast<std::size_t>(quotes);
}

core::Quantity Market::capped(core::Quantity quantity, core::Quantity used) const {
  const std::optional<core::Quantity> remaining = maker_.remaining();
  return remaining ? std::min(quantity, *remaining - used) : quantity;
}

}  // namespace simulator

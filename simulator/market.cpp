#include "simulator/market.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "simulator/auction.hpp"

namespace simulator {

Market::Market(std::uint64_t seed, const SymbolSettings& symbol, const LiquiditySettings& liquidity)
    : symbol_(symbol), maker_(seed, symbol, liquidity), band_(band_of(symbol)) {}

std::vector<Fill> Market::move() {
  withdraw();
  // All that crosses trades before anything rests: a daily volume used up on one side must not be quoted on the other.
  std::vector<Fill> fills;
  std::vector<Quote> left = drawn_quotes();
  for (Quote& quote : left) {
    const core::Quantity offered = capped(quote.quantity, {});
    if (offered.raw == 0) continue;
    for (const Execution& execution : book_.match(quote.side, quote.price, offered)) {
      fills.push_back({execution.resting, execution.price, execution.quantity});
      maker_.traded(execution.quantity);
      quote.quantity -= execution.quantity;
    }
  }
  quote(left);
  return fills;
}

std::vector<Fill> Market::uncross(core::Price reference) {
  withdraw();
  quote(drawn_quotes());
  std::vector<Fill> fills;
  const auto result = auction(book_.levels(core::Side::buy, 0), book_.levels(core::Side::sell, 0), reference);
  if (!result) return fills;
  // The best of each side, as many as trade: the same that matching would take.
  for (const core::Side side : {core::Side::buy, core::Side::sell}) {
    for (const Execution& execution : book_.match(opposite(side), std::nullopt, result->volume)) {
      if (execution.resting >= first_maker_key) {
        maker_traded(execution);
      } else {
        fills.push_back({execution.resting, result->price, execution.quantity});
      }
    }
  }
  return fills;
}

void Market::withdraw() {
  for (const OrderKey quote : quotes_) book_.cancel(quote);
  quotes_.clear();
  live_quotes_ = 0;
}

// None outside the band.
std::vector<Quote> Market::drawn_quotes() {
  has_moved_ = true;
  std::vector<Quote> quotes = maker_.move();
  std::erase_if(quotes,
                [&](const Quote& quote) { return band_ && (quote.price < band_->low || quote.price > band_->high); });
  return quotes;
}

void Market::quote(const std::vector<Quote>& quotes) {
  for (const core::Side side : {core::Side::buy, core::Side::sell}) {
    core::Quantity quoted;
    for (const Quote& quote : quotes) {
      const core::Quantity offered = quote.side == side ? capped(quote.quantity, quoted) : core::Quantity{};
      if (offered.raw == 0) continue;
      quoted += offered;
      quotes_.push_back(next_maker_key_++);
      book_.queue(quotes_.back(), side, quote.price, offered);
      ++live_quotes_;
    }
  }
}

void Market::maker_traded(const Execution& execution) {
  maker_.traded(execution.quantity);
  if (!book_.contains(execution.resting)) --live_quotes_;
}

std::vector<Fill> Market::match(OrderKey order, core::Side side, std::optional<core::Price> limit,
                                core::Quantity quantity) {
  std::vector<Fill> fills;
  for (const Execution& execution : book_.match(side, limit, quantity)) {
    fills.push_back({order, execution.price, execution.quantity});
    if (execution.resting >= first_maker_key) {
      maker_traded(execution);
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

void Market::queue(OrderKey order, core::Side side, std::optional<core::Price> limit, core::Quantity quantity) {
  CHECK(order < first_maker_key);
  book_.queue(order, side, limit.value_or(any_price(side)), quantity);
}

Quotes Market::quotes(int depth) const {
  const auto shown = [&](core::Side side) {
    std::vector<PriceLevel> levels = book_.levels(side, depth > 0 ? depth + 1 : 0);
    if (!levels.empty() && levels.front().price == any_price(side)) levels.erase(levels.begin());
    if (depth > 0 && levels.size() > static_cast<std::size_t>(depth)) levels.pop_back();
    return levels;
  };
  return {shown(core::Side::buy), shown(core::Side::sell)};
}

Quotes Market::expected_quotes(int depth) const {
  if (has_moved_) return quotes(depth);
  Market opening = *this;
  static_cast<void>(opening.move());
  return opening.quotes(depth);
}

core::Quantity Market::capped(core::Quantity quantity, core::Quantity used) const {
  const std::optional<core::Quantity> remaining = maker_.remaining();
  return remaining ? std::min(quantity, *remaining - used) : quantity;
}

}  // namespace simulator

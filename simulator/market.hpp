#pragma once

#include <optional>
#include <vector>

#include "simulator/liquidity.hpp"
#include "simulator/order_book.hpp"
#include "simulator/settings.hpp"

namespace simulator {

// What one order of a client got. A trade of two clients gives two of them, the incoming order's first.
struct Fill {
  OrderKey order = 0;
  core::Price price;
  core::Quantity quantity;

  friend bool operator==(const Fill&, const Fill&) = default;
};

// What is offered and asked for in a symbol, best prices first.
struct Quotes {
  std::vector<PriceLevel> bids;
  std::vector<PriceLevel> offers;
};

// One symbol: its book, and the maker's quotes in it. Keys of clients' orders are below first_maker_key.
class Market {
 public:
  static constexpr OrderKey first_maker_key = OrderKey{1} << 63U;

  Market(std::uint64_t seed, const SymbolSettings& symbol, const LiquiditySettings& liquidity);

  // The mid moves and the maker replaces its quotes, which may fill clients' orders that rest.
  [[nodiscard]] std::vector<Fill> move();

  // All trade that can, at the one price of an auction, the maker with quotes of that moment; then the maker quotes on.
  [[nodiscard]] std::vector<Fill> uncross(core::Price reference);
  // The maker's quotes go.
  void withdraw();

  // Trades an incoming order of a client; see OrderBook::match. Nothing rests.
  [[nodiscard]] std::vector<Fill> match(OrderKey order, core::Side side, std::optional<core::Price> limit,
                                        core::Quantity quantity);
  // See OrderBook::rest; REQUIRES: order < first_maker_key
  void rest(OrderKey order, core::Side side, core::Price limit, core::Quantity quantity);
  // For an auction; no limit: at any price.
  void queue(OrderKey order, core::Side side, std::optional<core::Price> limit, core::Quantity quantity);
  std::optional<core::Quantity> cancel(OrderKey order) { return book_.cancel(order); }
  // See OrderBook::reduce
  void reduce(OrderKey order, core::Quantity left) { book_.reduce(order, left); }
  [[nodiscard]] core::Int128 available(core::Side side, std::optional<core::Price> limit) const {
    return book_.available(side, limit);
  }

  // As many prices a side as asked for (0: all). Orders at any price are not shown.
  [[nodiscard]] Quotes quotes(int depth) const;
  // Before the first order, those that it will find when it trades at once.
  [[nodiscard]] Quotes expected_quotes(int depth) const;
  // Do orders of clients rest here?
  [[nodiscard]] bool has_waiting_orders() const { return book_.order_count() > live_quotes_; }
  void new_day() { maker_.new_day(); }
  void reseed(std::uint64_t seed) { maker_.reseed(seed); }
  [[nodiscard]] const SymbolSettings& symbol() const { return symbol_; }
  [[nodiscard]] const OrderBook& book() const { return book_; }

 private:
  [[nodiscard]] std::vector<Quote> drawn_quotes();
  void quote(const std::vector<Quote>& quotes);
  void maker_traded(const Execution& execution);
  [[nodiscard]] core::Quantity capped(core::Quantity quantity, core::Quantity used) const;

  SymbolSettings symbol_;
  Maker maker_;
  OrderBook book_;
  std::optional<PriceBand> band_;
  std::vector<OrderKey> quotes_;  // of the maker, some of them traded already
  std::size_t live_quotes_ = 0;   // those that are not
  OrderKey next_maker_key_ = first_maker_key;
  bool has_moved_ = false;
};

}  // namespace simulator

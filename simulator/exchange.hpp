#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "fix/messages.hpp"
#include "fix/session.hpp"
#include "simulator/entry_rules.hpp"
#include "simulator/order.hpp"
#include "simulator/outbox.hpp"
#include "simulator/settings.hpp"
#include "simulator/venue.hpp"

namespace simulator {

// What a symbol looks like to somebody who watches.
struct Picture {
  using Trade = Venue::Trade;

  std::vector<PriceLevel> bids, offers;  // best first
  std::optional<Trade> last;
  core::Time time;  // of the last change

  friend bool operator==(const Picture&, const Picture&) = default;
};

// The exchange without any I/O: messages and times in, messages with times out. The same settings and the same messages
// at the same times give the same reports, however often advance() is called in between. Symbols do not influence each
// other, except in the running numbers of the reports. Time never runs backwards here: an earlier `now` counts as the
// latest one seen. One thread.
class Exchange {
 public:
  // `id_prefix` begins each OrderID(37) and ExecID(17); it keeps those of one run apart from those of the next.
  Exchange(ExchangeSettings settings, std::string id_prefix, core::Time start);
  // Orders point to their venues.
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // A message of a client, known by its CompID. What is not a request of a client is ignored.
  void receive(const std::string& client, const fix::Message& message, core::Time now);

  // A message that could not be read is answered: with a rejection of the order when it names one, else with a
  // BusinessMessageReject(j).
  void refuse(const std::string& client, const fix::UnreadableMessage& message, core::Time now);

  // Day orders expire, and the maker has its daily volumes anew. Happens by itself at the closing time, if there is
  // one.
  void end_of_day(core::Time now);

  // Trading in a symbol stops: what comes gathers for an auction, which is held when it is resumed. A halt may come at
  // any time and outlasts the night. Halting what is halted does nothing. Error: the symbol is not traded here.
  [[nodiscard]] core::Result<void> halt(const core::Symbol& symbol, core::Time now);
  [[nodiscard]] core::Result<void> resume(const core::Symbol& symbol, core::Time now);

  // From here on the market draws its moves, and the exchange what it rejects at random, as with this seed.
  void reseed(std::uint64_t seed, core::Time now);

  // By name, those included that came in by [any_symbol].
  [[nodiscard]] std::vector<const SymbolSettings*> symbols() const;
  // Whether the symbol is traded, as from now on a symbol is that [any_symbol] allows. It does not matter to the
  // market when that began.
  bool list(const core::Symbol& symbol) { return venue_of(symbol) != nullptr; }
  // Of the hours, for all symbols; and of one, which may be halted. Nothing: the symbol is not traded here.
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] std::optional<Phase> phase_of(const core::Symbol& symbol) const;

  // `depth` prices a side, 0 for all. Nothing: the symbol is not traded here.
  [[nodiscard]] std::optional<Picture> picture(const core::Symbol& symbol, int depth) const;

  // To be looked at. Those without an OrderID(37) were given up, see take_over().
  [[nodiscard]] const std::deque<Order>& orders() const { return orders_; }
  [[nodiscard]] const std::map<core::Symbol, Venue>& venues() const { return venues_; }

  // Whether the client has used this ClOrdID(11) here.
  [[nodiscard]] bool knows(const std::string& client, const std::string& cl_ord_id) const;
  [[nodiscard]] bool has(const std::string& order_id) const;
  // The exchange gives an order up without a word, as if it had never been here: it leaves the book, and no request
  // finds it. What was reported of it still leaves. Nothing: there is no such order.
  [[nodiscard]] std::optional<Order> take_over(const std::string& order_id);

  // When advance() has something to do next; nothing: not before the next message comes.
  [[nodiscard]] std::optional<core::Time> next_due() const;
  // Lets the market go on until `now` and hands out what leaves by then, in the order in which it leaves.
  [[nodiscard]] std::vector<Outgoing> advance(core::Time now);

 private:
  struct Client {
    std::string name;
    // Every ClOrdID(11) seen, with the order that goes by it; 0: none does.
    std::unordered_map<std::string, OrderKey> ids{};
  };

  // A request about an order that is there: to cancel it, or to replace it.
  struct Change {
    Client& client;
    const std::string& cl_ord_id;
    const std::string& orig_cl_ord_id;
    const core::Symbol& symbol;
    core::Side side;
    char response_to;  // CxlRejResponseTo(434)
  };

  // ---- time
  void run_until(core::Time now);
  void run_event(core::Time at);
  [[nodiscard]] std::optional<core::Time> next_event() const;
  void step(Venue& venue, core::Time now);
  void settle(Venue& venue, core::Time now);
  void schedule(Venue& venue, core::Time now);
  void expire_day_orders(core::Time now);

  // ---- phases and auctions
  void change_phase(core::Time now);
  void enter_phase(Phase of_hours, core::Time now);
  void enter_phase(Venue& venue, core::Time now);
  void hold_auction(Venue& venue, core::Time now);
  void call_at_close(Venue& venue);
  void cancel_all(std::vector<OrderKey>& orders, const std::string& text, core::Time now);
  core::Result<void> set_halted(const core::Symbol& symbol, bool is_halted, core::Time now);

  // ---- what clients ask for
  void new_order(Client& client, const fix::NewOrderSingle& request, core::Time now);
  void cancel(Client& client, const fix::OrderCancelRequest& request, core::Time now);
  void replace(Client& client, const fix::OrderCancelReplaceRequest& request, core::Time now);
  void mass_cancel(Client& client, const fix::OrderMassCancelRequest& request, core::Time now);
  void status(Client& client, const fix::OrderStatusRequest& request, core::Time now);
  [[nodiscard]] std::optional<Refusal> refusal(const Client& client, const fix::NewOrderSingle& request, bool repeated,
                                               const Venue* venue) const;
  [[nodiscard]] Order* changeable(const Change& change, core::Time now);
  void reject(const Change& change, const Order* order, int reason, std::string text, core::Time now);
  static void rename(Order& order, Client& client, const std::string& cl_ord_id);

  // ---- what becomes of orders
  void enter(Order& order, core::Time now);
  void run_triggered(Venue& venue, core::Time now);
  static void queue(Order& order);
  void execute(Order& order, core::Time now);
  void sweep(Order& order, core::Quantity most, core::Time now);
  void wait_for_slice(Order& order, core::Time from);
  void trade_slice(Venue& venue, core::Time now);
  // The day that VWAP orders are cut over: continuous trading by the hours, else from one close to the next.
  [[nodiscard]] fix::Window day_at(core::Time now) const;
  static void take_out(Order& order);
  void report_fills(Venue& venue, const std::vector<Fill>& fills, core::Time now);
  void report_fill(Venue& venue, const Fill& fill, core::Time now);
  void end(Order& order, fix::OrdStatus status, std::string text, core::Time now);

  // ---- symbols
  Venue& open(const SymbolSettings& symbol);
  [[nodiscard]] Venue* venue_of(const core::Symbol& symbol);  // null: not traded here

  // ---- answers and reports
  [[nodiscard]] Client& client_named(const std::string& name);
  [[nodiscard]] Order* find(const Client& client, const std::string& cl_ord_id);
  [[nodiscard]] std::string next_exec_id();
  void send(Order& order, core::Time due, fix::Message&& message);

  ExchangeSettings settings_;
  std::string id_prefix_;
  core::Time now_;
  std::optional<core::Time> next_close_;
  Phase phase_ = Phase::continuous;       // of the hours
  std::optional<core::Time> next_phase_;  // when it changes; nothing: never
  core::Time day_end_;                    // of the hours' present or next day
  std::map<core::Symbol, Venue> venues_;
  std::deque<Order> orders_;  // by key; never moved, never removed
  std::unordered_map<std::string, Client> clients_;
  std::uint64_t execs_ = 0;
  std::uint64_t mass_cancels_ = 0;
  Outbox outbox_;
};

}  // namespace simulator

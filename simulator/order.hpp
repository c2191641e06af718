#pragma once

#include <optional>
#include <string>

#include "core/money.hpp"
#include "core/time.hpp"
#include "fix/messages.hpp"
#include "fix/schedule.hpp"
#include "fix/session.hpp"
#include "simulator/fees.hpp"
#include "simulator/order_book.hpp"

namespace simulator {

struct Venue;

// A client's order as the exchange knows it.
struct Order {
  enum class Place { nowhere, book, stops, at_close, slices };

  OrderKey key = 0;
  std::string client;    // CompID of the one who sent it
  std::string order_id;  // OrderID(37), ours
  core::Time received;   // when it came
  fix::NewOrderSingle request;
  Venue* venue = nullptr;        // of its symbol; none when there is none
  Place place = Place::nowhere;  // where what is left of it waits
  bool is_triggered = false;     // of a stop order
  fix::Window span;              // of a VWAP order: from when to when it trades
  core::Time next_slice;         // of a VWAP order
  std::string cl_ord_id;         // ClOrdID(11): that of the last replacement, or of the cancel
  std::string orig_cl_ord_id;    // OrigClOrdID(41): the one before; empty when there was none
  fix::OrdStatus status = fix::OrdStatus::new_order;
  core::Quantity filled;        // CumQty(14)
  core::Notional notional = 0;  // of what was filled, exactly
  Bill bill;
  core::Time last_report;  // when the latest report about it leaves; no later one leaves before that

  [[nodiscard]] bool is_open() const {
    return status == fix::OrdStatus::new_order || status == fix::OrdStatus::partially_filled;
  }
  // LeavesQty(151): nothing as soon as the order is over, however it ended.
  [[nodiscard]] core::Quantity leaves() const { return is_open() ? request.quantity - filled : core::Quantity{}; }
  // What it trades at, at worst; nothing: any price.
  [[nodiscard]] std::optional<core::Price> limit() const {
    return has_limit(request.type) ? request.limit : std::nullopt;
  }
  // AvgPx(6), rounded to the nearest representable price; exact sums stay in `notional`.
  [[nodiscard]] core::Price average_price() const;
  // REQUIRES: is_open(), quantity <= leaves()
  void fill(core::Quantity quantity, core::Price price);
};

// A report of where the order stands now; the caller adds what this report is about.
[[nodiscard]] fix::ExecutionReport report(const Order& order, fix::ExecType type, std::string exec_id, core::Time now);

// The answer to a request that could not be read: a rejection of the order when the text names ClOrdID(11), Symbol(55)
// and Side(54), else a BusinessMessageReject(j). Nothing for other types of message: the session has answered those.
[[nodiscard]] std::optional<fix::Message> refusal_of(const fix::UnreadableMessage& message, std::string order_id,
                                                     std::string exec_id, core::Time now);

}  // namespace simulator

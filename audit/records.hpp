#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/database.hpp"
#include "core/money.hpp"
#include "core/scaled.hpp"

namespace audit {

// What the views say, with the decimals as integers and nothing worked out yet. Money is in minor units of the row's
// currency. Sides and states are the words of the views (BUY, "PARTIALLY FILLED").

using Multiplier = core::Scaled<struct MultiplierTag, 4>;

struct Order {
  std::string id;
  std::string model;  // empty: its parts are in several
  std::string side;
  core::Quantity quantity;
  std::string symbol;
  std::string broker;
  core::Currency currency = core::Currency::of("USD");
  std::string state;
  core::Quantity filled;
  core::Quantity unit;
  std::string security_type;  // of its instrument; empty when that is not listed
  Multiplier multiplier;      // likewise
};

struct Fill {  // as it counts now: with quantity zero when it was busted
  std::string exec_id;
  std::string order_id;
  std::string broker;
  std::string side;
  core::Quantity quantity;
  std::string symbol;
  core::Price price;
  std::string currency;
  core::Amount commission;
  std::string exchange;
  std::string trade_date;
};

struct Part {
  std::string order_id;
  std::string account;
  std::string model;
  core::Quantity quantity;
  std::int64_t cost = 0;
  std::int64_t commission = 0;
};

struct Share {
  std::string order_id;
  std::string account;
  std::string model;
  std::int64_t weight = 0;
};

struct Holding {  // of an instrument
  std::string account;
  std::string sleeve;
  std::string symbol;
  core::Quantity quantity;
  std::int64_t cost = 0;
  core::Currency currency = core::Currency::of("USD");
};

struct Brought {  // with a client into the desk
  std::string account;
  std::string model;
  std::string symbol;
  std::int64_t cost = 0;
};

struct Cash {
  std::string account;
  std::string sleeve;
  std::string currency;
  std::int64_t amount = 0;
};

struct LogEntry {
  std::int64_t seq = 0;
  std::string kind;
  std::string account;
  std::string model;
  std::string side;
  std::string quantity;  // an amount of money in a DEPOSIT or TRANSFER
  std::string symbol;
  std::string price;
  std::string currency;
  std::string commission;
  std::string order_id;
  std::string exec_id;
  std::string broker;
  std::string exchange;
};

struct Records {
  std::vector<Order> orders;
  std::vector<Fill> fills;  // in the order of booking
  std::vector<Part> parts;
  std::vector<Share> shares;  // in the order of their positions
  std::vector<Holding> holdings;
  std::vector<Brought> brought;
  std::vector<Cash> cash;
  std::vector<LogEntry> log;  // by seq
  std::vector<std::string> breaks;
};

// Errors: a view or column that is not there; a value that cannot be read, with its view and the row's number.
[[nodiscard]] core::Result<Records> read_records(Database& database);

}  // namespace audit

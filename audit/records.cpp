#include "audit/records.hpp"

#include <functional>
#include <optional>

namespace audit {

namespace {

// Reads one view row by row; the first value that cannot be read is kept with its place.
class View {
 public:
  View(Database& database, std::string name) : database_(database), name_(std::move(name)) {}

  core::Result<void> each(const std::string& select, const std::function<void(View&)>& take) {
    auto read = database_.each(select, [&](const Row& row) {
      row_ = &row;
      ++number_;
      take(*this);
    });
    if (!read) return core::fail(database_.path() + ": view " + name_, read.error().message);
    if (error_) return tl::unexpected(*error_);
    return {};
  }

  [[nodiscard]] std::string text(int column) const { return row_->text(column); }
  [[nodiscard]] std::int64_t integer(int column) { return value(column, core::parse_decimal(text(column), 0)); }
  template <class Scaled>
  [[nodiscard]] Scaled decimal(int column) {
    return value(column, Scaled::parse(text(column)));
  }
  [[nodiscard]] core::Currency currency(int column) {
    const auto read = core::Currency::parse(text(column));
    if (!read) note(column, read.error());
    return read.value_or(core::Currency::of("USD"));
  }
  [[nodiscard]] std::int64_t money(int column, int currency_column) {
    return value(column, core::parse_decimal(text(column), currency(currency_column).minor_digits()));
  }

 private:
  template <class T>
  T value(int column, const core::Result<T>& read) {
    if (!read) note(column, read.error());
    return read.value_or(T{});
  }
  void note(int column, const core::Error& error) {
    if (error_) return;
    error_ = core::Error{database_.path() + ": view " + name_ + ", row " + std::to_string(number_) + ", column " +
                             std::to_string(column + 1),
                         error.message};
  }

  Database& database_;
  std::string name_;
  const Row* row_ = nullptr;
  std::int64_t number_ = 0;
  std::optional<core::Error> error_;
};

core::Result<void> read_orders(Database& database, Records& records) {
  return View(database, "orders")
      .each(
          "SELECT order_id, model, side, quantity, o.symbol, broker, o.currency, state, filled, o.unit, "
          "coalesce(i.security_type, ''), coalesce(i.multiplier, '1') "
          "FROM orders AS o LEFT JOIN instruments AS i ON i.symbol = o.symbol ORDER BY order_id",
          [&](View& view) {
            records.orders.push_back({.id = view.text(0),
                                      .model = view.text(1),
                                      .side = view.text(2),
                                      .quantity = view.decimal<core::Quantity>(3),
                                      .symbol = view.text(4),
                                      .broker = view.text(5),
                                      .currency = view.currency(6),
                                      .state = view.text(7),
                                      .filled = view.decimal<core::Quantity>(8),
                                      .unit = view.decimal<core::Quantity>(9),
                                      .security_type = view.text(10),
                                      .multiplier = view.decimal<Multiplier>(11)});
          });
}

core::Result<void> read_fills(Database& database, Records& records) {
  return View(database, "fills")
      .each(
          "SELECT exec_id, order_id, broker, side, quantity, symbol, price, currency, commission, exchange, trade_date "
          "FROM fills ORDER BY journal_seq",
          [&](View& view) {
            records.fills.push_back({.exec_id = view.text(0),
                                     .order_id = view.text(1),
                                     .broker = view.text(2),
                                     .side = view.text(3),
                                     .quantity = view.decimal<core::Quantity>(4),
                                     .symbol = view.text(5),
                                     .price = view.decimal<core::Price>(6),
                                     .currency = view.text(7),
                                     .commission = view.decimal<core::Amount>(8),
                                     .exchange = view.text(9),
                                     .trade_date = view.text(10)});
          });
}

core::Result<void> read_parts(Database& database, Records& records) {
  // Money needs its currency, which is the order's.
  return View(database, "parts")
      .each(
          "SELECT parts.order_id, account, parts.model, parts.quantity, parts.cost, parts.commission, "
          "coalesce((SELECT currency FROM orders WHERE orders.order_id = parts.order_id), 'USD') "
          "FROM parts ORDER BY parts.order_id, account, parts.model",
          [&](View& view) {
            records.parts.push_back({.order_id = view.text(0),
                                     .account = view.text(1),
                                     .model = view.text(2),
                                     .quantity = view.decimal<core::Quantity>(3),
                                     .cost = view.money(4, 6),
                                     .commission = view.money(5, 6)});
          });
}

core::Result<void> read_shares(Database& database, Records& records) {
  return View(database, "shares")
      .each("SELECT order_id, account, model, weight FROM shares ORDER BY order_id, position", [&](View& view) {
        records.shares.push_back({view.text(0), view.text(1), view.text(2), view.integer(3)});
      });
}

core::Result<void> read_positions(Database& database, Records& records) {
  return View(database, "positions")
      .each("SELECT account, sleeve, symbol, quantity, currency, cost FROM positions ORDER BY account, sleeve, symbol",
            [&](View& view) {
              if (view.text(2) == view.text(4)) {
                records.cash.push_back({view.text(0), view.text(1), view.text(2), view.money(3, 4)});
              } else {
                records.holdings.push_back({view.text(0), view.text(1), view.text(2), view.decimal<core::Quantity>(3),
                                            view.money(5, 4), view.currency(4)});
              }
            });
}

core::Result<void> read_brought(Database& database, Records& records) {
  return View(database, "brought")
      .each("SELECT account, model, symbol, cost_minor FROM brought ORDER BY journal_seq", [&](View& view) {
        records.brought.push_back({view.text(0), view.text(1), view.text(2), view.integer(3)});
      });
}

core::Result<void> read_log(Database& database, Records& records) {
  return View(database, "trade_log")
      .each(
          "SELECT seq, kind, account, model, side, quantity, symbol, price, currency, commission, order_id, exec_id, "
          "broker, exchange FROM trade_log ORDER BY seq",
          [&](View& view) {
            records.log.push_back({.seq = view.integer(0),
                                   .kind = view.text(1),
                                   .account = view.text(2),
                                   .model = view.text(3),
                                   .side = view.text(4),
                                   .quantity = view.text(5),
                                   .symbol = view.text(6),
                                   .price = view.text(7),
                                   .currency = view.text(8),
                                   .commission = view.text(9),
                                   .order_id = view.text(10),
                                   .exec_id = view.text(11),
                                   .broker = view.text(12),
                                   .exchange = view.text(13)});
          });
}

core::Result<void> read_breaks(Database& database, Records& records) {
  return View(database, "breaks")
      .each("SELECT break_id, kind, text FROM breaks WHERE state = 'open' ORDER BY break_id", [&](View& view) {
        records.breaks.push_back("break " + view.text(0) + ", " + view.text(1) + ": " + view.text(2));
      });
}

}  // namespace

core::Result<Records> read_records(Database& database) {
  Records records;
  for (const auto read :
       {read_orders, read_fills, read_parts, read_shares, read_positions, read_brought, read_log, read_breaks}) {
    if (const auto done = read(database, records); !done) return tl::unexpected(done.error());
  }
  return records;
}

}  // namespace audit

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.hpp"
#include "tests/crash/load.hpp"
#include "tests/crash/place.hpp"

namespace crash {

// What one execution was, in words that do not depend on which side wrote them: order, side, quantity, symbol, price,
// currency, commission, exchange; and all executions by ExecID(17).
using Trades = std::unordered_map<std::string, std::string>;

// A file that grows, read piece by piece as it does.
class Tail {
 public:
  explicit Tail(std::string path) : path_(std::move(path)) {}
  // What came since the last call, up to the last line feed; what stands behind it comes with the next.
  [[nodiscard]] std::string take();

 private:
  std::string path_;
  std::uint64_t offset_ = 0;
};

struct SequenceNumbers {
  int next_sender = 0;
  int next_target = 0;
};

// The exchange's side: what it traded, which orders reached it, what its session counts.
struct ExchangeBook {
  Trades trades;
  std::unordered_map<std::string, int> arrived;  // NewOrderSingle(D) by ClOrdID(11), repetitions counted
  SequenceNumbers numbers;
  std::vector<std::string> faults;  // of the record itself
};

struct DeskOrder {
  std::string id;
  std::string key;  // of the command that it came of
  std::string state;
};

// The desk's side.
struct DeskBook {
  Trades trades;
  std::vector<std::string> doubled;  // ExecIDs
  std::vector<DeskOrder> orders;
  std::vector<std::string> breaks;
  SequenceNumbers numbers;

  [[nodiscard]] std::vector<std::string> open_orders() const;
};

// Reads what the exchange writes down: trades, the raw FIX log, the file of its session.
class ExchangeReader {
 public:
  explicit ExchangeReader(const Place& place)
      : executions_(place.executions()), messages_(place.exchange_messages()), session_(place.exchange_session()) {}

  // What came since the last call is added.
  void update();
  [[nodiscard]] const ExchangeBook& book() const { return book_; }

 private:
  void read_executions();
  void read_messages();
  void read_session();

  Tail executions_;
  Tail messages_;
  Tail session_;
  std::string session_rest_;
  ExchangeBook book_;
};

// Reads the gateway's database, which may be in use.
class DeskReader {
 public:
  explicit DeskReader(const Place& place) : path_(place.database()) {}

  // Reads the orders, and the fills that came since; all fills when `whole`. Errors: the database cannot be read.
  [[nodiscard]] core::Result<void> update(bool whole = false);
  [[nodiscard]] const DeskBook& book() const { return book_; }

 private:
  std::string path_;
  std::int64_t last_seq_ = 0;
  DeskBook book_;
};

// What both sides and those who gave the orders disagree about.
struct Differences {
  std::vector<std::string> lost;     // executions that the desk does not have, or has otherwise
  std::vector<std::string> doubled;  // executions that the desk has twice, or the exchange never made
  std::vector<std::string> orders;   // acknowledged and not there, there twice, sent twice
  std::vector<std::string> breaks;
  std::vector<std::string> open;  // not wrong yet: what is still on its way

  [[nodiscard]] bool none() const {
    return lost.empty() && doubled.empty() && orders.empty() && breaks.empty() && open.empty();
  }
};
[[nodiscard]] Differences differences(const ExchangeBook& exchange, const DeskBook& desk,
                                      const std::deque<Command>& commands);

// Whether the write-ahead log of a database ends amid a transaction: its writer was stopped while it wrote one.
[[nodiscard]] bool ends_amid_a_commit(const std::string& database);

}  // namespace crash

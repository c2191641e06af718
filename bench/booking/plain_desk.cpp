#include "bench/booking/plain_desk.hpp"

#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketInitiator.h>
#include <quickfix/fix44/NewOrderSingle.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {
namespace {

constexpr std::chrono::seconds patience(120);

// One order's units so far, by account.
struct Split {
  std::vector<std::int64_t> units;
  std::int64_t filled = 0;
};

// Rows account by account, fill by fill.
class Table {
 public:
  Table(const std::string& path, int accounts, int fills_per_transaction)
      : accounts_(accounts), fills_per_transaction_(fills_per_transaction) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) throw std::runtime_error("cannot open " + path);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE fill(order_id TEXT, exec_id TEXT, account INTEGER, quantity INTEGER, price TEXT)");
    sqlite3_prepare_v2(database_, "INSERT INTO fill VALUES(?,?,?,?,?)", -1, &insert_, nullptr);
    for (int i = 0; i < accounts; ++i) weights_.push_back(100'000'000'00 + i * 1'234'567LL);
    for (const std::int64_t weight : weights_) total_ += weight;
  }
  ~Table() {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void book(const std::string& order, const std::string& exec_id, std::int64_t quantity, const std::string& price) {
    if (in_transaction_ == 0) run("BEGIN");
    const std::vector<std::int64_t> got = split(orders_[order], quantity);
    for (int account = 0; account < accounts_; ++account) {
      sqlite3_bind_text(insert_, 1, order.data(), static_cast<int>(order.size()), SQLITE_STATIC);
      sqlite3_bind_text(insert_, 2, exec_id.data(), static_cast<int>(exec_id.size()), SQLITE_STATIC);
      sqlite3_bind_int(insert_, 3, account);
      sqlite3_bind_int64(insert_, 4, got[static_cast<std::size_t>(account)]);
      sqlite3_bind_text(insert_, 5, price.data(), static_cast<int>(price.size()), SQLITE_STATIC);
      if (sqlite3_step(insert_) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database_));
      sqlite3_reset(insert_);
    }
    if (++in_transaction_ == fills_per_transaction_) {
      run("COMMIT");
      in_transaction_ = 0;
    }
  }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(database_));
    }
  }

  std::vector<std::int64_t> split(Split& order, std::int64_t quantity) const {
    order.units.resize(weights_.size());
    order.filled += quantity;
    std::vector<std::int64_t> now(weights_.size());
    std::vector<std::pair<__int128, std::size_t>> remainders;
    std::int64_t left = order.filled;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const __int128 exact = static_cast<__int128>(order.filled) * weights_[i];
      now[i] = static_cast<std::int64_t>(exact / total_);
      left -= now[i];
      remainders.emplace_back(-(exact % total_), i);
    }
    std::sort(remainders.begin(), remainders.end());
    for (std::int64_t i = 0; i < left; ++i) ++now[remainders[static_cast<std::size_t>(i)].second];
    std::vector<std::int64_t> got(weights_.size());
    for (std::size_t i = 0; i < weights_.size(); ++i) got[i] = now[i] - order.units[i];
    order.units = now;
    return got;
  }

  int accounts_;
  int fills_per_transaction_;
  int in_transaction_ = 0;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::vector<std::int64_t> weights_;
  std::int64_t total_ = 0;
  std::map<std::string, Split> orders_;
};

FIX::SessionSettings settings(const std::string& folder, std::uint16_t port) {
  std::istringstream text(
      "[DEFAULT]\nStartTime=00:00:00\nEndTime=00:00:00\nSocketNodelay=Y\nDataDictionary=" PRORATA_SOURCE_DIR
      "/fix-specs/FIX44.xml\nFileStorePath=" +
      folder +
      "/desk\n[SESSION]\nBeginString=FIX.4.4\nConnectionType=initiator\nSenderCompID=DESK\nTargetCompID=BROKER\n"
      "SocketConnectHost=127.0.0.1\nReconnectInterval=1\nHeartBtInt=60\nCheckLatency=N\nSocketConnectPort=" +
      std::to_string(port) + "\n");
  return FIX::SessionSettings(text);
}

}  // namespace

// The base class has throw specifications, which noexcept fulfils; what is thrown against expectation ends the program.
class PlainDesk::Impl : public FIX::Application {
 public:
  Impl(const std::string& folder, std::uint16_t port, int accounts, int fills_per_transaction)
      : table_(accounts > 0 ? new Table(folder + "/plain.db", accounts, fills_per_transaction) : nullptr),
        settings_(settings(folder, port)),
        store_(settings_),
        initiator_(*this, store_, settings_) {
    initiator_.start();
  }
  ~Impl() override { initiator_.stop(true); }

  template <class Condition>
  void wait(const char* what, Condition condition) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!changed_.wait_for(lock, patience, condition)) throw std::runtime_error(what);
  }

  std::size_t fills() const { return fills_; }
  bool logged_on() const { return logged_on_; }
  const FIX::SessionID& session() const { return session_; }

 private:
  void onCreate(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) noexcept override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) noexcept override {}
  void onLogon(const FIX::SessionID& session) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    session_ = session;
    logged_on_ = true;
    changed_.notify_one();
  }
  void fromApp(const FIX::Message& message, const FIX::SessionID&) noexcept override {
    if (table_) {
      table_->book(message.getField(11), message.getField(17), std::stoll(message.getField(32)), message.getField(31));
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    ++fills_;
    changed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool logged_on_ = false;
  std::size_t fills_ = 0;
  FIX::SessionID session_;
  std::unique_ptr<Table> table_;
  FIX::SessionSettings settings_;
  FIX::FileStoreFactory store_;
  FIX::SocketInitiator initiator_;
};

PlainDesk::PlainDesk(const std::string& folder, std::uint16_t port, int accounts, int fills_per_transaction)
    : impl_(new Impl(folder, port, accounts, fills_per_transaction)) {}
PlainDesk::~PlainDesk() = default;

void PlainDesk::wait_for_logon() {
  impl_->wait("no logon", [this] { return impl_->logged_on(); });
}

void PlainDesk::send_orders(int count) {
  for (int i = 1; i <= count; ++i) {
    FIX44::NewOrderSingle order(FIX::ClOrdID("C" + std::to_string(i)), FIX::Side(FIX::Side_BUY), FIX::TransactTime(6),
                                FIX::OrdType(FIX::OrdType_LIMIT));
    order.set(FIX::Symbol("AAPL"));
    order.set(FIX::OrderQty(100'000'000));
    order.set(FIX::Price(187.5));
    order.set(FIX::TimeInForce(FIX::TimeInForce_DAY));
    if (!FIX::Session::sendToTarget(order, impl_->session())) throw std::runtime_error("the order was not sent");
  }
}

void PlainDesk::wait_for(std::size_t fills) {
  impl_->wait("no fill", [this, fills] { return impl_->fills() >= fills; });
}

}  // namespace bench

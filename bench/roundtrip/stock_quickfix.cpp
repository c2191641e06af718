#include "bench/roundtrip/stock_quickfix.hpp"

#include <netinet/in.h>
#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>
#include <quickfix/fix44/ExecutionReport.h>
#include <quickfix/fix44/NewOrderSingle.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience(10);

// What both sides leave empty. The base class has throw specifications, which noexcept fulfils; what is thrown against
// expectation ends the program.
class QuietApplication : public FIX::Application {
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) noexcept override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) noexcept override {}
};

// The broker: one fill for each order, in full.
class Executor : public QuietApplication {
  void fromApp(const FIX::Message& message, const FIX::SessionID& session) noexcept override {
    const FIX44::NewOrderSingle order(message);
    FIX::ClOrdID id;
    FIX::Symbol symbol;
    FIX::Side side;
    FIX::OrderQty quantity;
    FIX::Price price;
    order.get(id);
    order.get(symbol);
    order.get(side);
    order.get(quantity);
    order.get(price);
    const std::string number = std::to_string(++orders_);
    FIX44::ExecutionReport report(FIX::OrderID("O" + number), FIX::ExecID("E" + number),
                                  FIX::ExecType(FIX::ExecType_TRADE), FIX::OrdStatus(FIX::OrdStatus_FILLED), side,
                                  FIX::LeavesQty(0), FIX::CumQty(quantity), FIX::AvgPx(price));
    report.set(id);
    report.set(symbol);
    report.set(quantity);
    report.set(FIX::LastQty(quantity));
    report.set(FIX::LastPx(price));
    report.set(FIX::TransactTime(6));
    FIX::Session::sendToTarget(report, session);
  }

  int orders_ = 0;
};

// The desk: one thread sends an order and waits for its fill, which comes on the initiator's own thread.
class Desk : public QuietApplication {
 public:
  void wait_for_logon() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!changed_.wait_for(lock, patience, [this] { return logged_on_; })) throw std::runtime_error("no logon");
  }

  std::int64_t round_trip(int number) {
    FIX44::NewOrderSingle order(FIX::ClOrdID("C" + std::to_string(number)), FIX::Side(FIX::Side_BUY),
                                FIX::TransactTime(6), FIX::OrdType(FIX::OrdType_LIMIT));
    order.set(FIX::Symbol("AAPL"));
    order.set(FIX::OrderQty(1000));
    order.set(FIX::Price(187.5));
    order.set(FIX::TimeInForce(FIX::TimeInForce_DAY));
    const Clock::time_point sent = Clock::now();
    if (!FIX::Session::sendToTarget(order, session_)) throw std::runtime_error("the order was not sent");
    std::unique_lock<std::mutex> lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return fills_ == number; })) throw std::runtime_error("no fill");
    return std::chrono::duration_cast<std::chrono::nanoseconds>(filled_ - sent).count();
  }

 private:
  void onLogon(const FIX::SessionID& session) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    session_ = session;
    logged_on_ = true;
    changed_.notify_one();
  }

  void fromApp(const FIX::Message&, const FIX::SessionID&) noexcept override {
    const Clock::time_point now = Clock::now();
    const std::lock_guard<std::mutex> lock(mutex_);
    filled_ = now;
    ++fills_;
    changed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool logged_on_ = false;
  int fills_ = 0;
  Clock::time_point filled_;
  FIX::SessionID session_;
};

// A port that was free a moment ago.
int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  sockaddr* const raw = reinterpret_cast<sockaddr*>(&address);
  const bool bound = fd >= 0 && bind(fd, raw, size) == 0 && getsockname(fd, raw, &size) == 0;
  if (fd >= 0) close(fd);
  if (!bound) throw std::runtime_error("no free port on loopback");
  return ntohs(address.sin_port);
}

// Everything that can be switched in stock QuickFIX's favour is: no dictionary, no log, no delay of small packets.
FIX::SessionSettings settings(const std::string& store, const std::string& session) {
  std::istringstream text(
      "[DEFAULT]\nStartTime=00:00:00\nEndTime=00:00:00\nUseDataDictionary=N\nSocketNodelay=Y\nResetOnLogon=Y\n"
      "FileStorePath=" +
      store + "\n[SESSION]\nBeginString=FIX.4.4\n" + session);
  return FIX::SessionSettings(text);
}

FIX::SessionSettings broker_settings(const std::string& folder, const std::string& port) {
  return settings(folder + "/broker",
                  "ConnectionType=acceptor\nSenderCompID=BROKER\nTargetCompID=DESK\nSocketAcceptPort=" + port + "\n");
}

FIX::SessionSettings desk_settings(const std::string& folder, const std::string& port) {
  return settings(folder + "/desk",
                  "ConnectionType=initiator\nSenderCompID=DESK\nTargetCompID=BROKER\nSocketConnectHost=127.0.0.1\n"
                  "ReconnectInterval=1\nHeartBtInt=30\nSocketConnectPort=" +
                      port + "\n");
}

}  // namespace

struct StockBroker::Parts {
  explicit Parts(const std::string& folder)
      : port(free_port()),
        settings(broker_settings(folder, std::to_string(port))),
        store(settings),
        acceptor(executor, store, settings) {
    acceptor.start();
  }

  int port;
  FIX::SessionSettings settings;
  Executor executor;
  FIX::FileStoreFactory store;
  FIX::SocketAcceptor acceptor;
};

StockBroker::StockBroker(const std::string& folder) : parts_(new Parts(folder)) {}
StockBroker::~StockBroker() { parts_->acceptor.stop(); }
int StockBroker::port() const { return parts_->port; }

std::vector<std::int64_t> stock_quickfix_round_trips(const std::string& folder, int warm_up, int count) {
  const StockBroker broker(folder);
  const FIX::SessionSettings buyer = desk_settings(folder, std::to_string(broker.port()));
  Desk desk;
  FIX::FileStoreFactory desk_store(buyer);
  FIX::SocketInitiator initiator(desk, desk_store, buyer);
  initiator.start();
  desk.wait_for_logon();
  std::vector<std::int64_t> result;
  for (int number = 1; number <= warm_up + count; ++number) {
    const std::int64_t taken = desk.round_trip(number);
    if (number > warm_up) result.push_back(taken);
  }
  initiator.stop();
  return result;
}

}  // namespace bench

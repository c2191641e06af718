#include "bench/roundtrip/prorata_side.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "fix/memory_store.hpp"
#include "fix/network.hpp"
#include "gateway/gateway.hpp"
#include "gateway/journal/sqlite_journal.hpp"

namespace bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds patience(10);
constexpr const char* dictionary = PRORATA_SOURCE_DIR "/fix-specs/FIX44.xml";
const core::SessionName broker_name{"SIM"};
const core::SystemClock system_clock;

struct NoLog final : fix::MessageLog {
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName&, std::string_view) override {}
};
NoLog no_log;

template <class T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// An io_context with its thread, which ends with it.
class Loop {
 public:
  Loop() : work_(io.get_executor()), thread_([this] { io.run(); }) {}
  ~Loop() {
    io.stop();
    thread_.join();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs `call` on the loop's thread and waits for it.
  template <class F>
  void run(F call) {
    std::mutex mutex;
    std::condition_variable done;
    bool is_done = false;
    boost::asio::post(io, [&] {
      call();
      const std::lock_guard guard(mutex);
      is_done = true;
      done.notify_one();
    });
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return is_done; });
  }

  boost::asio::io_context io{1};

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

// The broker: one fill for each order, in full.
class Executor final : public fix::SessionOwner {
 public:
  Executor() {
    loop_.run([this] {
      session_ = must(fix::Session::create({.name = core::SessionName("EXECUTOR"),
                                            .sender_comp_id = "BROKER",
                                            .target_comp_id = "DESK",
                                            .role = fix::Role::listening,
                                            .dictionary = dictionary,
                                            .never_resend_orders = false},
                                           store_, *this, no_log, system_clock));
      network_ = std::make_unique<fix::Network>(loop_.io, no_log);
      port_ = must(network_->listen({"127.0.0.1", 0}, {{"FIX.4.4", "DESK", "BROKER", session_.get()}}));
    });
  }
  ~Executor() override {
    loop_.run([this] { network_->stop(); });
  }
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void on_logon(const core::SessionName&) override {}
  void on_logout(const core::SessionName&, std::string_view) override {}
  void on_unreadable(const core::SessionName&, const fix::UnreadableMessage&) override {}
  void on_message(const core::SessionName&, const fix::Header&, const fix::Message& message) override {
    const auto* order = std::get_if<fix::NewOrderSingle>(&message);
    if (order == nullptr) return;
    const std::string number = std::to_string(++orders_);
    (void)!session_->send(fix::ExecutionReport{.order_id = "O" + number,
                                               .exec_id = "E" + number,
                                               .cl_ord_id = order->cl_ord_id,
                                               .exec_type = fix::ExecType::trade,
                                               .ord_status = fix::OrdStatus::filled,
                                               .symbol = order->symbol,
                                               .side = order->side,
                                               .last_quantity = order->quantity,
                                               .last_price = *order->limit,
                                               .cumulative_quantity = order->quantity,
                                               .average_price = *order->limit,
                                               .transact_time = order->transact_time});
  }

  fix::MemoryStore store_;
  std::unique_ptr<fix::Session> session_;
  std::unique_ptr<fix::Network> network_;
  std::uint16_t port_ = 0;
  int orders_ = 0;
  Loop loop_;
};

// The journal, watched: notes when a batch with a fill is durable.
class WatchedJournal final : public gateway::Journal {
 public:
  explicit WatchedJournal(gateway::Journal& journal) : journal_(journal) {}

  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return journal_.load(visit);
  }
  void commit(gateway::Batch batch, Done done) override {
    const bool has_fill = !batch.changes.fills.empty();
    journal_.commit(std::move(batch),
                    [this, has_fill, done = std::move(done)](gateway::CommitResult result, gateway::Batch back) {
                      if (has_fill && result) note();
                      done(std::move(result), std::move(back));
                    });
  }
  Steady::time_point wait_for(int fills) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return fills_ >= fills; })) throw std::runtime_error("no fill");
    return durable_;
  }

 private:
  void note() {
    const Steady::time_point now = Steady::now();
    const std::lock_guard guard(mutex_);
    durable_ = now;
    ++fills_;
    changed_.notify_one();
  }

  gateway::Journal& journal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Steady::time_point durable_;
  int fills_ = 0;
};

class Events final : public gateway::GatewayEvents {
 public:
  void session_changed(const core::SessionName&, std::string_view) override {}
  void break_kept(const gateway::BreakKept& kept) override { throw std::runtime_error("a break: " + kept.text); }
  void journal_failed(const core::Error& error) override { throw std::runtime_error(error.text()); }
};

gateway::GatewaySettings settings() {
  const core::Currency usd = core::Currency::of("USD");
  gateway::GatewaySettings settings;
  settings.engine.default_broker = broker_name;
  settings.engine.limits.emplace(usd, gateway::OrderLimit{core::Quantity::whole(10'000), {100'000'000, usd}});
  settings.brokers.push_back({.session = {.name = broker_name,
                                          .sender_comp_id = "DESK",
                                          .target_comp_id = "BROKER",
                                          .role = fix::Role::dialling,
                                          .dictionary = dictionary},
                              .address = "loopback"});
  return settings;
}

std::vector<gateway::Event> desk(int accounts) {
  using namespace gateway;
  const core::Currency usd = core::Currency::of("USD");
  std::vector<Event> events;
  events.emplace_back(InstrumentAdded{.symbol = core::Symbol("AAPL"),
                                      .security_type = "STK",
                                      .exchange = "XNAS",
                                      .currency = usd,
                                      .unit = core::Quantity::whole(1),
                                      .reference = *core::Price::parse("187.50"),
                                      .reference_date = "2026-11-20"});
  events.emplace_back(ModelCreated{core::ModelCode("GROWTH"), "Growth", usd});
  for (int i = 0; i < accounts; ++i) {
    const core::AccountId account("C-" + std::to_string(10'000 + i));
    // Uneven shares, and enough cash for every order of the run.
    const std::int64_t cents = 100'000'000'00 + i * 1'234'567;
    events.emplace_back(AccountOpened{account, "Client", usd});
    events.emplace_back(CashDeposited{account, usd, cents});
    events.emplace_back(CashInvested{account, core::ModelCode("GROWTH"), usd, cents});
  }
  events.emplace_back(DeskImported{"bench"});
  return events;
}

}  // namespace

std::vector<std::int64_t> prorata_round_trips(const std::filesystem::path& folder, int accounts, int warm_up,
                                              int count) {
  const auto sqlite = must(gateway::SqliteJournal::open((folder / "desk.db").string()));
  WatchedJournal journal(*sqlite);
  Events events;
  Executor executor;
  Loop loop;
  std::unique_ptr<gateway::Gateway> gateway;
  std::unique_ptr<fix::Network> network;
  loop.run([&] {
    gateway = std::make_unique<gateway::Gateway>(
        settings(), journal, system_clock, no_log, events,
        [&loop](std::function<void()> call) { boost::asio::post(loop.io, std::move(call)); });
    must(gateway->start(desk(accounts)));
    network = std::make_unique<fix::Network>(loop.io, no_log);
    network->dial(broker_name, {"127.0.0.1", executor.port()}, gateway->peer(broker_name));
  });
  const auto deadline = Steady::now() + patience;
  for (bool logged_on = false; !logged_on;) {
    loop.run([&] { logged_on = gateway->sessions_now().at(0).state == "logged on"; });
    if (Steady::now() > deadline) throw std::runtime_error("no logon");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  std::vector<std::int64_t> trips;
  for (int i = 1; i <= warm_up + count; ++i) {
    gateway::EnterOrders command{.caller = {"bench " + std::to_string(i), "bench"}};
    command.orders.push_back({.quantity = core::Quantity::whole(1'000),
                              .symbol = core::Symbol("AAPL"),
                              .type = core::OrderType::limit,
                              .limit = *core::Price::parse("187.50"),
                              .model = core::ModelCode("GROWTH"),
                              .currency = std::nullopt});
    const Steady::time_point sent = Steady::now();
    gateway->submit(std::move(command), [](const gateway::Answer& answer) {
      if (!answer.refusals.empty()) throw std::runtime_error("refused: " + answer.refusals[0].message);
    });
    const auto took = journal.wait_for(i) - sent;
    if (i > warm_up) trips.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(took).count());
  }
  // What is under way when the last fill is durable ends before its threads do.
  for (bool idle = false; !idle;) loop.run([&] { idle = gateway->is_idle(); });
  loop.run([&] { network->stop(); });
  return trips;
}

}  // namespace bench

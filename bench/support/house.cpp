#include "bench/support/house.hpp"

namespace bench {
namespace {

constexpr const char* dictionary = PRORATA_SOURCE_DIR "/fix-specs/FIX44.xml";
const core::SystemClock system_clock;

NoLog no_log;

core::ModelCode model_code(int number) { return core::ModelCode("M" + std::to_string(number)); }

gateway::GatewaySettings settings() {
  const core::Currency usd = core::Currency::of("USD");
  gateway::GatewaySettings settings;
  settings.engine.default_broker = broker_name;
  settings.engine.limits.emplace(
      usd, gateway::OrderLimit{core::Quantity::whole(1'000'000'000), {1'000'000'000'000'00, usd}});
  gateway::BrokerSettings& broker = settings.brokers.emplace_back();
  broker.address = "loopback";
  broker.session.name = broker_name;
  broker.session.sender_comp_id = "DESK";
  broker.session.target_comp_id = "BROKER";
  broker.session.dictionary = dictionary;
  return settings;
}

std::vector<gateway::Event> desk(DeskSize size) {
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
  for (int model = 1; model <= size.models; ++model) {
    events.emplace_back(ModelCreated{model_code(model), "Model " + std::to_string(model), usd});
  }
  for (int i = 0; i < size.accounts; ++i) {
    const core::AccountId account("C-" + std::to_string(10'000 + i));
    const std::int64_t cents = 100'000'000'00 + i * 1'234'567;
    events.emplace_back(AccountOpened{account, "Client", usd});
    events.emplace_back(CashDeposited{account, usd, cents * size.models});
    for (int model = 1; model <= size.models; ++model) {
      events.emplace_back(CashInvested{account, model_code(model), usd, cents});
    }
  }
  events.emplace_back(DeskImported{"bench"});
  return events;
}

}  // namespace

const core::SessionName broker_name{"SIM"};

Loop::~Loop() {
  io.stop();
  thread_.join();
}

void Loop::run(const std::function<void()>& call) {
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

void WatchedJournal::commit(gateway::Batch batch, Done done) {
  const std::size_t fills = batch.changes.fills.size();
  journal_.commit(std::move(batch), [this, fills, done = std::move(done)](auto result, gateway::Batch written) {
    if (fills > 0) {
      const Steady::time_point now = Steady::now();
      if (durable_call_) durable_call_(fills, now);
      const std::lock_guard guard(mutex_);
      durable_ = now;
      fills_ += fills;
      ++batches_;
      changed_.notify_one();
    }
    done(std::move(result), std::move(written));
  });
}

Steady::time_point WatchedJournal::wait_for(std::size_t fills) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [&] { return fills_ >= fills; })) throw std::runtime_error("no fill");
  return durable_;
}

House::House(const std::filesystem::path& folder, DeskSize size, std::uint16_t port)
    : sqlite_(must(gateway::SqliteJournal::open((folder / "desk.db").string()))), journal_(*sqlite_) {
  loop_.run([&] {
    gateway_ = std::make_unique<gateway::Gateway>(
        settings(), journal_, system_clock, no_log, events_,
        [this](std::function<void()> call) { boost::asio::post(loop_.io, std::move(call)); });
    must(gateway_->start(desk(size)));
    network_ = std::make_unique<fix::Network>(loop_.io, no_log);
    network_->dial(broker_name, {"127.0.0.1", port}, gateway_->peer(broker_name));
  });
  wait_for_logon();
}

// What is under way when the last fill is durable ends before its threads do.
House::~House() {
  for (bool idle = false; !idle;) loop_.run([&] { idle = gateway_->is_idle(); });
  loop_.run([&] {
    network_->stop();
    network_.reset();
  });
}

void House::wait_for_logon() {
  const auto deadline = Steady::now() + patience;
  for (bool logged_on = false; !logged_on;) {
    loop_.run([&] { logged_on = gateway_->sessions_now().at(0).state == "logged on"; });
    if (Steady::now() > deadline) throw std::runtime_error("no logon");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void House::buy(int model, std::int64_t quantity) {
  gateway::EnterOrders command{.caller = {"bench " + std::to_string(++commands_), "bench"}};
  command.orders.push_back({.quantity = core::Quantity::whole(quantity),
                            .symbol = core::Symbol("AAPL"),
                            .type = core::OrderType::limit,
                            .limit = *core::Price::parse("187.50"),
                            .model = model_code(model),
                            .currency = std::nullopt});
  gateway_->submit(std::move(command), [](const gateway::Answer& answer) {
    if (!answer.refusals.empty()) throw std::runtime_error("refused: " + answer.refusals[0].message);
  });
}

}  // namespace bench

#include "simulation/world.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "fix/wire_text.hpp"

namespace simulation {

namespace {

const core::SessionName broker_name{"SIM"};

gateway::GatewaySettings gateway_settings() {
  gateway::GatewaySettings settings;
  settings.engine.default_broker = broker_name;
  settings.engine.entries_per_snapshot = 20;
  const core::Currency usd = core::Currency::of("USD");
  settings.engine.limits.emplace(
      usd, gateway::OrderLimit{core::Quantity::whole(1'000'000), core::Money{10'000'000'000, usd}});
  settings.brokers.push_back({.session = {.name = broker_name,
                                          .sender_comp_id = "PRORATA",
                                          .target_comp_id = "SIM",
                                          .role = fix::Role::dialling,
                                          .dictionary = "fix-specs/FIX44.xml"},
                              .address = "memory"});
  return settings;
}

}  // namespace

World::World(std::vector<gateway::Event> desk, simulator::ExchangeSettings exchange, std::optional<fix::Schedule> hours)
    : desk_(std::move(desk)), hours_(std::move(hours)), exchange_(std::move(exchange), "X", clock_.now()) {
  open_broker();
  start_gateway();
  connect();
  settle();
}

World::~World() = default;

void World::open_broker() {
  auto broker = fix::Session::create({.name = core::SessionName("BROKER"),
                                      .sender_comp_id = "SIM",
                                      .target_comp_id = "PRORATA",
                                      .role = fix::Role::listening,
                                      .dictionary = "fix-specs/FIX44.xml",
                                      .never_resend_orders = false,
                                      .schedule = hours_},
                                     broker_store_, *this, log_, clock_);
  CHECK(broker.has_value());
  broker_ = std::move(*broker);
}

void World::broker_begins_anew() {
  cut();
  broker_.reset();
  broker_store_ = fix::MemoryStore();
  open_broker();
}

void World::start_gateway() { CHECK(try_to_start_gateway().has_value()); }

core::Result<void> World::try_to_start_gateway() {
  gateway::GatewaySettings settings = gateway_settings();
  settings.copied_at = copied_at;
  settings.next_out = next_out;
  settings.next_in = next_in;
  settings.brokers.at(0).session.schedule = hours_;
  gateway_ =
      std::make_unique<gateway::Gateway>(std::move(settings), journal, clock_, log_, *this,
                                         [this](std::function<void()> call) { posted_.push_back(std::move(call)); });
  return gateway_->start(desk_);
}

void World::stop_gateway() {
  gateway_->log_out();
  settle();
  crash(false);
}

void World::connect() {
  to_gateway_ = std::make_shared<fix::MemoryLine>();
  broker_->connected(std::make_shared<fix::MemoryWire>(to_gateway_));
  dial();
}

void World::connect_to_nobody() {
  to_gateway_ = std::make_shared<fix::MemoryLine>();
  dial();
}

void World::dial() {
  to_broker_ = std::make_shared<fix::MemoryLine>();
  gateway_->peer(broker_name).connected(std::make_shared<fix::MemoryWire>(to_broker_));
  gateway_->peer(broker_name).tick();
}

void World::reconnect() {
  if (to_broker_->closed || to_gateway_->closed) cut();
  if (!broker_->is_connected() && gateway_->peer(broker_name).wants_connection()) connect();
}

void World::cut() {
  to_broker_->closed = to_gateway_->closed = true;
  to_broker_->frames.clear();
  to_gateway_->frames.clear();
  if (gateway_) gateway_->peer(broker_name).disconnected();
  broker_->disconnected();
}

void World::crash(bool pending_commit_survives) {
  posted_.clear();
  gateway_.reset();
  journal.crash(pending_commit_survives);
  cut();
}

bool World::step() {
  if (!posted_.empty()) {
    const std::function<void()> call = std::move(posted_.front());
    posted_.pop_front();
    call();
    return true;
  }
  if (journal.has_pending()) {
    journal.sync();
    return true;
  }
  const auto carry = [this](fix::MemoryLine& line, fix::Peer& to) {
    if (line_is_dead) line.frames.clear();
    if (line.frames.empty()) return false;
    const std::string frame = std::move(line.frames.front());
    line.frames.pop_front();
    to.received(frame);
    return true;
  };
  if (carry(*to_gateway_, gateway_->peer(broker_name)) || carry(*to_broker_, *broker_)) return true;
  for (const simulator::Outgoing& out : exchange_.advance(clock_.now())) {
    if (const auto* report = std::get_if<fix::ExecutionReport>(&out.message)) reported.push_back(*report);
    broker_says(out.message);
  }
  while (!unsent_.empty() && broker_->send(unsent_.front())) unsent_.pop_front();
  return !to_gateway_->frames.empty();
}

void World::settle() {
  while (step()) {
  }
}

void World::run_for(std::chrono::milliseconds span) {
  constexpr std::chrono::milliseconds stride{5};
  for (std::chrono::milliseconds gone{0}; gone < span; gone += stride) {
    SimulatedClock::advance(stride);
    if (gone.count() % 500 == 0) {
      gateway_->tick();
      gateway_->peer(broker_name).tick();
      broker_->tick();
    }
    settle();
  }
}

gateway::Answer World::buy(std::int64_t quantity, const std::string& symbol, const std::string& model,
                           const std::string& limit) {
  return order(core::Side::buy, quantity, symbol, model, limit);
}

gateway::Answer World::sell(std::int64_t quantity, const std::string& symbol, const std::string& model,
                            const std::string& limit) {
  return order(core::Side::sell, quantity, symbol, model, limit);
}

gateway::Answer World::order(core::Side side, std::int64_t quantity, const std::string& symbol,
                             const std::string& model, const std::string& limit) {
  gateway::OrderRequest request{.side = side,
                                .quantity = core::Quantity::whole(quantity),
                                .symbol = core::Symbol(symbol),
                                .limit = std::nullopt,
                                .model = core::ModelCode(model),
                                .currency = std::nullopt};
  if (!limit.empty()) {
    request.type = core::OrderType::limit;
    request.limit = *core::Price::parse(limit);
  }
  return enter({.caller = {"key " + std::to_string(next_key_++), "tester"}, .orders = {request}});
}

gateway::Answer World::enter(gateway::EnterOrders command) {
  auto answer = std::make_shared<std::optional<gateway::Answer>>();
  gateway_->submit(std::move(command), [answer](const gateway::Answer& given) { *answer = given; });
  return wait_for(answer);
}

void World::post_enter(gateway::EnterOrders command) {
  gateway_->submit(std::move(command), [](const gateway::Answer&) {});
}

void World::post_carry_out(gateway::DeskWish wish) {
  gateway_->submit(gateway::DeskCommand{{"key " + std::to_string(next_key_++), "tester"}, std::move(wish), "posted"},
                   [](const gateway::Answer&) {});
}

gateway::Answer World::cancel(const core::OrderId& id) {
  auto answer = std::make_shared<std::optional<gateway::Answer>>();
  gateway_->submit(gateway::CancelOrder{{"key " + std::to_string(next_key_++), "tester"}, id},
                   [answer](const gateway::Answer& given) { *answer = given; });
  return wait_for(answer);
}

gateway::Answer World::settle_break(std::int64_t number, const std::string& reason, gateway::Settlement settled_as) {
  return settle({{"key " + std::to_string(next_key_++), "tester"}, number, settled_as, reason});
}

gateway::Answer World::settle(gateway::SettleBreak command) {
  auto answer = std::make_shared<std::optional<gateway::Answer>>();
  gateway_->submit(std::move(command), [answer](const gateway::Answer& given) { *answer = given; });
  return wait_for(answer);
}

gateway::Answer World::carry_out(gateway::DeskWish wish, std::string key) {
  if (key.empty()) key = "key " + std::to_string(next_key_++);
  auto answer = std::make_shared<std::optional<gateway::Answer>>();
  const std::string asked = std::to_string(wish.index());
  gateway_->submit(gateway::DeskCommand{{std::move(key), "tester"}, std::move(wish), asked},
                   [answer](const gateway::Answer& given) { *answer = given; });
  return wait_for(answer);
}

gateway::Viewed World::look(gateway::ViewRequest request) {
  std::optional<gateway::Viewed> viewed;
  gateway_->look(std::move(request), [&viewed](gateway::Viewed given) { viewed = std::move(given); });
  while (!viewed) CHECK(step());
  return *std::move(viewed);
}

gateway::Answer World::wait_for(const std::shared_ptr<std::optional<gateway::Answer>>& answer) {
  while (!*answer) CHECK(step());
  return **answer;
}

void World::broker_says(const fix::Message& message) { unsent_.push_back(message); }

void World::wire_says(std::string body, const std::string& check_sum) {
  std::replace(body.begin(), body.end(), '|', '\x01');
  std::string frame =
      "8=FIX.4.4\x01"
      "9=" +
      std::to_string(body.size()) + "\x01" + body;
  const std::string right = std::to_string(1000 + fix::check_sum(frame)).substr(1);
  to_gateway_->frames.push_back(frame + "10=" + (check_sum.empty() ? right : check_sum) + "\x01");
}

void World::on_message(const core::SessionName&, const fix::Header&, const fix::Message& message) {
  broker_received.push_back(message);
  if (!exchange_is_silent) exchange_.receive("PRORATA", message, clock_.now());
}

std::vector<gateway::Event> desk_of(const std::vector<std::int64_t>& invested) {
  using namespace gateway;
  const core::Currency usd = core::Currency::of("USD");
  const core::ModelCode growth("GROWTH");
  std::vector<Event> events;
  for (const auto& [symbol, reference] : {std::pair{"AAPL", "187.40"}, std::pair{"KO", "62.00"}}) {
    events.emplace_back(InstrumentAdded{.symbol = core::Symbol(symbol),
                                        .security_type = "STK",
                                        .exchange = "XNAS",
                                        .currency = usd,
                                        .unit = core::Quantity::whole(1),
                                        .reference = *core::Price::parse(reference),
                                        .reference_date = "2026-11-20"});
  }
  events.emplace_back(ModelCreated{growth, "Growth", usd});
  for (std::size_t i = 0; i < invested.size(); ++i) {
    const core::AccountId account("A" + std::to_string(i + 1));
    events.emplace_back(AccountOpened{account, "Client " + std::to_string(i + 1), usd});
    if (invested[i] == 0) continue;
    events.emplace_back(CashDeposited{account, usd, invested[i] * 100});
    events.emplace_back(CashInvested{account, growth, usd, invested[i] * 100});
  }
  events.emplace_back(DeskImported{"test"});
  return events;
}

simulator::ExchangeSettings lively_exchange(std::uint64_t seed) {
  const auto symbol = [](const char* name, const char* reference) {
    return simulator::SymbolSettings{.name = core::Symbol(name),
                                     .reference = *core::Price::parse(reference),
                                     .tick = *core::Price::parse("0.01"),
                                     .lot = core::Quantity::whole(1),
                                     .currency = core::Currency::of("USD"),
                                     .exchange = "XNAS"};
  };
  simulator::ExchangeSettings settings;
  settings.seed = seed;
  settings.fees.per_unit = *core::Price::parse("0.005");
  settings.liquidity.min_size = core::Quantity::whole(10);
  settings.liquidity.max_size = core::Quantity::whole(400);
  settings.symbols = {symbol("AAPL", "187.40"), symbol("KO", "62.00")};
  return settings;
}

}  // namespace simulation

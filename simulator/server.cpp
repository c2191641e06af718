#include "simulator/server.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/system_timer.hpp>
#include <deque>
#include <filesystem>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "fix/file_store.hpp"
#include "fix/memory_store.hpp"
#include "fix/network.hpp"
#include "simulator/control/control_server.hpp"
#include "simulator/lasting_exchange.hpp"
#include "simulator/listings.hpp"
#include "simulator/market_data.hpp"
#include "simulator/scenario/troubled_peer.hpp"
#include "simulator/scenario/verbs.hpp"

namespace simulator {

namespace {

constexpr std::chrono::milliseconds stop_poll{20};
constexpr int stop_polls = 50;

constexpr std::size_t max_guests = 1'000;   // sessions made on the fly, for as long as the server runs
constexpr std::size_t max_name_bytes = 64;  // a CompID of a guest

core::Result<std::unique_ptr<fix::SessionStore>> open_store(const Settings& settings, const std::string& client) {
  if (settings.store.empty()) return std::make_unique<fix::MemoryStore>();
  std::error_code problem;
  std::filesystem::create_directories(settings.store, problem);
  if (problem) return core::fail(settings.store.string(), "cannot be made: " + problem.message());
  const std::filesystem::path file = settings.store / (client + ".fixstore");
  return fix::FileStore::open(file.string()).map([](std::unique_ptr<fix::FileStore> store) {
    return std::unique_ptr<fix::SessionStore>(std::move(store));
  });
}

std::filesystem::path dictionary_of(const Settings& settings, const ClientSettings& client) {
  if (!client.dictionary.empty() || settings.dictionary.empty()) return client.dictionary;
  switch (client.version) {
    case fix::Version::fix42: return settings.dictionary.parent_path() / "FIX42.xml";
    case fix::Version::fix50sp2: return settings.dictionary.parent_path() / "FIX50SP2.xml";
    default: return settings.dictionary;
  }
}

fix::SessionSettings session_settings(const Settings& settings, const ClientSettings& client) {
  const std::string& ours = client.exchange_comp_id.empty() ? settings.comp_id : client.exchange_comp_id;
  return {.name = core::SessionName(client.name),
          .version = client.version,
          .sender_comp_id = ours,
          .target_comp_id = client.comp_id,
          .role = fix::Role::listening,
          .dictionary = dictionary_of(settings, client).string(),
          .never_resend_orders = false,
          .schedule = settings.schedule,
          .reset_at_start = settings.reset_at_start,
          .agreed_heartbeat_s = client.heartbeat_s,
          .reset_on_logon = client.reset_on_logon,
          .strict = client.strict,
          .echoes = client.behaviour == Behaviour::echo};
}

bool is_name(std::string_view comp_id) {
  return !comp_id.empty() && comp_id.size() <= max_name_bytes &&
         std::all_of(comp_id.begin(), comp_id.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

class Server::Impl final : public fix::SessionOwner, public Host {
 public:
  Impl(boost::asio::io_context& io, const Settings& settings, std::unique_ptr<LastingExchange> exchange,
       fix::MessageLog& messages, files::Log& log, const core::Clock& clock)
      : settings_(settings),
        messages_(messages),
        log_(log),
        clock_(clock),
        exchange_(std::move(exchange)),
        timer_(io),
        stop_timer_(io),
        io_(io),
        network_(io, messages) {}

  core::Result<void> open() {
    std::vector<fix::Expected> expected;
    for (const ClientSettings& client : settings_.clients) {
      if (client.comp_id == anybody) {  // guest() makes their sessions; that it can is told at once
        fix::MemoryStore none;
        const auto session = fix::Session::create(session_settings(settings_, client), none, *this, messages_, clock_);
        if (!session) return tl::unexpected(session.error());
        continue;
      }
      auto store = open_store(settings_, client.name);
      if (!store) return tl::unexpected(store.error());
      const auto desk = open_desk(client, *std::move(store));
      if (!desk) return tl::unexpected(desk.error());
      const fix::SessionSettings& names = (*desk)->session->settings();
      expected.push_back(
          {fix::begin_string(names.version), names.target_comp_id, names.sender_comp_id, (*desk)->peer.get()});
    }
    const auto port = network_.listen({settings_.listen.host, settings_.listen.port}, std::move(expected),
                                      [this](const fix::Identity& identity) { return guest(identity); });
    if (!port) return tl::unexpected(port.error());
    port_ = *port;
    arm();
    return open_control();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t control_port() const { return control_server_ ? control_server_->port() : 0; }

  void stop(std::function<void()> stopped) {
    timer_.cancel();
    stopping_ = true;
    control_server_.reset();
    for (auto& [client, desk] : desks_) {
      if (desk.session->logged_on()) desk.session->log_out("the simulator stops");
    }
    wait_for_logouts(stop_polls, std::move(stopped));
  }

  void on_logon(const core::SessionName& session) override {
    log_.info("exchange", "logged on", {{"client", session.text()}});
    if (!echoes(session)) exchange_->logged_on(session.text(), clock_.now());
    arm();
  }

  void on_logout(const core::SessionName& session, std::string_view reason) override {
    log_.info("exchange", "logged out", {{"client", session.text()}, {"reason", reason}});
    market_data_.forget(session.text());
    listings_.forget(session.text());
    desks_.at(session.text()).prices.clear();
  }

  void on_message(const core::SessionName& session, const fix::Header&, const fix::Message& message) override {
    if (const auto* reject = std::get_if<fix::MessageReject>(&message)) {
      log_.warning("exchange", "the client rejects a message",
                   {{"client", session.text()}, {"number", reject->ref_seq_num}, {"text", reject->text}});
    }
    if (echoes(session)) return;
    std::vector<fix::Message> answers = answers_to(session.text(), message);
    std::deque<fix::Message>& prices = desks_.at(session.text()).prices;
    std::move(answers.begin(), answers.end(), std::back_inserter(prices));
    exchange_->receive(session.text(), message, clock_.now());
    arm();
  }

  void on_unreadable(const core::SessionName& session, const fix::UnreadableMessage& message) override {
    log_.warning("exchange", "unreadable message",
                 {{"client", session.text()}, {"type", message.msg_type}, {"reason", message.reason}});
    if (echoes(session)) return;
    exchange_->refuse(session.text(), message, clock_.now());
    arm();
  }

  // ---- what the control needs: Host

  [[nodiscard]] LastingExchange& exchange() override { return *exchange_; }

  [[nodiscard]] std::vector<SeenSession> sessions() const override {
    std::vector<SeenSession> all;
    for (const auto& [client, desk] : desks_) {
      const fix::SessionSettings& settings = desk.session->settings();
      const fix::SequenceNumbers numbers = desk.session->numbers();
      all.push_back({.client = client,
                     .version = std::string(fix::words_of(settings.version).text),
                     .comp_id = settings.target_comp_id,
                     .exchange_comp_id = settings.sender_comp_id,
                     .is_echo = desk.behaviour == Behaviour::echo,
                     .is_connected = desk.session->is_connected(),
                     .is_logged_on = desk.session->logged_on(),
                     .next_sender = numbers.next_sender,
                     .next_target = numbers.next_target,
                     .waiting = desk.waiting.size()});
    }
    return all;
  }

  void go_on() override {
    if (stopping_) return;
    for (Leaving& leaving : exchange_->advance(clock_.now())) {
      desks_.at(leaving.client).waiting.push_back(std::move(leaving.what));
    }
    for (auto& [client, update] : market_data_.updates(exchange_->exchange())) {
      desks_.at(client).prices.push_back(std::move(update));
    }
    for (auto& [client, update] : listings_.updates(exchange_->exchange(), exchange_->time(clock_.now()))) {
      desks_.at(client).prices.push_back(std::move(update));
    }
    for (auto& [client, desk] : desks_) {
      send_waiting(client, desk);
      send_prices(client, desk);
    }
    arm();
  }

 private:
  struct Desk {
    Behaviour behaviour = Behaviour::exchange;
    std::unique_ptr<fix::SessionStore> store;
    std::unique_ptr<fix::Session> session;
    std::unique_ptr<TroubledPeer> peer;  // the session as the network sees it
    std::deque<std::variant<fix::Message, Step>> waiting;
    std::deque<fix::Message> prices;  // of no use to anybody after the session
  };

  core::Result<void> open_control() {
    if (!settings_.control) return {};
    auto server = ControlServer::start(io_, *settings_.control, control_);
    if (!server) return tl::unexpected(server.error());
    control_server_ = *std::move(server);
    return {};
  }

  core::Result<const Desk*> open_desk(const ClientSettings& client, std::unique_ptr<fix::SessionStore> store) {
    Desk desk{.behaviour = client.behaviour, .store = std::move(store)};
    auto created = fix::Session::create(session_settings(settings_, client), *desk.store, *this, messages_, clock_);
    if (!created) return tl::unexpected(created.error());
    desk.session = *std::move(created);
    const std::uint64_t seed = settings_.exchange.seed ^ core::stable_hash(client.name);
    desk.peer = std::make_unique<TroubledPeer>(*desk.session, *desk.store, clock_, seed);
    return &desks_.emplace(client.name, std::move(desk)).first->second;
  }

  // The session of somebody who may come under any name, made when he comes first. What it remembers is lost with the
  // server.
  fix::Peer* guest(const fix::Identity& identity) {
    const auto host = std::find_if(settings_.clients.begin(), settings_.clients.end(), [&](const auto& client) {
      return client.comp_id == anybody && fix::begin_string(client.version) == identity.begin_string;
    });
    if (host == settings_.clients.end() || !is_name(identity.sender_comp_id) || !is_name(identity.target_comp_id)) {
      return nullptr;
    }
    ClientSettings client = *host;
    client.comp_id = identity.sender_comp_id;
    client.exchange_comp_id = identity.target_comp_id;
    client.name = identity.begin_string + ":" + client.comp_id + "->" + client.exchange_comp_id;
    if (const auto known = desks_.find(client.name); known != desks_.end()) return known->second.peer.get();
    if (guests_ == max_guests) {
      log_.warning("exchange", "no room for another guest", {{"client", client.name}, {"guests", guests_}});
      return nullptr;
    }
    const auto desk = open_desk(client, std::make_unique<fix::MemoryStore>());
    if (!desk) {
      log_.warning("exchange", "no session for a guest", {{"client", client.name}, {"reason", desk.error().text()}});
      return nullptr;
    }
    ++guests_;
    return (*desk)->peer.get();
  }

  [[nodiscard]] bool echoes(const core::SessionName& session) const {
    return desks_.at(session.text()).behaviour == Behaviour::echo;
  }

  // To questions about prices, and about what is traded and when.
  std::vector<fix::Message> answers_to(const std::string& client, const fix::Message& message) {
    const Exchange& exchange = exchange_->exchange();
    if (const auto* request = std::get_if<fix::MarketDataRequest>(&message)) {
      for (const core::Symbol& symbol : request->symbols) exchange_->list(symbol);
      return market_data_.request(client, *request, exchange);
    }
    if (const auto* request = std::get_if<fix::SecurityListRequest>(&message)) {
      exchange_->list(request->symbol);
      return Listings::request(*request, exchange);
    }
    if (const auto* request = std::get_if<fix::SecurityStatusRequest>(&message)) {
      exchange_->list(request->symbol);
      return listings_.request(client, *request, exchange, exchange_->time(clock_.now()));
    }
    if (const auto* request = std::get_if<fix::TradingSessionStatusRequest>(&message)) {
      return listings_.request(client, *request, exchange);
    }
    return {};
  }

  // Nothing is sent from inside a callback of a session: the timer does it, at once if need be.
  void arm() {
    if (stopping_) return;
    const bool waiting = std::any_of(desks_.begin(), desks_.end(), [](const auto& entry) {
      const Desk& desk = entry.second;
      return (!desk.waiting.empty() || !desk.prices.empty()) && desk.session->logged_on();
    });
    const std::optional<core::Time> due = waiting ? core::Time{} : exchange_->next_due();
    if (!due) return;
    timer_.expires_after(std::max(*due - clock_.now(), core::Time::duration::zero()));
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && !stopping_) go_on();
    });
  }

  void send_waiting(const std::string& client, Desk& desk) {
    while (!desk.waiting.empty() && desk.session->logged_on()) {
      if (const auto* step = std::get_if<Step>(&desk.waiting.front())) {
        log_.info("exchange", "a scenario acts on the session", {{"client", client}, {"step", text(*step)}});
        desk.peer->act(*step);
      } else if (!send(client, desk, std::get<fix::Message>(desk.waiting.front()))) {
        return;
      }
      exchange_->sent(client);
      desk.waiting.pop_front();
    }
  }

  // False: logged off in between, so that it waits for the next logon.
  bool send(const std::string& client, Desk& desk, const fix::Message& message) {
    const core::Result<int> sent = desk.session->send(message);
    if (sent) return true;
    log_.error("exchange", "cannot send", {{"client", client}, {"reason", sent.error().text()}});
    return desk.session->logged_on();  // it can never be sent
  }

  void send_prices(const std::string& client, Desk& desk) {
    while (!desk.prices.empty() && desk.session->logged_on()) {
      const core::Result<int> sent = desk.session->send(desk.prices.front());
      if (!sent) log_.error("exchange", "cannot send", {{"client", client}, {"reason", sent.error().text()}});
      if (!desk.session->logged_on()) return;  // its prices went with it
      desk.prices.pop_front();
    }
  }

  void wait_for_logouts(int polls_left, std::function<void()> stopped) {
    const bool connected = std::any_of(desks_.begin(), desks_.end(),
                                       [](const auto& entry) { return entry.second.session->is_connected(); });
    if (!connected || polls_left == 0) {
      network_.stop();
      stopped();
      return;
    }
    stop_timer_.expires_after(stop_poll);
    stop_timer_.async_wait(
        [this, polls_left, stopped = std::move(stopped)](const boost::system::error_code& cancelled) {
          if (!cancelled) wait_for_logouts(polls_left - 1, stopped);
        });
  }

  Settings settings_;
  fix::MessageLog& messages_;
  files::Log& log_;
  const core::Clock& clock_;
  std::unique_ptr<LastingExchange> exchange_;
  boost::asio::system_timer timer_;
  boost::asio::system_timer stop_timer_;
  std::uint16_t port_ = 0;
  bool stopping_ = false;
  std::map<std::string, Desk> desks_;
  std::size_t guests_ = 0;
  MarketData market_data_;
  Listings listings_;
  boost::asio::io_context& io_;
  Control control_{*this, clock_};
  std::unique_ptr<ControlServer> control_server_;  // or nothing
  fix::Network network_;                           // last: it calls the sessions until it is gone
};

core::Result<std::unique_ptr<Server>> Server::start(boost::asio::io_context& io, const Settings& settings,
                                                    fix::MessageLog& messages, files::Log& log,
                                                    const core::Clock& clock) {
  auto exchange =
      LastingExchange::open(settings.exchange, settings.store, settings.executions, clock.now(), settings.scenarios);
  if (!exchange) return tl::unexpected(exchange.error());
  auto impl = std::make_unique<Impl>(io, settings, *std::move(exchange), messages, log, clock);
  if (auto opened = impl->open(); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return impl_->port(); }
std::uint16_t Server::control_port() const { return impl_->control_port(); }
void Server::stop(std::function<void()> stopped) { impl_->stop(std::move(stopped)); }

}  // namespace simulator

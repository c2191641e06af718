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
#include "simulator/lasting_exchange.hpp"
#include "simulator/market_data.hpp"
#include "simulator/scenario/troubled_peer.hpp"
#include "simulator/scenario/verbs.hpp"

namespace simulator {

namespace {

constexpr std::chrono::milliseconds stop_poll{20};
constexpr int stop_polls = 50;

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

}  // namespace

class Server::Impl final : public fix::SessionOwner {
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
        network_(io, messages) {}

  core::Result<void> open() {
    std::vector<fix::Expected> expected;
    for (const std::string& client : settings_.clients) {
      auto desk = open_desk(client);
      if (!desk) return tl::unexpected(desk.error());
      expected.push_back({"FIX.4.4", client, settings_.comp_id, desk->peer.get()});
      desks_.emplace(client, *std::move(desk));
    }
    const auto port = network_.listen({settings_.listen.host, settings_.listen.port}, std::move(expected));
    if (!port) return tl::unexpected(port.error());
    port_ = *port;
    arm();
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void stop(std::function<void()> stopped) {
    timer_.cancel();
    stopping_ = true;
    for (auto& [client, desk] : desks_) {
      if (desk.session->logged_on()) desk.session->log_out("the simulator stops");
    }
    wait_for_logouts(stop_polls, std::move(stopped));
  }

  void on_logon(const core::SessionName& session) override {
    log_.info("exchange", "logged on", {{"client", session.text()}});
    exchange_->logged_on(session.text(), clock_.now());
    arm();
  }

  void on_logout(const core::SessionName& session, std::string_view reason) override {
    log_.info("exchange", "logged out", {{"client", session.text()}, {"reason", reason}});
    market_data_.forget(session.text());
    desks_.at(session.text()).prices.clear();
  }

  void on_message(const core::SessionName& session, const fix::Header&, const fix::Message& message) override {
    if (const auto* reject = std::get_if<fix::MessageReject>(&message)) {
      log_.warning("exchange", "the client rejects a message",
                   {{"client", session.text()}, {"number", reject->ref_seq_num}, {"text", reject->text}});
    }
    if (const auto* request = std::get_if<fix::MarketDataRequest>(&message)) {
      auto answers = market_data_.request(session.text(), *request, exchange_->exchange());
      std::deque<fix::Message>& prices = desks_.at(session.text()).prices;
      std::move(answers.begin(), answers.end(), std::back_inserter(prices));
    }
    exchange_->receive(session.text(), message, clock_.now());
    arm();
  }

  void on_unreadable(const core::SessionName& session, const fix::UnreadableMessage& message) override {
    log_.warning("exchange", "unreadable message",
                 {{"client", session.text()}, {"type", message.msg_type}, {"reason", message.reason}});
    exchange_->refuse(session.text(), message, clock_.now());
    arm();
  }

 private:
  struct Desk {
    std::unique_ptr<fix::SessionStore> store;
    std::unique_ptr<fix::Session> session;
    std::unique_ptr<TroubledPeer> peer;  // the session as the network sees it
    std::deque<std::variant<fix::Message, Step>> waiting;
    std::deque<fix::Message> prices;  // of no use to anybody after the session
  };

  core::Result<Desk> open_desk(const std::string& client) {
    Desk desk;
    auto store = open_store(settings_, client);
    if (!store) return tl::unexpected(store.error());
    desk.store = *std::move(store);
    const fix::SessionSettings session{.name = core::SessionName(client),
                                       .sender_comp_id = settings_.comp_id,
                                       .target_comp_id = client,
                                       .role = fix::Role::listening,
                                       .dictionary = settings_.dictionary.string(),
                                       .never_resend_orders = false,
                                       .schedule = settings_.schedule,
                                       .reset_at_start = settings_.reset_at_start};
    auto created = fix::Session::create(session, *desk.store, *this, messages_, clock_);
    if (!created) return tl::unexpected(created.error());
    desk.session = *std::move(created);
    const std::uint64_t seed = settings_.exchange.seed ^ core::stable_hash(client);
    desk.peer = std::make_unique<TroubledPeer>(*desk.session, *desk.store, clock_, seed);
    return desk;
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

  void go_on() {
    for (Leaving& leaving : exchange_->advance(clock_.now())) {
      desks_.at(leaving.client).waiting.push_back(std::move(leaving.what));
    }
    for (auto& [client, update] : market_data_.updates(exchange_->exchange())) {
      desks_.at(client).prices.push_back(std::move(update));
    }
    for (auto& [client, desk] : desks_) {
      send_waiting(client, desk);
      send_prices(client, desk);
    }
    arm();
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
  MarketData market_data_;
  fix::Network network_;  // last: it calls the sessions until it is gone
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
void Server::stop(std::function<void()> stopped) { impl_->stop(std::move(stopped)); }

}  // namespace simulator

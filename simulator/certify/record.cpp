#include "simulator/certify/record.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "fix/file_message_log.hpp"
#include "fix/framer.hpp"
#include "simulator/certify/sockets.hpp"

namespace simulator::certify {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr auto look_every = 20ms;
constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t max_frame_bytes = 1024 * 1024;

class Tap {
 public:
  Tap(asio::io_context& io, tcp::acceptor acceptor, const RecordSettings& settings, fix::MessageLog& log)
      : io_(io), acceptor_(std::move(acceptor)), settings_(settings), log_(log) {}

  void run() {
    asio::co_spawn(io_, keep_accepting(), asio::detached);
    asio::co_spawn(io_, watch(), asio::detached);
    io_.run();
  }

 private:
  asio::awaitable<void> watch() {
    asio::steady_timer timer(io_);
    while (!settings_.stopped || !settings_.stopped()) {
      timer.expires_after(look_every);
      co_await timer.async_wait(awaited);
    }
    io_.stop();
  }

  asio::awaitable<void> keep_accepting() {
    while (true) {
      auto [error, client] = co_await acceptor_.async_accept(awaited);
      if (!error) co_await tap(std::move(client));
    }
  }

  asio::awaitable<void> tap(tcp::socket client) {
    tcp::socket broker(io_);
    tcp::resolver resolver(io_);
    auto [unknown, found] =
        co_await resolver.async_resolve(settings_.dial.host, std::to_string(settings_.dial.port), awaited);
    error_code problem = unknown;
    if (!unknown) std::tie(problem, std::ignore) = co_await asio::async_connect(broker, found, awaited);
    if (problem) {
      tell("a client connected, but " + settings_.dial.text() + " cannot be reached: " + problem.message());
      co_return;
    }
    error_code ignored;
    client.set_option(tcp::no_delay(true), ignored);
    broker.set_option(tcp::no_delay(true), ignored);
    tell("connected");
    co_await (pump(client, broker, fix::MessageLog::Direction::out) &&
              pump(broker, client, fix::MessageLog::Direction::in));
    tell("closed");
  }

  asio::awaitable<void> pump(tcp::socket& from, tcp::socket& to, fix::MessageLog::Direction direction) {
    fix::Framer framer(max_frame_bytes);
    std::array<char, read_bytes> buffer{};
    error_code ignored;
    while (true) {
      const auto [ended, bytes] = co_await from.async_read_some(asio::buffer(buffer), awaited);
      if (ended) break;
      note(framer, {buffer.data(), bytes}, direction);
      const auto [failed, written] = co_await asio::async_write(to, asio::buffer(buffer, bytes), awaited);
      if (!failed) continue;
      from.close(ignored);
      break;
    }
    to.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void note(fix::Framer& framer, std::string_view bytes, fix::MessageLog::Direction direction) {
    const std::string who = direction == fix::MessageLog::Direction::out ? "the client" : "the broker";
    framer.add(bytes);
    while (const auto item = framer.next()) {
      if (item->kind == fix::Framer::Item::Kind::frame) {
        log_.message(name_, direction, item->bytes);
        continue;
      }
      log_.event(name_, fix::EventKind::trouble, "from " + who + ": " + item->text);
      if (item->kind == fix::Framer::Item::Kind::broken) break;
    }
  }

  void tell(const std::string& what) {
    log_.event(name_, fix::EventKind::usual, what);
    settings_.tell(what);
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  const RecordSettings& settings_;
  fix::MessageLog& log_;
  const core::SessionName name_{std::string(tap_name)};
};

}  // namespace

core::Result<void> record(const RecordSettings& settings, const core::Clock& clock) {
  const auto log = fix::FileMessageLog::open(settings.log, clock);
  if (!log) return tl::unexpected(log.error());
  asio::io_context io(1);
  auto acceptor = listen_at(io, settings.listen);
  if (!acceptor) return tl::unexpected(acceptor.error());
  if (settings.on_listening) settings.on_listening(acceptor->local_endpoint().port());
  Tap(io, *std::move(acceptor), settings, **log).run();
  return {};
}

}  // namespace simulator::certify

#include "simulator/certify/run.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <utility>

#include "simulator/certify/driver.hpp"
#include "simulator/certify/report.hpp"
#include "simulator/certify/sockets.hpp"

namespace simulator::certify {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr auto tick_every = 10ms;
constexpr auto between_dials = 200ms;
constexpr auto close_timeout = 2s;  // for the other side to close its half
constexpr std::size_t read_bytes = 16 * 1024;

class Runner {
 public:
  Runner(asio::io_context& io, const Suite& suite, const RunSettings& settings, const core::Clock& clock)
      : io_(io),
        acceptor_(io),
        settings_(settings),
        clock_(clock),
        referee_(suite, settings.referee),
        driver_(settings.driver) {}

  core::Result<void> open() {
    if (settings_.referee.dials) return {};
    auto acceptor = listen_at(io_, settings_.address);
    if (!acceptor) return tl::unexpected(acceptor.error());
    acceptor_ = *std::move(acceptor);
    if (settings_.on_listening) settings_.on_listening(acceptor_.local_endpoint().port());
    return {};
  }

  Outcome run() {
    referee_.start(clock_.now());
    asio::co_spawn(io_, keep_connecting(), asio::detached);
    asio::co_spawn(io_, keep_ticking(), asio::detached);
    io_.run();
    return referee_.outcome();
  }

 private:
  asio::awaitable<void> wait(std::chrono::milliseconds duration) {
    asio::steady_timer timer(io_, duration);
    co_await timer.async_wait(awaited);
  }

  asio::awaitable<void> keep_ticking() {
    while (!(referee_.finished() && !socket_)) {
      co_await wait(tick_every);
      referee_.tick(clock_.now());
      hear_driver();
      if (settings_.stopped && settings_.stopped()) {
        referee_.fail("stopped before it was over", clock_.now());
        break;
      }
      apply();
    }
    io_.stop();
  }

  asio::awaitable<void> keep_connecting() {
    while (true) {
      if (!referee_.wants_connection()) {
        co_await wait(tick_every);
        continue;
      }
      if (settings_.referee.dials) {
        co_await dial();
      } else {
        auto [error, socket] = co_await acceptor_.async_accept(awaited);
        if (!error && referee_.wants_connection()) co_await serve(std::move(socket));
      }
    }
  }

  asio::awaitable<void> dial() {
    tcp::resolver resolver(io_);
    auto [unknown, found] =
        co_await resolver.async_resolve(settings_.address.host, std::to_string(settings_.address.port), awaited);
    tcp::socket socket(io_);
    if (!unknown) {
      auto [refused, endpoint] = co_await asio::async_connect(socket, found, awaited);
      if (!refused && referee_.wants_connection()) co_return co_await serve(std::move(socket));
    }
    co_await wait(between_dials);
  }

  asio::awaitable<void> serve(tcp::socket accepted) {
    socket_ = std::make_shared<tcp::socket>(std::move(accepted));
    closing_ = false;
    waiting_.clear();
    error_code ignored;
    socket_->set_option(tcp::no_delay(true), ignored);
    referee_.connected(clock_.now());
    apply();
    std::array<char, read_bytes> buffer{};
    while (true) {
      const auto [error, bytes] = co_await socket_->async_read_some(asio::buffer(buffer), awaited);
      if (error) break;
      referee_.received({buffer.data(), bytes}, clock_.now());
      apply();
    }
    socket_->close(ignored);
    socket_.reset();
    if (!closing_) referee_.closed(clock_.now());
    apply();
  }

  // Does what the referee wants.
  void apply() {
    Referee::Wants wants = referee_.take();
    for (const Referee::Wants::Ask& each : wants.asks) ask(each);
    if (socket_ && !closing_) {
      waiting_ += wants.bytes;
      closing_ = wants.close;
      if (!writing_) write();
    }
    const auto& cases = referee_.outcome().cases;
    const std::size_t over = referee_.finished() ? cases.size() : cases.size() - 1;
    for (; told_ < over; ++told_) {
      const CaseOutcome& each = cases[told_];
      settings_.tell((each.passed() ? "ok      " : "FAILED  ") + each.name + ", " +
                     seconds_between(each.began, each.ended) + " s");
    }
  }

  void ask(const Referee::Wants::Ask& asked) {
    const bool has_driver = !settings_.driver.empty();
    settings_.tell((has_driver ? "driver: " : asked.is_check ? "CHECK: " : "PLEASE: ") + asked.words);
    if (has_driver) driver_.ask({asked.words, asked.is_check});
  }

  void hear_driver() {
    const auto answer = driver_.poll();
    if (!answer) return;
    if (!answer->wrong.empty()) return referee_.fail(answer->wrong + ", asked: " + answer->ask.words, clock_.now());
    if (answer->ask.is_check) referee_.answered(clock_.now());
  }

  void write() {
    if (waiting_.empty()) {
      if (closing_) shut_down();
      return;
    }
    writing_ = true;
    auto bytes = std::make_shared<std::string>(std::exchange(waiting_, {}));
    asio::async_write(*socket_, asio::buffer(*bytes), [this, socket = socket_, bytes](error_code error, std::size_t) {
      writing_ = false;
      if (!error && socket == socket_) write();
    });
  }

  // What was written goes out; reading goes on until the other side closes, so that nothing is torn away.
  void shut_down() {
    error_code ignored;
    socket_->shutdown(tcp::socket::shutdown_send, ignored);
    auto timer = std::make_shared<asio::steady_timer>(io_, close_timeout);
    timer->async_wait([timer, socket = std::weak_ptr(socket_)](error_code error) {
      error_code nothing_to_do;
      if (const auto late = socket.lock(); !error && late) late->close(nothing_to_do);
    });
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  const RunSettings& settings_;
  const core::Clock& clock_;
  Referee referee_;
  Driver driver_;
  std::shared_ptr<tcp::socket> socket_;
  std::string waiting_;
  bool writing_ = false;
  bool closing_ = false;
  std::size_t told_ = 0;
};

}  // namespace

core::Result<Outcome> run(const Suite& suite, const RunSettings& settings, const core::Clock& clock) {
  asio::io_context io(1);
  Runner runner(io, suite, settings, clock);
  if (const auto opened = runner.open(); !opened) return tl::unexpected(opened.error());
  return runner.run();
}

}  // namespace simulator::certify

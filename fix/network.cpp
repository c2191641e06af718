#include "fix/network.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <map>
#include <set>

#include "fix/framer.hpp"
#include "fix/redial.hpp"
#include "fix/visitors.hpp"

namespace fix {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr auto tick_every = 500ms;
constexpr auto connect_timeout = 10s;
constexpr auto close_timeout = 2s;          // for the last bytes to go out and the other side to close
constexpr auto not_reading_retry = 20ms;    // while a peer does not want to read
constexpr auto abort_poll = 1ms;            // until a connection that was aborted is gone
constexpr auto accept_retry = 1s;           // when the process has no file descriptor left, say
constexpr std::size_t max_strangers = 128;  // connections that have not said yet who they are
constexpr std::size_t read_bytes = 16 * 1024;

std::string text_of(const Address& address) { return address.host + ":" + std::to_string(address.port); }

// One socket and what waits to be written to it. The network's coroutines and every wire share it.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::size_t max_unsent_bytes)
      : socket_(std::move(socket)), closer_(socket_.get_executor()), max_unsent_bytes_(max_unsent_bytes) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  [[nodiscard]] tcp::socket& socket() { return socket_; }
  [[nodiscard]] bool closing() const { return closing_; }
  [[nodiscard]] bool overrun() const { return overrun_; }
  [[nodiscard]] bool flushed() const { return waiting_.empty() && writing_.empty(); }

  void send(std::string_view bytes) {
    if (closing_) return;
    if (waiting_.size() + writing_.size() + bytes.size() > max_unsent_bytes_) {
      overrun_ = true;
      return abort();
    }
    waiting_.append(bytes);
    if (writing_.empty()) write();
  }
  // What was sent goes out first; then the other side has a moment to close its half, so that nothing of it is torn
  // away.
  void close() {
    if (closing_) return;
    closing_ = true;
    closer_.expires_after(close_timeout);
    closer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->abort();
    });
    if (writing_.empty()) shut_down();
  }
  void abort() {
    closing_ = true;
    error_code ignored;
    closer_.cancel();
    socket_.close(ignored);
  }

 private:
  void write() {
    writing_.swap(waiting_);
    asio::async_write(socket_, asio::buffer(writing_), [self = shared_from_this()](error_code error, std::size_t) {
      self->writing_.clear();
      if (error) return self->abort();
      if (!self->waiting_.empty()) return self->write();
      if (self->closing_) self->shut_down();
    });
  }
  void shut_down() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  tcp::socket socket_;
  asio::steady_timer closer_;
  std::size_t max_unsent_bytes_;
  std::string waiting_;
  std::string writing_;
  bool closing_ = false;
  bool overrun_ = false;
};

// May outlive the connection, and may be used from any thread.
class NetworkWire final : public Wire {
 public:
  explicit NetworkWire(const std::shared_ptr<Connection>& connection) : connection_(connection) {}

  void send(std::string_view bytes) override {
    on_its_thread([copy = std::string(bytes)](Connection& connection) { connection.send(copy); });
  }
  void close() override {
    on_its_thread([](Connection& connection) { connection.close(); });
  }

 private:
  template <class Action>
  void on_its_thread(Action action) {
    auto connection = connection_.lock();
    if (!connection) return;
    const auto executor = connection->socket().get_executor();
    asio::dispatch(executor, [connection = std::move(connection), action = std::move(action)] { action(*connection); });
  }

  std::weak_ptr<Connection> connection_;
};

}  // namespace

class Network::Impl : public std::enable_shared_from_this<Network::Impl> {
 public:
  Impl(asio::io_context& io, MessageLog& log, NetworkLimits limits) : io_(io), log_(log), limits_(limits) {}

  void dial(const core::SessionName& name, Address address, Peer& peer) {
    spawn(keep_dialling(shared_from_this(), name, std::move(address), peer));
  }
  core::Result<std::uint16_t> listen(const Address& address, std::shared_ptr<const Visitors> visitors);
  void stop();

 private:
  using Task = asio::awaitable<void>;

  // The coroutines hold the Impl by `self`: they may be resumed, or destroyed with the io_context, after the Network.
  static Task keep_dialling(std::shared_ptr<Impl> self, core::SessionName name, Address address, Peer& peer);
  static Task keep_accepting(std::shared_ptr<Impl> self, std::shared_ptr<tcp::acceptor> acceptor,
                             std::shared_ptr<const Visitors> visitors);
  static Task meet(std::shared_ptr<Impl> self, std::shared_ptr<Connection> connection,
                   std::shared_ptr<const Visitors> visitors);
  asio::awaitable<std::shared_ptr<Connection>> connect(Address address, std::string& problem);
  Task serve(core::SessionName name, std::shared_ptr<Connection> connection, Framer& framer, std::string first,
             Peer& peer);
  Task read_frames(core::SessionName name, std::shared_ptr<Connection> connection, Framer& framer, Peer& peer);
  Task read_first_frame(std::shared_ptr<Connection> connection, Framer& framer, std::string& frame,
                        std::string& problem);
  Task tick(Peer& peer);
  Task wait(std::chrono::milliseconds duration);
  bool hand_over(const core::SessionName& name, Connection& connection, Framer& framer, Peer& peer);
  Task make_way(Peer& peer);
  std::shared_ptr<Connection> make_connection(tcp::socket socket);
  void make_room_for_a_stranger();
  void spawn(Task task);
  void event(const core::SessionName& name, EventKind kind, const std::string& text) {
    if (!stopped_) log_.event(name, kind, text);
  }

  asio::io_context& io_;
  MessageLog& log_;
  NetworkLimits limits_;
  bool stopped_ = false;
  std::deque<std::shared_ptr<Connection>> strangers_;        // have not said yet who they are, the oldest in front
  std::map<const Peer*, std::shared_ptr<Connection>> busy_;  // from connected() to disconnected()
  std::vector<std::weak_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<tcp::acceptor>> acceptors_;
  std::set<asio::steady_timer*> timers_;
};

void Network::Impl::spawn(Task task) {
  asio::co_spawn(io_, std::move(task), [self = shared_from_this()](const std::exception_ptr& thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& problem) {
      self->event(core::SessionName("network"), EventKind::trouble,
                  std::string("a connection ended by an error of ours: ") + problem.what());
    }
  });
}

std::shared_ptr<Connection> Network::Impl::make_connection(tcp::socket socket) {
  std::erase_if(connections_, [](const auto& connection) { return connection.expired(); });
  auto connection = std::make_shared<Connection>(std::move(socket), limits_.max_unsent_bytes);
  connections_.push_back(connection);
  return connection;
}

Network::Impl::Task Network::Impl::wait(std::chrono::milliseconds duration) {
  asio::steady_timer timer(io_, duration);
  timers_.insert(&timer);
  co_await timer.async_wait(awaited);
  timers_.erase(&timer);
}

asio::awaitable<std::shared_ptr<Connection>> Network::Impl::connect(Address address, std::string& problem) {
  tcp::resolver resolver(io_);
  const auto [unresolved, endpoints] =
      co_await resolver.async_resolve(address.host, std::to_string(address.port), awaited);
  if (unresolved) {
    problem = unresolved.message();
    co_return nullptr;
  }
  auto connection = make_connection(tcp::socket(io_));
  const auto outcome =
      co_await (asio::async_connect(connection->socket(), endpoints, awaited) || wait(connect_timeout));
  if (outcome.index() == 1) {
    problem = "no answer";
    co_return nullptr;
  }
  const error_code refused = std::get<0>(std::get<0>(outcome));
  if (refused) {
    problem = refused.message();
    co_return nullptr;
  }
  error_code ignored;
  connection->socket().set_option(tcp::no_delay(true), ignored);
  co_return connection;
}

Network::Impl::Task Network::Impl::keep_dialling(std::shared_ptr<Impl> self, core::SessionName name, Address address,
                                                 Peer& peer) {
  Redial redial(std::chrono::milliseconds(self->limits_.reconnect_ms));
  std::string told;  // so that a broker that is away for a night does not fill the log
  while (!self->stopped_) {
    if (!peer.wants_connection()) {
      co_await self->wait(std::chrono::milliseconds(self->limits_.reconnect_ms));
      continue;
    }
    std::string problem;
    const auto connection = co_await self->connect(address, problem);
    if (self->stopped_) break;
    if (connection) {
      self->event(name, EventKind::usual, "connected to " + text_of(address));
      told.clear();
      Framer framer(self->limits_.max_frame_bytes);
      co_await self->serve(name, connection, framer, std::string(), peer);
      if (self->stopped_) break;
      redial.connection_ended(peer.has_logged_on());
      if (redial.failures() >= Redial::failures_at_first) {
        self->event(name, EventKind::usual,
                    "no logon on " + std::to_string(redial.failures()) + " connections in a row; the next in " +
                        std::to_string(redial.wait().count()) + " ms");
      }
    } else if (problem != told) {
      told = problem;
      self->event(name, EventKind::trouble,
                  "cannot connect to " + text_of(address) + ": " + problem + "; tried again every " +
                      std::to_string(redial.wait().count()) + " ms");
    }
    co_await self->wait(redial.wait());
  }
}

core::Result<std::uint16_t> Network::Impl::listen(const Address& address, std::shared_ptr<const Visitors> visitors) {
  const auto cannot = [&](const error_code& error) {
    const bool is_taken = error == boost::asio::error::address_in_use;
    return core::fail(
        "listening at " + text_of(address),
        error.message() + (is_taken ? "; stop the program that listens there, or choose another port" : ""));
  };
  error_code error;
  tcp::resolver resolver(io_);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error) return cannot(error);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  auto acceptor = std::make_shared<tcp::acceptor>(io_);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot(error);
  const std::uint16_t port = acceptor->local_endpoint(error).port();
  if (error) return cannot(error);
  acceptors_.push_back(acceptor);
  spawn(keep_accepting(shared_from_this(), std::move(acceptor), std::move(visitors)));
  return port;
}

Network::Impl::Task Network::Impl::keep_accepting(std::shared_ptr<Impl> self, std::shared_ptr<tcp::acceptor> acceptor,
                                                  std::shared_ptr<const Visitors> visitors) {
  const core::SessionName name("network");
  while (!self->stopped_) {
    auto [error, socket] = co_await acceptor->async_accept(awaited);
    if (self->stopped_) break;
    if (error) {
      self->event(name, EventKind::trouble, "cannot accept a connection: " + error.message());
      co_await self->wait(accept_retry);
    } else {
      self->make_room_for_a_stranger();
      self->spawn(meet(self, self->make_connection(std::move(socket)), visitors));
    }
  }
}

// Whoever has said nothing for longest goes first. To refuse the newest instead would let a crowd that says nothing
// keep a broker out for as long as the crowd may stay; and a broker logs on as soon as it is connected.
void Network::Impl::make_room_for_a_stranger() {
  if (strangers_.size() < max_strangers) return;
  strangers_.front()->abort();
  strangers_.pop_front();
}

// From accept to the first message, which says who it is.
Network::Impl::Task Network::Impl::meet(std::shared_ptr<Impl> self, std::shared_ptr<Connection> connection,
                                        std::shared_ptr<const Visitors> visitors) {
  error_code gone;
  const tcp::endpoint from = connection->socket().remote_endpoint(gone);
  const core::SessionName stranger(gone ? "?" : from.address().to_string() + ":" + std::to_string(from.port()));
  Framer framer(self->limits_.max_frame_bytes);
  std::string frame;
  std::string problem;
  self->strangers_.push_back(connection);
  const auto outcome = co_await (self->read_first_frame(connection, framer, frame, problem) ||
                                 self->wait(std::chrono::milliseconds(self->limits_.logon_timeout_ms)));
  const bool pushed_out = std::erase(self->strangers_, connection) == 0;
  if (self->stopped_) co_return;
  if (outcome.index() == 1) problem = "no Logon(A) within " + std::to_string(self->limits_.logon_timeout_ms) + " ms";
  if (pushed_out) problem = "no Logon(A) yet, and newer connections need the room";
  const Identity identity = identity_in(frame);
  Peer* peer = problem.empty() ? who_is(frame, identity, *visitors, problem) : nullptr;
  if (peer != nullptr) co_await self->make_way(*peer);
  if (self->stopped_) co_return;
  if (self->busy_.contains(peer)) problem = text_of(identity) + " is connected already";
  if (!problem.empty()) {
    self->event(stranger, EventKind::trouble, "disconnected: " + problem);
    connection->abort();
    co_return;
  }
  const core::SessionName name(identity.sender_comp_id);
  self->event(name, EventKind::usual, "connected from " + stranger.text());
  co_await self->serve(name, connection, framer, std::move(frame), *peer);
}

// A connection that was closed on this side waits a moment for the other side to close it too. Who comes again has done
// with it.
Network::Impl::Task Network::Impl::make_way(Peer& peer) {
  const auto found = busy_.find(&peer);
  if (found == busy_.end() || !found->second->closing()) co_return;
  const std::shared_ptr<Connection> old = found->second;
  old->abort();
  const auto is_there = [&] {
    const auto held = busy_.find(&peer);
    return held != busy_.end() && held->second == old;
  };
  while (!stopped_ && is_there()) co_await wait(abort_poll);
}

Network::Impl::Task Network::Impl::read_first_frame(std::shared_ptr<Connection> connection, Framer& framer,
                                                    std::string& frame, std::string& problem) {
  std::array<char, read_bytes> buffer;
  while (true) {
    const auto [error, size] = co_await connection->socket().async_read_some(asio::buffer(buffer), awaited);
    if (error) {
      problem = "closed before it said who it is: " + error.message();
      co_return;
    }
    framer.add({buffer.data(), size});
    if (const auto item = framer.next()) {
      if (item->kind == Framer::Item::Kind::frame) frame = item->bytes;
      if (item->kind != Framer::Item::Kind::frame) problem = "no FIX: " + item->text;
      co_return;
    }
  }
}

// One connection of a known peer, from connected() to disconnected().
Network::Impl::Task Network::Impl::serve(core::SessionName name, std::shared_ptr<Connection> connection, Framer& framer,
                                         std::string first, Peer& peer) {
  busy_.emplace(&peer, connection);
  if (peer.believes_lengths()) framer.believe_lengths();
  peer.connected(std::make_shared<NetworkWire>(connection));
  if (!stopped_ && !first.empty()) peer.received(first);
  if (!stopped_) peer.tick();
  if (!stopped_ && hand_over(name, *connection, framer, peer)) {
    co_await (read_frames(name, connection, framer, peer) || tick(peer));
  }
  connection->close();
  busy_.erase(&peer);
  if (stopped_) co_return;
  if (connection->overrun()) {
    event(
        name, EventKind::trouble,
        "disconnected: over " + std::to_string(limits_.max_unsent_bytes) + " bytes wait for a peer that does not read");
  }
  peer.disconnected();
}

Network::Impl::Task Network::Impl::tick(Peer& peer) {
  while (!stopped_) {
    co_await wait(tick_every);
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (stopped_ || cancelled != asio::cancellation_type::none) co_return;
    peer.tick();
  }
}

Network::Impl::Task Network::Impl::read_frames(core::SessionName name, std::shared_ptr<Connection> connection,
                                               Framer& framer, Peer& peer) {
  std::array<char, read_bytes> buffer;
  while (true) {
    const auto [error, size] = co_await connection->socket().async_read_some(asio::buffer(buffer), awaited);
    if (error) {
      const bool is_usual = connection->closing() || error == asio::error::eof;
      event(name, is_usual ? EventKind::usual : EventKind::trouble,
            "disconnected: " + (connection->closing() ? "closed on this side" : error.message()));
      if (connection->flushed()) connection->abort();  // nothing left to wait for
      co_return;
    }
    if (connection->closing()) continue;  // only waiting for the other side to close
    while (!peer.reads() && !connection->closing()) {
      co_await wait(not_reading_retry);
      const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
      if (stopped_ || cancelled != asio::cancellation_type::none) co_return;
    }
    framer.add({buffer.data(), size});
    if (!hand_over(name, *connection, framer, peer)) co_return;
  }
}

// Hands the peer every whole message; false when the connection must end.
bool Network::Impl::hand_over(const core::SessionName& name, Connection& connection, Framer& framer, Peer& peer) {
  while (!stopped_ && !connection.closing()) {
    const auto item = framer.next();
    if (!item) return true;
    switch (item->kind) {
      case Framer::Item::Kind::frame: peer.received(item->bytes); break;
      case Framer::Item::Kind::skipped: event(name, EventKind::trouble, "garbled, ignored: " + item->text); break;
      case Framer::Item::Kind::broken: event(name, EventKind::trouble, "disconnected: " + item->text); return false;
    }
  }
  return !stopped_;
}

void Network::Impl::stop() {
  stopped_ = true;
  error_code ignored;
  for (const auto& acceptor : acceptors_) acceptor->close(ignored);
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) connection->abort();
  }
  for (asio::steady_timer* timer : timers_) timer->cancel();
}

Network::Network(asio::io_context& io, MessageLog& log, NetworkLimits limits)
    : impl_(std::make_shared<Impl>(io, log, limits)) {}
Network::~Network() { stop(); }
void Network::dial(const core::SessionName& name, Address address, Peer& peer) {
  impl_->dial(name, std::move(address), peer);
}
core::Result<std::uint16_t> Network::listen(Address address, std::vector<Expected> expected, Guests guests) {
  return impl_->listen(address, std::make_shared<Visitors>(std::move(expected), std::move(guests)));
}
void Network::stop() { impl_->stop(); }

}  // namespace fix

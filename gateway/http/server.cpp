#include "gateway/http/server.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "gateway/http/event_stream.hpp"
#include "gateway/http/wire.hpp"
#include "web/connection.hpp"

namespace gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds poll_interval{50};
constexpr milliseconds accept_pause{100};
constexpr std::size_t read_buffer_bytes = 128U << 10U;
constexpr web::Limits limits{max_http_header_bytes, max_http_body_bytes, "/files/", max_http_file_bytes};

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Carries answers from the threads of the engine and of the reads to the HTTP thread for as long as that one is there.
class Bridge {
 public:
  explicit Bridge(asio::io_context& context) : context_(&context) {}

  template <class Function>
  void post(Function function) {
    const std::lock_guard lock(mutex_);
    if (context_ != nullptr) asio::post(*context_, std::move(function));
  }
  void close() {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }

 private:
  std::mutex mutex_;
  asio::io_context* context_;
};

// Not what() of Boost's own exceptions, which names its source files.
std::string reason(const std::exception& error) {
  const auto* system = dynamic_cast<const boost::system::system_error*>(&error);
  return system != nullptr ? system->code().message() : error.what();
}

core::Result<tcp::endpoint> endpoint_of(const HttpSettings& settings) {
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(settings.address, error);
  if (error) return core::fail(settings.address, "is not an address such as 127.0.0.1");
  const bool has_tls = !settings.certificate.empty();
  if (has_tls && !settings.access.has_tokens())
    return core::fail(settings.address, "TLS without tokens lets anybody in");
  if (!has_tls && !address.is_loopback()) {
    return core::fail(settings.address, "is not an address of this machine; without TLS use 127.0.0.1");
  }
  return tcp::endpoint(address, settings.port);
}

// Null: without TLS.
core::Result<std::unique_ptr<asio::ssl::context>> tls_of(const HttpSettings& settings) {
  if (settings.certificate.empty()) return nullptr;
  return tls_context(settings.certificate, settings.key);
}

}  // namespace

class HttpServer::Listener {
 public:
  Listener(const HttpSettings& settings, Api api, std::unique_ptr<asio::ssl::context> tls)
      : timeout_(settings.request_timeout_ms),
        api_(std::move(api)),
        tls_(std::move(tls)),
        streams_(context_, api_, timeout_,
                 [this](std::function<void(const Respond&)> start) { return ask_for_stream(std::move(start)); }),
        acceptor_(context_) {
    bridge_ = std::make_shared<Bridge>(context_);
  }
  ~Listener() {
    bridge_->close();
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] core::Result<void> listen(const tcp::endpoint& endpoint) {
    const std::string place = endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
    boost::system::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use) {
      return core::fail(place, "is in use already; is another gateway running? Choose another port or stop it");
    }
    if (error) return core::fail(place, "cannot be listened on: " + error.message());
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Waiting {
    asio::steady_timer timer;
    std::optional<HttpResponse> response;
  };

  struct Connection {
    Connection(tcp::socket socket, asio::ssl::context* tls) : stream(std::move(socket), tls) {}
    Wire stream;
    beast::flat_buffer buffer{read_buffer_bytes};
    std::optional<std::chrono::steady_clock::time_point> idle_since;  // nothing while a request is answered
    bool was_stream = false;                                          // its socket went over to an event stream
  };

  asio::awaitable<void> accept() {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(as_result);
      if (error) {
        // Out of file descriptors, most likely: let some close first.
        asio::steady_timer pause(context_, accept_pause);
        co_await pause.async_wait(as_result);
        continue;
      }
      if (connections_.size() >= max_http_connections && !close_the_idlest()) {
        if (!tls_) turn_away(std::move(socket));  // over TLS it would not be understood
        continue;
      }
      auto connection = std::make_shared<Connection>(std::move(socket), tls_.get());
      connections_.insert(connection.get());
      asio::co_spawn(context_, serve(*connection),
                     [this, connection](const std::exception_ptr&) { connections_.erase(connection.get()); });
    }
  }

  // Makes room: whoever has waited longest without having sent a whole request goes. False when all are being answered.
  bool close_the_idlest() {
    Connection* idlest = nullptr;
    for (Connection* each : connections_) {
      if (each->idle_since && (idlest == nullptr || *each->idle_since < *idlest->idle_since)) idlest = each;
    }
    if (idlest == nullptr) return false;
    idlest->stream.close();
    connections_.erase(idlest);
    return true;
  }

  // Without waiting: a short text always fits into the buffer of a fresh socket.
  static void turn_away(tcp::socket socket) {
    const auto message = web::wire(problem(503, "Too many connections; try again."), 11, false, false);
    std::ostringstream text;
    text << message;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text.str()), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  asio::awaitable<void> serve(Connection& connection) {
    connection.idle_since = std::chrono::steady_clock::now();
    connection.stream.expires_after(timeout_);
    bool goes_on = co_await connection.stream.begin();
    if (!goes_on) co_return;
    while (goes_on) goes_on = co_await serve_one(connection);
    if (connection.was_stream) co_return;
    connection.idle_since = std::chrono::steady_clock::now();
    co_await connection.stream.end();
  }

  // False when the connection is at its end.
  asio::awaitable<bool> serve_one(Connection& connection) {
    auto& [stream, buffer, idle_since, was_stream] = connection;
    idle_since = std::chrono::steady_clock::now();
    web::Parser parser;
    stream.expires_after(timeout_);  // for the whole request, so that a byte now and then does not hold a connection
    const boost::system::error_code error = co_await web::read_request(stream, buffer, parser, limits);
    if (!stream.is_open()) co_return false;  // close_the_idlest() was faster: do nothing that goes unanswered
    idle_since.reset();
    const bool head = parser.get().method() == http::verb::head;
    const unsigned version = parser.get().version();
    bool keep_alive = !error && parser.get().keep_alive();
    std::optional<HttpResponse> response;
    if (error) {
      response = web::unreadable(error, std::string(parser.get().target()), limits);
    } else {
      const HttpRequest request = web::plain(parser.get());
      response = co_await answer(request);
      if (response->status == 101 && (streams_.is_full() || buffer.size() > 0)) {
        response = streams_.is_full() ? problem(503, "Too many event streams; try again.")
                                      : problem(400, "There are frames before the WebSocket is open.");
      }
      if (response->status == 101) {
        was_stream = true;
        co_await streams_.serve(std::move(stream), parser.release(), request, response->seq);
        co_return false;
      }
    }
    if (!response) co_return false;
    auto message = web::wire(*std::move(response), error ? 11 : version, keep_alive, head);
    stream.expires_after(timeout_);
    const auto [write_error, written] = co_await http::async_write(stream, message, as_result);
    co_return keep_alive && !write_error;
  }

  asio::awaitable<HttpResponse> answer(const HttpRequest& request) {
    const auto asked = std::chrono::steady_clock::now();
    while (true) {
      HttpResponse response = co_await ask(request);
      const auto now = std::chrono::steady_clock::now();
      if (now >= asked + milliseconds(response.poll_for_ms)) co_return response;
      asio::steady_timer pause(context_, poll_interval);
      co_await pause.async_wait(as_result);
    }
  }

  asio::awaitable<HttpResponse> ask(const HttpRequest& request) {
    auto response = co_await ask_for([this, &request](const Respond& respond) { api_.handle(request, respond); });
    if (response) co_return *std::move(response);
    if (request.method == "GET") co_return problem(503, "The gateway did not answer in time; ask again.");
    co_return problem(504,
                      "The engine did not answer in time. Whether it did it is not known: send the same again with the "
                      "same Idempotency-Key.");
  }

  asio::awaitable<HttpResponse> ask_for_stream(std::function<void(const Respond&)> start) {
    auto response = co_await ask_for(std::move(start));
    if (response) co_return *std::move(response);
    co_return problem(503, "The gateway did not answer in time; ask again.");
  }

  // Nothing when its time was up.
  asio::awaitable<std::optional<HttpResponse>> ask_for(std::function<void(const Respond&)> start) {
    const std::uint64_t ticket = ++last_ticket_;
    Waiting waiting{asio::steady_timer(context_, timeout_), std::nullopt};
    waiting_.emplace(ticket, &waiting);
    // The engine keeps only a number: what it holds on to may outlive this server.
    const auto respond = [bridge = bridge_, this, ticket](HttpResponse response) {
      bridge->post([this, ticket, response = std::move(response)]() mutable { deliver(ticket, std::move(response)); });
    };
    try {
      start(respond);
    } catch (const std::exception& error) {
      respond(problem(500, "The gateway could not handle this request: " + reason(error)));
    }
    co_await waiting.timer.async_wait(as_result);
    waiting_.erase(ticket);
    co_return std::move(waiting.response);
  }

  void deliver(std::uint64_t ticket, HttpResponse response) {
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) return;
    found->second->response = std::move(response);
    found->second->timer.cancel();
  }

  // In this order: what the coroutines use must outlive the context that destroys them.
  const milliseconds timeout_;
  Api api_;
  std::unique_ptr<asio::ssl::context> tls_;  // null: without TLS
  EventStreams streams_;
  std::uint16_t port_ = 0;
  std::unordered_set<Connection*> connections_;
  std::uint64_t last_ticket_ = 0;
  std::unordered_map<std::uint64_t, Waiting*> waiting_;
  std::shared_ptr<Bridge> bridge_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return listener_->port(); }

core::Result<void> HttpServer::try_tls(const HttpSettings& settings) {
  return tls_of(settings).map([](const auto&) {});
}

core::Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpSettings& settings, CommandPort& port,
                                                            Reads& reads, Explain explain, Jobs& jobs) {
  const core::Result<tcp::endpoint> endpoint = endpoint_of(settings);
  if (!endpoint) return tl::unexpected(endpoint.error());
  auto tls = tls_of(settings);
  if (!tls) return tl::unexpected(tls.error());
  auto listener = std::make_unique<Listener>(settings, Api(port, reads, std::move(explain), jobs, settings.access),
                                             *std::move(tls));
  const core::Result<void> listening = listener->listen(*endpoint);
  if (!listening) return tl::unexpected(listening.error());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(listener)));
}

}  // namespace gateway

#include "simulator/control/control_server.hpp"

#include <array>
#include <set>

#include "simulator/settings.hpp"
#include "web/connection.hpp"

namespace simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::chrono::seconds request_timeout{30};
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t most_lingering_bytes = 4U << 20U;
constexpr web::Limits limits{max_control_header_bytes, max_control_body_bytes};
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

using Stream = std::shared_ptr<beast::tcp_stream>;

// What breaks down in a request ends the simulator, as it does in a message of a client: its journal cannot be written,
// say.
void rethrow(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

// Says that nothing follows, and reads on for a moment: closing with bytes unread would take the answer away from the
// client again (TCP reset).
asio::awaitable<void> linger(beast::tcp_stream& stream) {
  stream.expires_after(linger_time);
  boost::system::error_code failed;
  stream.socket().shutdown(asio::socket_base::shutdown_send, failed);
  if (failed) co_return;
  std::array<char, 16384> rest{};
  for (std::size_t read = 0; read < most_lingering_bytes;) {
    const auto [error, bytes] = co_await stream.async_read_some(asio::buffer(rest), as_result);
    if (error) break;
    read += bytes;
  }
}

std::string host_of(const files::Address& address) { return address.host == "localhost" ? "127.0.0.1" : address.host; }

}  // namespace

// What the coroutines have: it outlives the server as long as one of them is there.
struct ControlServer::State {
  State(asio::io_context& io, Control& its_control) : acceptor(io), control(&its_control) {}

  tcp::acceptor acceptor;
  Control* control;  // null: the server is gone
  std::set<Stream> streams;

  static asio::awaitable<void> accept(std::shared_ptr<State> state) {
    while (state->control != nullptr) {
      auto [error, socket] = co_await state->acceptor.async_accept(as_result);
      if (state->control == nullptr) co_return;
      if (error) {  // out of file descriptors, most likely: let some close first
        asio::steady_timer pause(state->acceptor.get_executor(), std::chrono::milliseconds(100));
        co_await pause.async_wait(as_result);
        continue;
      }
      if (state->streams.size() == max_control_connections) continue;  // it closes by itself
      auto stream = std::make_shared<beast::tcp_stream>(std::move(socket));
      state->streams.insert(stream);
      asio::co_spawn(state->acceptor.get_executor(), serve(state, stream), rethrow);
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<State> state, Stream stream) {
    beast::flat_buffer buffer(limits.header_bytes * 4);
    bool goes_on = true;
    while (goes_on) goes_on = co_await serve_one(*state, *stream, buffer);
    if (state->control != nullptr) co_await linger(*stream);
    state->streams.erase(stream);
  }

  static asio::awaitable<bool> serve_one(State& state, beast::tcp_stream& stream, beast::flat_buffer& buffer) {
    web::Parser parser;
    stream.expires_after(request_timeout);
    const boost::system::error_code error = co_await web::read_request(stream, buffer, parser, limits);
    if (state.control == nullptr) co_return false;
    const auto response = error ? web::unreadable(error, std::string(parser.get().target()), limits)
                                : std::optional(state.control->handle(web::plain(parser.get())));
    if (!response) co_return false;
    const bool keep_alive = !error && parser.get().keep_alive();
    const bool head = parser.get().method() == http::verb::head;
    const auto message = web::wire(*response, error ? 11 : parser.get().version(), keep_alive, head);
    stream.expires_after(request_timeout);
    const auto [write_error, written] = co_await http::async_write(stream, message, as_result);
    co_return keep_alive && !write_error && state.control != nullptr;
  }
};

core::Result<std::unique_ptr<ControlServer>> ControlServer::start(asio::io_context& io, const files::Address& address,
                                                                  Control& control) {
  if (const auto good = check_control(address); !good) return core::fail("control", good.error().message);
  boost::system::error_code error;
  const auto host = asio::ip::make_address(host_of(address), error);
  if (error) return core::fail("control", "'" + address.host + "' is not an address such as 127.0.0.1");
  auto state = std::make_shared<State>(io, control);
  const tcp::endpoint endpoint(host, address.port);
  state->acceptor.open(endpoint.protocol(), error);
  if (!error) state->acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) state->acceptor.bind(endpoint, error);
  if (!error) state->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return core::fail("control " + address.text(), "is in use already; stop who listens there, or choose another port");
  }
  if (error) return core::fail("control " + address.text(), "cannot be listened on: " + error.message());
  const std::uint16_t port = state->acceptor.local_endpoint().port();
  asio::co_spawn(io, State::accept(state), rethrow);
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(state), port));
}

ControlServer::~ControlServer() {
  state_->control = nullptr;
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  for (const Stream& stream : state_->streams) stream->close();
}

}  // namespace simulator

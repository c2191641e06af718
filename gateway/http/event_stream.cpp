#include "gateway/http/event_stream.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <memory>
#include <string_view>

namespace gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds look_interval{50};
constexpr milliseconds wait_at_most{1'000};  // then a stream sees whether its token still counts
constexpr int max_tries = 10;                // to read the database, a second apart
constexpr std::size_t max_frame_bytes = 4'096;
constexpr std::size_t max_reason_bytes = 120;  // RFC 6455: a control frame has 125, two of which are the code

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// A browser cannot send a token in a header of its own, so it offers it as one protocol, and this as the other.
constexpr std::string_view protocol = "prorata";

// One more as long as it is there.
class Counted {
 public:
  explicit Counted(int& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int& count_;
};

bool offers_protocol(const EventStreams::WsRequest& message) {
  for (const auto& each : beast::http::token_list(message[beast::http::field::sec_websocket_protocol])) {
    if (each == beast::string_view(protocol.data(), protocol.size())) return true;
  }
  return false;
}

}  // namespace

struct EventStreams::Stream {
  Stream(Wire wire, asio::io_context& context) : socket(std::move(wire)), wake(context) {}

  websocket::stream<Wire> socket;
  asio::steady_timer wake;
  std::int64_t after = 0;  // the number of the last change that was sent
  bool has_ended = false;  // the client went, or said something
  websocket::close_reason why{websocket::close_code::none};

  // Control frames are answered while this waits; anything else that comes is not understood here.
  static asio::awaitable<void> listen(std::shared_ptr<Stream> stream) {
    beast::flat_buffer buffer(max_frame_bytes);
    const auto [error, bytes] = co_await stream->socket.async_read(buffer, as_result);
    if (!error) stream->why = {websocket::close_code::policy_error, "Nothing is read here."};
    stream->has_ended = true;
    stream->wake.cancel();
  }
};

asio::awaitable<void> EventStreams::serve(Wire wire, WsRequest message, HttpRequest request, std::int64_t after) {
  auto stream = std::make_shared<Stream>(std::move(wire), context_);
  websocket::stream<Wire>& socket = stream->socket;
  beast::get_lowest_layer(socket).expires_never();  // the timeouts are the WebSocket's from here on
  socket.set_option(websocket::stream_base::timeout{timeout_, timeout_, true});
  socket.set_option(websocket::stream_base::decorator([named = offers_protocol(message)](auto& response) {
    response.set(beast::http::field::server, "prorata");
    if (named) {
      response.set(beast::http::field::sec_websocket_protocol, beast::string_view(protocol.data(), protocol.size()));
    }
  }));
  socket.read_message_max(max_frame_bytes);
  socket.text(true);
  const auto [error] = co_await socket.async_accept(message, as_result);
  if (error) co_return;
  stream->after = after;
  const Counted counted(open_);
  if (!std::exchange(follows_, true)) asio::co_spawn(context_, follow_journal(), asio::detached);
  asio::co_spawn(context_, Stream::listen(stream), asio::detached);
  co_await tell(*stream, request);
  if (stream->why.code != websocket::close_code::none) co_await socket.async_close(stream->why, as_result);
  beast::get_lowest_layer(socket).close();  // listen() ends by it
}

// Sends on and on, until the stream ends.
asio::awaitable<void> EventStreams::tell(Stream& stream, const HttpRequest& request) {
  for (int tries = 0; !stream.has_ended;) {
    if (!api_.admits(request)) {
      stream.why = {websocket::close_code::policy_error, "The token does not count any more."};
      co_return;
    }
    if (stream.after >= 0 && stream.after == last_seq_) {
      stream.wake.expires_after(wait_at_most);
      waiting_.insert(&stream.wake);
      co_await stream.wake.async_wait(as_result);
      waiting_.erase(&stream.wake);
      if (stream.after == last_seq_) continue;
    }
    HttpResponse piece = co_await ask_([this, after = stream.after](const Respond& respond) {
      return after < 0 ? api_.tell_all(respond) : api_.tell_changes(after, respond);
    });
    if (piece.status == 200) {
      tries = 0;
      if (!co_await send(stream, std::move(piece))) co_return;
      continue;
    }
    if (piece.status != 503 || ++tries >= max_tries) {
      const std::string reason = piece.status == 409 ? "There is no such change yet; take a snapshot."
                                                     : "The database cannot be read just now; come again.";
      stream.why = {piece.status == 409 ? websocket::close_code::policy_error : websocket::close_code::try_again_later,
                    reason.substr(0, max_reason_bytes)};
      co_return;
    }
    stream.wake.expires_after(wait_at_most);
    co_await stream.wake.async_wait(as_result);
  }
}

// The lines of the piece, a message each. False: the client is gone.
asio::awaitable<bool> EventStreams::send(Stream& stream, HttpResponse piece) {
  std::string_view rest = piece.body;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto [error, bytes] = co_await stream.socket.async_write(asio::buffer(line), as_result);
    if (error || stream.has_ended) co_return !error;
  }
  stream.after = piece.seq;
  last_seq_ = std::max(last_seq_, piece.seq);
  co_return true;
}

// Looks for the journal's last number as long as anybody is there to be told, and wakes who waits.
asio::awaitable<void> EventStreams::follow_journal() {
  while (open_ > 0) {
    const HttpResponse last = co_await ask_([this](const Respond& respond) { api_.tell_last_change(respond); });
    if (last.status == 200 && last.seq > last_seq_) {
      last_seq_ = last.seq;
      for (asio::steady_timer* timer : waiting_) timer->cancel();
    }
    asio::steady_timer pause(context_, look_interval);
    co_await pause.async_wait(as_result);
  }
  follows_ = false;
}

}  // namespace gateway

#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <set>

#include "gateway/http/api.hpp"
#include "gateway/http/wire.hpp"

namespace gateway {

// Fewer than connections, so that a crowd of streams leaves room for orders.
inline constexpr int max_streams = 16;

// The event streams over WebSocket, all on the HTTP thread. Nothing is queued for anybody: each stream reads on from
// where it is when what it had is sent, so that a slow client only falls behind. One look at the database every 50 ms
// serves all who wait.
class EventStreams {
 public:
  using WsRequest = boost::beast::http::request<boost::beast::http::string_body>;
  // Starts a question and waits for its answer.
  using Ask = std::function<boost::asio::awaitable<HttpResponse>(std::function<void(const Respond&)>)>;

  // All must outlive it. `timeout`: how long a client may be without a sign of life.
  EventStreams(boost::asio::io_context& context, Api& api, std::chrono::milliseconds timeout, Ask ask)
      : context_(context), api_(api), timeout_(timeout), ask_(std::move(ask)) {}

  [[nodiscard]] bool is_full() const { return open_ >= max_streams; }
  // Until the client goes. `after`: the last change that the client has; below zero: none, a snapshot comes first.
  [[nodiscard]] boost::asio::awaitable<void> serve(Wire wire, WsRequest message, HttpRequest request,
                                                   std::int64_t after);

 private:
  struct Stream;
  [[nodiscard]] boost::asio::awaitable<bool> send(Stream& stream, HttpResponse piece);
  [[nodiscard]] boost::asio::awaitable<void> tell(Stream& stream, const HttpRequest& request);
  [[nodiscard]] boost::asio::awaitable<void> follow_journal();

  boost::asio::io_context& context_;
  Api& api_;
  const std::chrono::milliseconds timeout_;
  Ask ask_;
  int open_ = 0;
  bool follows_ = false;
  std::int64_t last_seq_ = 0;  // of the journal, as far as is known
  std::set<boost::asio::steady_timer*> waiting_;
};

}  // namespace gateway

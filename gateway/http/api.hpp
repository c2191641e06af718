#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/commands.hpp"
#include "gateway/explain/explain.hpp"
#include "gateway/http/access.hpp"
#include "gateway/http/call.hpp"
#include "gateway/http/desk_api.hpp"
#include "gateway/http/jobs.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/read_pool.hpp"

namespace gateway {

// explain() of a database. Called on several threads at a time.
using Explain = std::function<core::Result<Explanation>(const FillName&)>;

// The HTTP API: which request does what. Knows nothing of sockets. All calls on one thread, which waits for nobody:
// what is read from the database is left to `reads`, so that orders, cancels, sessions and health never wait for it.
class Api {
 public:
  // `port`, `reads` and `jobs` must outlive the API.
  Api(CommandPort& port, Reads& reads, Explain explain, Jobs& jobs, Access access)
      : access_(std::move(access)),
        port_(port),
        reads_(reads),
        explain_(std::move(explain)),
        jobs_(jobs),
        desk_(port, reads) {}

  // `respond` is called once: at once when nobody need be asked, else on the engine's thread or on one of `reads`,
  // which may drop it at the end. It must not throw.
  void handle(const HttpRequest& request, const Respond& respond);

  // For an event stream, which begins with a 101 of handle(): whether its token still counts, and the pieces that it
  // tells: where the desk is; what has changed since (409: nothing has that number yet); the last number. 503: not now.
  [[nodiscard]] bool admits(const HttpRequest& request) const { return access_.admit(request).has_value(); }
  void tell_all(const Respond& respond);
  void tell_changes(std::int64_t after, const Respond& respond);
  void tell_last_change(const Respond& respond);

 private:
  // It holds on to nothing of the call or the API.
  struct Read {
    std::function<HttpResponse(ReadModel&)> from;
    int wait_ms = 0;  // how long the caller waits for something to read
  };
  using Asked = tl::expected<Read, HttpResponse>;  // or what is wrong with asking for it

  void route(const Call& call, const Respond& respond);
  void route_order(const Call& call, const Respond& respond);
  void post_order(const Call& call, const Respond& respond);
  void post_basket(const Call& call, const Respond& respond);
  void enter(const Call& call, std::vector<OrderRequest> orders, bool dry_run, const Respond& respond);
  void post_cancel(const Call& call, const std::string& order, const Respond& respond);
  void post_settlement(const Call& call, const std::string& number, const Respond& respond);
  void read(Asked asked, const Respond& respond);
  [[nodiscard]] static HttpResponse begin_stream(const Call& call);
  void get_status(bool health, const Respond& respond);
  [[nodiscard]] static Asked get_orders(const Call& call);
  [[nodiscard]] static Asked get_order(const Call& call, const std::string& order);
  [[nodiscard]] static Asked get_log(const Call& call);
  [[nodiscard]] static Asked get_positions(const Call& call);
  [[nodiscard]] static Asked get_breaks(const Call& call);
  [[nodiscard]] HttpResponse post_job(const Call& call, const std::string& name);
  [[nodiscard]] HttpResponse get_job(const Call& call, const std::string& id);
  [[nodiscard]] Asked get_explanation(const Call& call, const std::string& exec);

  Access access_;
  CommandPort& port_;
  Reads& reads_;
  Explain explain_;
  Jobs& jobs_;
  DeskApi desk_;
};

}  // namespace gateway

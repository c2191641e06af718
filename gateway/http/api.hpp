#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/commands.hpp"
#include "gateway/http/jobs.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/read_model.hpp"

namespace gateway {

// The split of a fill as a JSON document, or nothing when there is no such fill. `broker` is empty when the caller
// names none: then the ExecID of any broker will do.
using Explain = std::function<std::optional<std::string>(const core::ExecId&, const core::SessionName& broker)>;

// The HTTP API: which request does what. Knows nothing of sockets. All calls on one thread.
class Api {
 public:
  // `port`, `read_model` and `jobs` must outlive the API.
  Api(CommandPort& port, ReadModel& read_model, Explain explain, Jobs& jobs)
      : port_(port), read_model_(read_model), explain_(std::move(explain)), jobs_(jobs) {}

  using Respond = std::function<void(HttpResponse)>;

  // `respond` is called once: at once for what is only read, on the engine's thread for what the engine answers.
  void handle(const HttpRequest& request, Respond respond);

 private:
  struct Call;  // a request whose target has been taken apart

  [[nodiscard]] static tl::expected<Call, HttpResponse> take_apart(const HttpRequest& request);
  [[nodiscard]] static std::optional<HttpResponse> wrong_query(const Call& call, std::vector<std::string> known);
  [[nodiscard]] tl::expected<Caller, HttpResponse> caller(const Call& call, bool dry_run);

  void route(const Call& call, Respond& respond);
  void route_order(const Call& call, Respond& respond);
  void post_order(const Call& call, Respond& respond);
  void post_basket(const Call& call, Respond& respond);
  void enter(const Call& call, std::vector<OrderRequest> orders, bool dry_run, Respond& respond);
  void post_cancel(const Call& call, const std::string& order, Respond& respond);
  void route_break(const Call& call, Respond& respond);
  void post_settlement(const Call& call, const std::string& number, Respond& respond);
  void get_sessions(bool health, Respond& respond);
  [[nodiscard]] HttpResponse get_orders(const Call& call);
  [[nodiscard]] bool is_unknown(const core::ModelCode& model);
  [[nodiscard]] HttpResponse get_order(const Call& call, const std::string& order);
  [[nodiscard]] HttpResponse get_log(const Call& call);
  [[nodiscard]] HttpResponse get_positions(const Call& call);
  [[nodiscard]] HttpResponse get_breaks(const Call& call);
  [[nodiscard]] HttpResponse post_job(const Call& call, const std::string& name);
  [[nodiscard]] HttpResponse get_job(const Call& call, const std::string& id);
  [[nodiscard]] HttpResponse get_explanation(const Call& call, const std::string& exec);

  CommandPort& port_;
  ReadModel& read_model_;
  Explain explain_;
  Jobs& jobs_;
  std::uint64_t dry_runs_ = 0;
};

}  // namespace gateway

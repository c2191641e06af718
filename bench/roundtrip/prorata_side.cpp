#include "bench/roundtrip/prorata_side.hpp"

#include <chrono>

#include "bench/support/house.hpp"
#include "fix/memory_store.hpp"

namespace bench {
namespace {

constexpr const char* dictionary = PRORATA_SOURCE_DIR "/fix-specs/FIX44.xml";
const core::SystemClock system_clock;

NoLog no_log;

// The broker: one fill for each order, in full.
class Executor final : public fix::SessionOwner {
 public:
  Executor() {
    loop_.run([this] {
      session_ = must(fix::Session::create({.name = core::SessionName("EXECUTOR"),
                                            .sender_comp_id = "BROKER",
                                            .target_comp_id = "DESK",
                                            .role = fix::Role::listening,
                                            .dictionary = dictionary,
                                            .never_resend_orders = false},
                                           store_, *this, no_log, system_clock));
      network_ = std::make_unique<fix::Network>(loop_.io, no_log);
      port_ = must(network_->listen({"127.0.0.1", 0}, {{"FIX.4.4", "DESK", "BROKER", session_.get()}}));
    });
  }
  ~Executor() override {
    loop_.run([this] { network_->stop(); });
  }
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void on_logon(const core::SessionName&) override {}
  void on_logout(const core::SessionName&, std::string_view) override {}
  void on_unreadable(const core::SessionName&, const fix::UnreadableMessage&) override {}
  void on_message(const core::SessionName&, const fix::Header&, const fix::Message& message) override {
    const auto* order = std::get_if<fix::NewOrderSingle>(&message);
    if (order == nullptr) return;
    const std::string number = std::to_string(++orders_);
    (void)!session_->send(fix::ExecutionReport{.order_id = "O" + number,
                                               .exec_id = "E" + number,
                                               .cl_ord_id = order->cl_ord_id,
                                               .exec_type = fix::ExecType::trade,
                                               .ord_status = fix::OrdStatus::filled,
                                               .symbol = order->symbol,
                                               .side = order->side,
                                               .last_quantity = order->quantity,
                                               .last_price = *order->limit,
                                               .cumulative_quantity = order->quantity,
                                               .average_price = *order->limit,
                                               .transact_time = order->transact_time});
  }

  fix::MemoryStore store_;
  std::unique_ptr<fix::Session> session_;
  std::unique_ptr<fix::Network> network_;
  std::uint16_t port_ = 0;
  int orders_ = 0;
  Loop loop_;
};

}  // namespace

std::vector<std::int64_t> prorata_round_trips(const std::filesystem::path& folder, int accounts, int warm_up,
                                              int count) {
  Executor executor;
  House house(folder, {.models = 1, .accounts = accounts}, executor.port());
  std::vector<std::int64_t> trips;
  for (int i = 1; i <= warm_up + count; ++i) {
    const Steady::time_point sent = Steady::now();
    house.buy(1, 1'000);
    const auto took = house.journal().wait_for(static_cast<std::size_t>(i)) - sent;
    if (i > warm_up) trips.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(took).count());
  }
  return trips;
}

}  // namespace bench

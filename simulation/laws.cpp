#include "simulation/laws.hpp"

#include "core/random.hpp"

namespace simulation {

namespace {

class Digest {
 public:
  void add(std::uint64_t number) { value_ = core::mix(value_ ^ number); }
  void add(std::int64_t number) { add(static_cast<std::uint64_t>(number)); }
  void add(std::string_view text) { add(core::stable_hash(text)); }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

void add(Digest& digest, const gateway::Order& order) {
  digest.add(text(state_of(order)));
  digest.add(order.parts.filled().raw);
  for (const alloc::Part& part : order.parts.parts()) {
    digest.add(part.units), digest.add(part.cost), digest.add(part.commission);
  }
  digest.add(order.broker_filled.raw);
  digest.add(order.pending_cancel_id), digest.add(order.broker_order_id), digest.add(order.text);
  digest.add(std::uint64_t{order.uncertain});
  for (const std::string& id : order.fill_exec_ids) digest.add(id);
}

std::uint64_t digest_of(const gateway::State& state) {
  Digest digest;
  for (const auto& order : state.orders().all()) add(digest, *order);
  for (std::size_t g = 0; g < state.book().group_count(); ++g) {
    const auto group = static_cast<alloc::GroupIndex>(g);
    for (const auto& [symbol, row] : state.book().instruments_of(group)) {
      for (const alloc::Holding& holding : row.by_slot) digest.add(holding.quantity.raw), digest.add(holding.cost);
    }
    for (const auto& [currency, row] : state.book().cash_of(group)) {
      for (const std::int64_t minor : row.by_slot) digest.add(minor);
    }
  }
  digest.add(static_cast<std::uint64_t>(state.break_count()));
  return digest.value();
}

}  // namespace

std::optional<std::string> Laws::broken_by(const gateway::State& state) {
  if (state.last_seq() == last_seq_) return std::nullopt;
  if (state.is_settled()) {
    last_seq_ = state.last_seq();
    digests_[last_seq_] = digest_of(state);
    if (!state.book().balanced()) return "the book does not balance";
  }
  for (const auto& order : state.orders().all()) {
    if (auto broken = broken_by(*order)) return "order " + order->id().text() + ": " + *broken;
  }
  return std::nullopt;
}

std::optional<std::string> Laws::broken_by(const gateway::Order& order) {
  const std::vector<std::int64_t>& weights = order.parts.split().weights();
  core::Int128 total = 0;
  for (const std::int64_t weight : weights) total += weight;
  const core::Int128 k = order.parts.filled().raw / order.parts.unit().raw;
  core::Int128 units = 0;
  std::vector<std::int64_t>& before = units_[order.number];
  before.resize(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::int64_t got = order.parts.split().units()[i];
    const core::Int128 floor = k * weights[i] / total;
    const bool is_ceiling = got == floor + 1 && k * weights[i] % total != 0;
    if (got != floor && !is_ceiling) return "an account is a unit away from its share";
    if (got < before[i]) return "a unit was taken back";
    before[i] = got;
    units += got;
  }
  if (units != k) return "the parts do not sum to what is filled";
  if (order.parts.filled() > order.entered.quantity) return "more is filled than was ordered";
  return order.parts.is_settled() ? wrong_cents(order) : std::nullopt;
}

std::optional<std::string> Laws::wrong_cents(const gateway::Order& order) {
  core::Int128 cost = 0;
  core::Int128 fees = 0;
  for (std::size_t i = 0; i < order.parts.parts().size(); ++i) {
    const alloc::Part& part = order.parts.parts()[i];
    if (part.units != order.parts.split().units()[i]) return "a part is not what the split gave";
    cost += part.cost;
    fees += part.commission;
  }
  if (cost != order.parts.cost_minor()) return "the costs of the parts do not sum to the notional";
  if (fees != order.parts.commission_minor()) return "the fees of the parts do not sum to the fees";
  return std::nullopt;
}

std::optional<std::string> Laws::broken_by_replay(const gateway::State& state) {
  if (digests_.empty()) return std::nullopt;  // the first start has nothing to replay
  // What was not durable is gone, and its numbers are given again.
  units_.clear();
  last_seq_ = -1;
  digests_.erase(digests_.upper_bound(state.last_seq()), digests_.end());
  const auto known = digests_.find(state.last_seq());
  if (known == digests_.end()) return "the journal ends within a step";
  if (known->second != digest_of(state)) return "the journal replayed gives another state than the one that wrote it";
  return std::nullopt;
}

}  // namespace simulation

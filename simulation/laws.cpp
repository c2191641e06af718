#include "simulation/laws.hpp"

#include <utility>

#include "core/random.hpp"

namespace simulation {

namespace {

// Of all that the state says; what it has let go of, and when, makes no difference.
std::uint64_t digest_of(const gateway::State& state) {
  std::uint64_t digest = 0;
  for (const gateway::Snapshot::Part& part : state.whole_snapshot().parts) {
    digest = core::mix(digest ^ core::stable_hash(part.name));
    digest = core::mix(digest ^ core::stable_hash(*part.bytes));
  }
  return digest;
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
  if (order.parts.is_retired()) return std::nullopt;  // looked at when it was finished
  const std::vector<std::int64_t>& weights = order.parts.split().weights();
  core::Int128 total = 0;
  for (const std::int64_t weight : weights) total += weight;
  const core::Int128 k = order.parts.filled().raw / order.parts.unit().raw;
  core::Int128 units = 0;
  std::vector<std::int64_t>& before = units_[order.number];
  before.resize(weights.size());
  int& restated = restated_[order.number];
  // A bust or a correction, and nothing else, may take units back.
  if (std::exchange(restated, order.restated) != order.restated) before.assign(weights.size(), 0);
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
  restated_.clear();
  last_seq_ = -1;
  digests_.erase(digests_.upper_bound(state.last_seq()), digests_.end());
  const auto known = digests_.find(state.last_seq());
  if (known == digests_.end()) return "the journal ends within a step";
  if (known->second != digest_of(state)) return "the journal replayed gives another state than the one that wrote it";
  return std::nullopt;
}

}  // namespace simulation

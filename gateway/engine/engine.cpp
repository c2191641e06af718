#include "gateway/engine/engine.hpp"

#include <map>
#include <utility>

#include "core/check.hpp"
#include "core/random.hpp"

// People's commands. What brokers say is in reports.cpp.
namespace gateway {

namespace {

// Of what a command asks, without its key: a key that comes again must come with the same.
std::uint64_t digest(const EnterOrders& command) {
  std::string content = "enter";
  const auto add = [&](std::string_view part) { content.append(1, '\x01').append(part); };
  for (const OrderRequest& request : command.orders) {
    add(core::text(request.side)), add(request.quantity.text()), add(request.symbol.text());
    add(core::text(request.type)), add(request.limit ? request.limit->text() : "");
    add(core::text(request.time_in_force)), add(request.model.text()), add(request.broker.text());
    add(request.security_type), add(request.exchange), add(request.currency ? request.currency->text() : "");
    for (const AskedPart& part : request.parts) {
      add("part"), add(part.account.text()), add(part.model.text()), add(part.quantity.text());
    }
    if (!request.proposal.empty()) add("proposal"), add(request.proposal);
  }
  return core::stable_hash(content);
}

// What stake goes with the money of each share.
void add_stakes(const PlannedOrder& order, SharesSealed& sealed, const State& state) {
  std::map<std::pair<core::AccountId, core::ModelCode>, std::int64_t> stakes;
  for (const AskedPart& part : order.request.parts) {
    if (part.stake != 0) stakes[{part.account, part.model}] = part.stake;
  }
  if (stakes.empty()) return;
  for (Share& share : sealed.shares) {
    if (!share.does_money_leave) continue;
    const auto group = static_cast<alloc::GroupIndex>(*share.group);
    const alloc::AccountIndex account = state.book().accounts_of(group)[share.slot];
    const auto found = stakes.find({state.book().account_id(account), state.book().group_code(group)});
    if (found != stakes.end()) share.stake = found->second;
  }
}

}  // namespace

Engine::Engine(EngineSettings settings, Brokers& brokers) : settings_(std::move(settings)), brokers_(brokers) {}

void Engine::replay(const Entry& entry) {
  state_.apply(entry);
  state_.discard_changes();
  if (snapshot_seq_ > 0 || entry.seq % settings_.entries_per_snapshot != 0) return;
  state_.settle();
  state_.discard_changes();
  state_.age();
}

void Engine::set_archive(Archive* archive, ArchiveFailed failed) {
  archive_ = archive;
  archive_failed_ = std::move(failed);
  state_.set_archive(archive_, archive_failed_);
}

core::Result<void> Engine::restore(const Snapshot& snapshot) {
  CHECK(archive_ != nullptr && state_.last_seq() == 0);
  State restored;
  restored.set_archive(archive_, archive_failed_);
  if (auto done = restored.restore(snapshot); !done) return done;
  state_ = std::move(restored);
  snapshot_seq_ = snapshot.seq;
  return {};
}

void Engine::replay_done() {
  state_.settle();
  state_.discard_changes();
}

void Engine::import_desk(std::vector<Event> events, core::Time now) {
  for (Event& event : events) record(std::move(event), now);
}

void Engine::take_over_copy(core::Time copied_at, core::Time now) { record(CopyTakenOver{copied_at}, now); }

Answer Engine::enter(const EnterOrders& command, core::Time now) {
  state_.settle();
  const std::uint64_t asked = digest(command);
  if (const State::Done* done = state_.done_for(command.caller.key)) return answer_again(*done, asked, command.caller);

  Plan plan = plan_orders(command.orders, state_, settings_, brokers_, now);
  Answer answer;
  if (command.dry_run) {
    answer.warnings = std::move(plan.not_connected);
  } else {
    plan.refusals.insert(plan.refusals.end(), plan.not_connected.begin(), plan.not_connected.end());
  }
  if (!plan.refusals.empty()) {
    answer.refusals = std::move(plan.refusals);
    return answer;
  }
  for (PlannedOrder& order : plan.orders) {
    if (!command.dry_run) {
      send_order(order, command.caller, asked, now);
      answer.orders.push_back(order.id);
    } else {
      answer.previews.push_back(preview(order, state_));
    }
  }
  return answer;
}

void Engine::send_order(PlannedOrder& order, const Caller& caller, std::uint64_t asked, core::Time now) {
  order.id = next_order_id(now);
  const core::Result<int> seq_num = brokers_.send(order.request.broker, new_order_single(order, now));
  // The plan saw the session logged on, and nothing can change that within one step of the engine.
  CHECK(seq_num.has_value());
  record(order_entered(order, seal(order, now), *seq_num, caller, asked), now);
}

Answer Engine::cancel(const CancelOrder& command, core::Time now) {
  state_.settle();
  const std::uint64_t asked = core::stable_hash("cancel " + command.order.text());
  if (const State::Done* done = state_.done_for(command.caller.key)) return answer_again(*done, asked, command.caller);
  const auto refuse = [&](RefusalCode code, std::string message) {
    return Answer{.refusals = {{code, command.order.text(), std::move(message)}}, .previews = {}, .orders = {}};
  };
  const Order* order = state_.orders().find(command.order);
  if (order == nullptr) return refuse(RefusalCode::unknown_order, "there is no such order; see: prorata orders");
  const OrderState state = state_of(*order);
  if (is_finished(state)) {
    return refuse(RefusalCode::order_not_open,
                  "the order is " + std::string(text(state)) + "; nothing is left to cancel");
  }
  if (state == OrderState::pending_cancel) {
    return refuse(RefusalCode::order_not_open, "the broker was asked to cancel it already and has not answered yet");
  }
  if (state == OrderState::uncertain) {
    return refuse(RefusalCode::order_not_open,
                  "the order is uncertain: whether the broker has it is being asked; cancel it when that is answered");
  }
  if (!brokers_.is_logged_on(order->entered.broker)) {
    return refuse(RefusalCode::broker_not_connected,
                  "the session " + order->entered.broker.text() + " is not logged on; see: prorata sessions");
  }
  const std::string cancel_id = order->id().text() + ".C" + std::to_string(order->cancels_sent + 1);
  const core::Result<int> seq_num =
      brokers_.send(order->entered.broker, fix::OrderCancelRequest{.cl_ord_id = cancel_id,
                                                                   .orig_cl_ord_id = order->id().text(),
                                                                   .order_id = order->broker_order_id,
                                                                   .symbol = order->entered.symbol,
                                                                   .side = order->entered.side,
                                                                   .quantity = order->entered.quantity,
                                                                   .transact_time = now});
  CHECK(seq_num.has_value());
  record(CancelRequested{order->id(), cancel_id, *seq_num, command.caller.key, asked, command.caller.who}, now);
  return Answer{.refusals = {}, .previews = {}, .orders = {command.order}};
}

Answer Engine::settle(const SettleBreak& command, core::Time now) {
  const std::string number = std::to_string(command.number);
  const std::uint64_t asked =
      core::stable_hash("settle " + number + '\x01' + std::string(text(command.settled_as)) + '\x01' + command.reason);
  if (const State::Done* done = state_.done_for(command.caller.key)) return answer_again(*done, asked, command.caller);
  const auto refuse = [&](RefusalCode code, std::string message) {
    return Answer{.refusals = {{code, number, std::move(message)}}, .previews = {}, .orders = {}};
  };
  const State::Break* kept = state_.find_break(command.number);
  if (kept == nullptr) return refuse(RefusalCode::unknown_break, "there is no such break; see: prorata breaks");
  if (!kept->settled_as.empty()) {
    return refuse(RefusalCode::break_settled,
                  "it is settled already, as " + kept->settled_as + " by " + kept->settled_by);
  }
  if (command.reason.empty()) return refuse(RefusalCode::malformed, "a break is settled with a reason, for the record");
  record(BreakSettled{.number = command.number,
                      .settled_as = std::string(text(command.settled_as)),
                      .reason = command.reason,
                      .key = command.caller.key,
                      .command = asked,
                      .who = command.caller.who},
         now);
  return {};
}

Answer Engine::answer_again(const State::Done& done, std::uint64_t asked, const Caller& caller) const {
  Answer answer;
  if (done.command != asked) {
    answer.refusals.push_back(
        {RefusalCode::key_reused, "Idempotency-Key",
         "'" + caller.key + "' belongs to another command, which was carried out; use a new key"});
    return answer;
  }
  answer.orders = done.orders;
  answer.repeated = true;
  if (!done.proposal.empty()) {
    const Answer now = told(done.proposal);
    answer.proposal = now.proposal, answer.hash = now.hash, answer.stage = now.stage;
  }
  return answer;
}

std::vector<OrderPreview> Engine::previews(const std::vector<core::OrderId>& orders) {
  state_.settle();
  std::vector<OrderPreview> previews;
  previews.reserve(orders.size());
  for (const core::OrderId& id : orders) {
    const Order& order = *state_.orders().find(id);
    state_.bring_back(order);
    previews.push_back(preview(planned_again(order, state_), state_));
  }
  return previews;
}

std::int64_t Engine::seal(const PlannedOrder& order, core::Time now) {
  if (!order.request.parts.empty()) {
    SharesSealed sealed = shares_sealed(order);
    add_stakes(order, sealed, state_);
    record(std::move(sealed), now);
    return state_.last_seq();
  }
  const alloc::GroupIndex group = order.legs.front().group;
  const SealedShares* last = state_.last_shares(group, order.request.side);
  const bool same =
      last != nullptr && last->slots == order.shares.slots && last->table->weights() == order.shares.weights;
  if (!same) record(shares_sealed(order), now);
  return state_.last_shares(group, order.request.side)->seq;
}

core::OrderId Engine::next_order_id(core::Time now) const {
  std::string id = core::fix_date(now) + "-" + std::to_string(state_.orders().all().size() + 1);
  if (!state_.name_tag().empty()) id += "-" + state_.name_tag();
  return core::OrderId(std::move(id));
}

Changes Engine::take_changes() {
  state_.settle();
  return state_.take_changes();
}

std::optional<Snapshot> Engine::take_snapshot(bool is_stopping) {
  const std::int64_t since = state_.last_seq() - snapshot_seq_;
  if (archive_ == nullptr || since < (is_stopping ? 1 : settings_.entries_per_snapshot)) return std::nullopt;
  snapshot_seq_ = state_.last_seq();
  return state_.take_snapshot();
}

std::vector<Entry> Engine::take_entries() { return std::exchange(entries_, {}); }

void Engine::record(Event event, core::Time now) {
  Entry entry{state_.last_seq() + 1, now, std::move(event)};
  state_.apply(entry);
  entries_.push_back(std::move(entry));
}

}  // namespace gateway

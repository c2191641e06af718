#include "gateway/engine/planning.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "alloc/largest_remainder.hpp"
#include "core/random.hpp"
#include "gateway/engine/commitments.hpp"
#include "gateway/engine/means.hpp"
#include "gateway/engine/terms.hpp"

namespace gateway {

namespace {

// The checks of one order, in the order of RefusalCode.
class Planner {
 public:
  Planner(const State& state, const EngineSettings& settings, const Brokers& brokers, Commitments& commitments,
          core::Time now)
      : state_(state), settings_(settings), brokers_(brokers), commitments_(commitments), now_(now) {}

  std::optional<Refusal> plan(const OrderRequest& request, PlannedOrder& order) {
    order.request = request;
    request_ = &order.request;
    if (auto refusal = check_form()) return refusal;
    if (auto refusal = check_asked()) return refusal;
    if (auto refusal = find(order)) return refusal;
    if (auto refusal = check_instrument(*order.instrument)) return refusal;
    if (auto refusal = share_out(order)) return refusal;
    if (auto refusal = check_value(order)) return refusal;
    return check_means(order);
  }

  // As far as nothing depends on what its sleeves have.
  std::optional<Refusal> check(const OrderRequest& request, PlannedOrder& order) {
    order.request = request;
    request_ = &order.request;
    if (auto refusal = check_form()) return refusal;
    if (auto refusal = check_asked()) return refusal;
    if (auto refusal = find(order)) return refusal;
    if (auto refusal = check_instrument(*order.instrument)) return refusal;
    return check_value(order);
  }

  // Of an order that passed; says nothing against the order, so it is told apart.
  [[nodiscard]] std::optional<Refusal> check_connected() const {
    if (brokers_.is_logged_on(request_->broker)) return std::nullopt;
    return refuse(RefusalCode::broker_not_connected, "Broker",
                  "the session " + request_->broker.text() + " is not logged on; see: prorata sessions");
  }

 private:
  // A part that is asked for, and where it goes.
  struct Asked {
    alloc::GroupIndex group{};
    alloc::AccountIndex account{};
    alloc::SlotIndex slot{};  // once its place in the group was found
    const AskedPart* part = nullptr;
    const portfolio::Model* model = nullptr;  // nothing: Independent
  };

  [[nodiscard]] Refusal refuse(RefusalCode code, std::string_view field, std::string message) const {
    const std::string place =
        request_->place.empty() ? std::string(field) : request_->place + ": " + std::string(field);
    return {code, place, std::move(message)};
  }
  [[nodiscard]] Refusal refuse(RefusalCode code, const AskedPart& part, std::string_view field,
                               std::string message) const {
    return refuse(code, "Parts: " + sleeve_name(part.account, part.model) + ": " + std::string(field),
                  std::move(message));
  }

  [[nodiscard]] std::optional<Refusal> check_form() const {
    if (request_->quantity.raw <= 0) {
      return refuse(RefusalCode::malformed, "Quantity",
                    "is " + request_->quantity.text() + "; an order is for more than zero");
    }
    if ((request_->type == core::OrderType::limit) != request_->limit.has_value()) {
      return refuse(RefusalCode::malformed, "LmtPrice", "a limit order has a limit price, a market order has none");
    }
    if (request_->limit && request_->limit->raw <= 0) {
      return refuse(RefusalCode::malformed, "LmtPrice",
                    "is " + request_->limit->text() + "; a limit price is above zero");
    }
    return std::nullopt;
  }

  // What is asked for sleeve by sleeve, as far as it can be seen without looking anything up.
  [[nodiscard]] std::optional<Refusal> check_asked() {
    if (request_->parts.empty()) return std::nullopt;
    const core::ModelCode& first = request_->parts.front().model;
    bool is_one_model = true;
    core::Int128 sum = 0;
    for (const AskedPart& part : request_->parts) {
      if (part.quantity.raw <= 0) {
        return refuse(RefusalCode::malformed, part, "Quantity",
                      "is " + part.quantity.text() + "; a part is more than zero");
      }
      if (!request_->model.empty() && part.model != request_->model) {
        return refuse(RefusalCode::malformed, "Model",
                      "is " + request_->model.text() + ", and there is a part for " +
                          sleeve_name(part.account, part.model) + "; leave it empty when parts are in several models");
      }
      is_one_model = is_one_model && part.model == first;
      sum += part.quantity.raw;
    }
    if (sum != request_->quantity.raw) {
      return refuse(RefusalCode::malformed, "Quantity",
                    "is " + request_->quantity.text() + ", and the parts sum to " +
                        core::format_decimal(sum, core::Quantity::decimals, 0) + "; it must be the same");
    }
    if (is_one_model) request_->model = first;
    return std::nullopt;
  }

  // Its model, or the models and accounts of the parts that are asked for.
  std::optional<Refusal> find_models() {
    if (request_->parts.empty()) {
      model_ = state_.models().find(request_->model);
      if (model_ == nullptr) {
        return refuse(RefusalCode::unknown_model, "Model", "there is no model '" + request_->model.text() + "'");
      }
      return std::nullopt;
    }
    for (const AskedPart& part : request_->parts) {
      const portfolio::Model* model = state_.models().find(part.model);
      if (model == nullptr && !part.model.empty()) {
        return refuse(RefusalCode::unknown_model, part, "Model", "there is no model '" + part.model.text() + "'");
      }
      const auto account = state_.find_account(part.account);
      if (!account) {
        return refuse(RefusalCode::unknown_account, part, "Account",
                      "there is no account '" + part.account.text() + "'");
      }
      asked_.push_back({model == nullptr ? alloc::Book::independent() : model->group, *account, {}, &part, model});
    }
    return std::nullopt;
  }

  std::optional<Refusal> find(PlannedOrder& order) {
    if (auto refusal = find_models()) return refusal;
    order.instrument = state_.instrument(request_->symbol);
    if (order.instrument == nullptr) {
      return refuse(RefusalCode::unknown_symbol, "Symbol",
                    "there is no instrument '" + request_->symbol.text() + "' on this desk");
    }
    order.factor = instrument_of(*order.instrument).money_factor();
    OrderRequest& request = order.request;
    if (request.broker.empty()) request.broker = settings_.default_broker;
    if (!brokers_.is_known(request.broker)) {
      return refuse(RefusalCode::unknown_broker, "Broker", "there is no session '" + request.broker.text() + "'");
    }
    return std::nullopt;
  }

  std::optional<Refusal> check_instrument(const InstrumentAdded& instrument) {
    if (auto against = against_terms(*request_, instrument, now_)) {
      return refuse(RefusalCode::contradicts_instrument, against->field, std::move(against->message));
    }
    if (model_ != nullptr) return check_money(instrument, *model_);
    for (const Asked& asked : asked_) {
      if (auto against = against_unit(asked.part->quantity, instrument)) {
        return refuse(RefusalCode::contradicts_instrument, *asked.part, against->field, std::move(against->message));
      }
      if (asked.model == nullptr) continue;  // Independent has cash in any currency
      if (auto refusal = check_money(instrument, *asked.model)) return refusal;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Refusal> check_money(const InstrumentAdded& instrument,
                                                   const portfolio::Model& model) const {
    if (instrument.currency == model.currency) return std::nullopt;
    return refuse(RefusalCode::contradicts_instrument, "Currency",
                  instrument.symbol.text() + " trades in " + instrument.currency.text() + ", and the cash of " +
                      model.code.text() + " is in " + model.currency.text());
  }

  // A model's order closes what is there, or opens, never both: brokers want to know which, and a split by stakes could
  // ask an account for a unit that it does not have.
  std::optional<Refusal> share_out(PlannedOrder& order) {
    if (model_ == nullptr) return share_as_asked(order);
    OrderRequest& request = order.request;
    const auto& rows = state_.book().instruments_of(model_->group);
    const auto row = rows.find(request.symbol);
    const auto is_any = [&](auto is_so) {
      return row != rows.end() && std::any_of(row->second.by_slot.begin(), row->second.by_slot.end(), is_so);
    };
    const core::Quantity unit = order.instrument->unit;
    const bool is_any_long = is_any([&](const alloc::Holding& held) { return held.quantity >= unit; });
    const bool is_any_short = is_any([&](const alloc::Holding& held) { return held.quantity.raw <= -unit.raw; });
    const bool is_sale = core::is_sale(request.side);
    const bool opens = is_sale ? !is_any_long && order.instrument->is_shortable : !is_any_short;
    if (request.side == core::Side::sell_short && !opens) {
      return refuse(RefusalCode::position_short, "Action",
                    "is SELL SHORT; accounts of " + model_->code.text() + " hold " + request.symbol.text() +
                        ", which is sold first, by a SELL");
    }
    if (opens) {
      order.shares = portfolio::buy_shares(*model_);
      if (is_sale) request.side = core::Side::sell_short;
    } else if (is_sale) {
      order.shares = portfolio::sell_shares(*model_, state_.book(), request.symbol, unit,
                                            commitments_.selling(model_->group, request.symbol));
    } else {
      order.shares = portfolio::cover_shares(*model_, state_.book(), request.symbol, unit,
                                             commitments_.buying(model_->group, request.symbol));
      if (auto refusal = check_cover(order)) return refusal;
    }
    order.legs = {{model_->group, 0, order.shares.slots.size()}};
    if (opens && order.shares.total() == 0) {
      return refuse(RefusalCode::no_invested_account, "Model",
                    "no account has anything invested in " + model_->code.text() + "; there is nobody to " +
                        (is_sale ? "sell for" : "buy for"));
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Refusal> check_cover(const PlannedOrder& order) const {
    const core::Quantity open{order.shares.total() * order.instrument->unit.raw};
    if (order.request.quantity <= open) return std::nullopt;
    return refuse(RefusalCode::position_short, "Quantity",
                  "is " + order.request.quantity.text() + "; accounts of " + model_->code.text() + " are short " +
                      open.text() + " " + order.request.symbol.text() +
                      " that no other order is buying back: cover those first, what goes beyond is an order of its "
                      "own");
  }

  // Weights are the units that are asked for: at the full quantity each sleeve has exactly those.
  std::optional<Refusal> share_as_asked(PlannedOrder& order) {
    for (Asked& asked : asked_) {
      const auto slot = state_.book().find_slot(asked.group, asked.account);
      if (!slot) {
        return refuse(
            RefusalCode::no_invested_account, *asked.part, "Account",
            "has nothing invested in " + asked.part->model.text() + "; invest first, or take another account");
      }
      asked.slot = *slot;
    }
    std::stable_sort(asked_.begin(), asked_.end(), [](const Asked& a, const Asked& b) {
      return std::pair(a.group, a.slot) < std::pair(b.group, b.slot);
    });
    for (const Asked& asked : asked_) {
      const bool is_new_leg = order.legs.empty() || order.legs.back().group != asked.group;
      if (is_new_leg) order.legs.push_back({asked.group, order.shares.slots.size(), 0});
      if (!is_new_leg && order.shares.slots.back() == asked.slot) {
        return refuse(RefusalCode::malformed, *asked.part, "Account", "is there twice; give one part for each sleeve");
      }
      ++order.legs.back().count;
      if (asked.part->does_money_leave) order.leaving.insert(order.shares.slots.size());
      order.shares.slots.push_back(asked.slot);
      order.shares.weights.push_back(asked.part->quantity.raw / order.instrument->unit.raw);
    }
    return std::nullopt;
  }

  std::optional<Refusal> check_value(PlannedOrder& order) {
    const InstrumentAdded& instrument = *order.instrument;
    const auto expected = order.request.expected ? order.request.expected : instrument.reference;
    const auto price = counted_price(order.request.side, order.request.limit, expected);
    if (!price) {
      return refuse(RefusalCode::no_reference_price, "Symbol",
                    "there is no reference price of " + instrument.symbol.text() +
                        ", so a market order cannot be checked; give a limit price");
    }
    const std::optional<core::Money> value =
        value_of(order.request.quantity, *price, order.factor, instrument.currency);
    if (!value) {
      return refuse(RefusalCode::malformed, "Quantity",
                    "times the price " + price->text() + " is above any amount that is booked here");
    }
    order.value = *value;
    if (auto refusal = check_limits(settings_.limits, order.request.quantity, *value)) {
      refusal->place = refuse(refusal->code, "Quantity", "").place;
      return refusal;
    }
    return std::nullopt;
  }

  // Whether what it sells and spends is there.
  [[nodiscard]] std::optional<Refusal> check_means(PlannedOrder& order) const {
    auto refusal = gateway::check_means(order, state_, commitments_);
    if (refusal) refusal->place = refuse(refusal->code, refusal->place, "").place;
    return refusal;
  }

  const State& state_;
  const EngineSettings& settings_;
  const Brokers& brokers_;
  Commitments& commitments_;
  core::Time now_;
  OrderRequest* request_ = nullptr;
  const portfolio::Model* model_ = nullptr;  // nothing when the parts are given
  std::vector<Asked> asked_;
};

}  // namespace

Plan plan_orders(const std::vector<OrderRequest>& requests, const State& state, const EngineSettings& settings,
                 const Brokers& brokers, core::Time now) {
  Plan plan;
  if (requests.empty()) plan.refusals.push_back({RefusalCode::malformed, "", "there is no order in it"});
  Commitments commitments(state);
  std::set<core::SessionName> told;
  for (const OrderRequest& request : requests) {
    PlannedOrder order;
    Planner planner(state, settings, brokers, commitments, now);
    if (auto refusal = planner.plan(request, order)) {
      plan.refusals.push_back(std::move(*refusal));
    } else {
      if (&request != &requests.back()) commitments.add(order);  // nobody asks after the last
      auto away = planner.check_connected();
      if (away && told.insert(order.request.broker).second) plan.not_connected.push_back(*std::move(away));
      plan.orders.push_back(std::move(order));
    }
  }
  return plan;
}

Plan check_orders(const std::vector<OrderRequest>& requests, const State& state, const EngineSettings& settings,
                  const Brokers& brokers, core::Time now) {
  Plan plan;
  Commitments none(state);
  for (const OrderRequest& request : requests) {
    PlannedOrder order;
    Planner planner(state, settings, brokers, none, now);
    if (auto refusal = planner.check(request, order)) {
      plan.refusals.push_back(std::move(*refusal));
    } else if (auto away = planner.check_connected()) {
      plan.not_connected.push_back(*std::move(away));
    }
  }
  return plan;
}

PlannedOrder planned_again(const Order& order, const State& state) {
  const OrderEntered& entered = order.entered;
  PlannedOrder again;
  again.id = entered.order;
  again.request = {.side = entered.side,
                   .quantity = entered.quantity,
                   .symbol = entered.symbol,
                   .type = entered.type,
                   .limit = entered.limit,
                   .time_in_force = entered.time_in_force,
                   .model = entered.model,
                   .broker = entered.broker,
                   .security_type = order.security_type,
                   .exchange = entered.exchange,
                   .currency = order.currency,
                   .place = {},
                   .proposal = entered.proposal};
  again.legs = order.legs();
  again.instrument = state.instrument(entered.symbol);
  again.factor = order.parts.factor();
  again.shares = {order.slots(), order.parts.split().weights()};
  const auto price = counted_price(entered.side, entered.limit, again.instrument->reference);
  again.value = value_of(entered.quantity, price.value_or(core::Price{}), again.factor, order.currency)
                    .value_or(core::Money{0, order.currency});
  return again;
}

OrderPreview preview(const PlannedOrder& order, const State& state) {
  const std::uint64_t tie_seed = core::stable_hash(order.id.text());
  const core::Quantity unit = order.instrument->unit;
  alloc::Split split(order.shares.weights, tie_seed);
  split.fill(order.request.quantity.raw / unit.raw);
  std::vector<std::int64_t> costs(order.shares.weights.size());
  alloc::largest_remainder(order.value.minor, split.units(), tie_seed, costs);

  OrderPreview preview{.order = order.id, .request = order.request, .value = order.value, .accounts = {}};
  preview.accounts.reserve(costs.size());
  for (const Leg& leg : order.legs) {
    const auto accounts = state.book().accounts_of(leg.group);
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      const alloc::AccountIndex account = accounts[static_cast<std::size_t>(order.shares.slots[i])];
      preview.accounts.push_back({state.book().account_id(account), state.book().group_code(leg.group),
                                  core::Quantity{split.units()[i] * unit.raw},
                                  core::Money{costs[i], order.value.currency}});
    }
  }
  return preview;
}

fix::NewOrderSingle new_order_single(const PlannedOrder& order, core::Time now) {
  const OrderRequest& request = order.request;
  return {.cl_ord_id = order.id.text(),
          .account = {},
          .symbol = request.symbol,
          .security_type = fix_security_type(order.instrument->security_type),
          .exchange = request.exchange,
          .currency = request.currency,
          .side = request.side,
          .quantity = request.quantity,
          .type = request.type,
          .limit = request.limit,
          .time_in_force = request.time_in_force,
          .transact_time = now};
}

SharesSealed shares_sealed(const PlannedOrder& order) {
  const bool are_given = !order.request.parts.empty();
  SharesSealed sealed{
      .model = are_given ? core::ModelCode() : order.request.model, .side = order.request.side, .shares = {}};
  sealed.shares.reserve(order.shares.slots.size());
  for (const Leg& leg : order.legs) {
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      Share& share = sealed.shares.emplace_back();
      share.slot = static_cast<std::uint32_t>(order.shares.slots[i]);
      share.weight = order.shares.weights[i];
      if (are_given) share.group = static_cast<std::uint32_t>(leg.group);
      share.does_money_leave = order.leaving.contains(i);
    }
  }
  return sealed;
}

OrderEntered order_entered(const PlannedOrder& order, std::int64_t shares_seq, int seq_num, const Caller& caller,
                           std::uint64_t command) {
  const OrderRequest& request = order.request;
  return {.order = order.id,
          .model = request.model,
          .side = request.side,
          .quantity = request.quantity,
          .symbol = request.symbol,
          .type = request.type,
          .limit = request.limit,
          .time_in_force = request.time_in_force,
          .broker = request.broker,
          .exchange = request.exchange,
          .shares_seq = shares_seq,
          .seq_num = seq_num,
          .key = caller.key,
          .command = command,
          .who = caller.who,
          .proposal = request.proposal,
          .place = request.place_in_it};
}

}  // namespace gateway

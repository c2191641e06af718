#include "gateway/engine/planning.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>

#include "alloc/largest_remainder.hpp"
#include "core/check.hpp"
#include "core/random.hpp"
#include "files/text.hpp"

namespace gateway {

namespace {

// What open orders, and earlier ones of the same plan, may still spend and sell. Open orders are looked at once a plan.
class Commitments {
 public:
  explicit Commitments(const State& state) : state_(state) {
    for (const auto& [number, order] : state.orders().open()) add(*order);
  }

  void add(const PlannedOrder& order) {
    if (order.request.side == core::Side::buy) {
      spending_[{order.group, order.value.currency}] += order.value.minor;
    } else {
      sell(order.group, order.request.symbol, order.shares.slots, order.shares.weights,
           order.request.quantity.raw / order.instrument->unit.raw, {});
    }
  }

  // Minor units, at the limits or at the reference prices.
  [[nodiscard]] core::Int128 spending(alloc::GroupIndex group, core::Currency currency) const {
    const auto found = spending_.find({group, currency});
    return found == spending_.end() ? 0 : found->second;
  }
  // By slot, in allocation units; slots beyond the end sell nothing.
  [[nodiscard]] std::span<const std::int64_t> selling(alloc::GroupIndex group, const core::Symbol& symbol) const {
    const auto found = selling_.find({group, symbol});
    return found == selling_.end() ? std::span<const std::int64_t>() : found->second;
  }

 private:
  void add(const Order& order) {
    const OrderEntered& entered = order.entered;
    if (entered.side == core::Side::sell) {
      sell(order.group, entered.symbol, order.slots(), order.parts.split().weights(),
           entered.quantity.raw / order.parts.unit().raw, order.parts.parts());
      return;
    }
    const std::optional<core::Price> reference = state_.instrument(entered.symbol)->reference;
    const core::Price price = entered.limit ? *entered.limit : reference.value_or(core::Price{});
    const auto value = value_of(order.leaves(), price, order.currency);
    if (value) spending_[{order.group, order.currency}] += value->minor;
  }

  // An account gets at most the ceiling of its share of the whole order.
  void sell(alloc::GroupIndex group, const core::Symbol& symbol, const std::vector<alloc::SlotIndex>& slots,
            const std::vector<std::int64_t>& weights, std::int64_t quantity_units, std::span<const alloc::Part> had) {
    std::vector<std::int64_t>& units = selling_[{group, symbol}];
    units.resize(state_.book().accounts_of(group).size());
    core::Int128 total = 0;
    for (const std::int64_t weight : weights) total += weight;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const core::Int128 most = (static_cast<core::Int128>(quantity_units) * weights[i] + total - 1) / total;
      units[static_cast<std::size_t>(slots[i])] += static_cast<std::int64_t>(most) - (had.empty() ? 0 : had[i].units);
    }
  }

  const State& state_;
  std::map<std::pair<alloc::GroupIndex, core::Currency>, core::Int128> spending_;
  std::map<std::pair<alloc::GroupIndex, core::Symbol>, std::vector<std::int64_t>> selling_;
};

// The checks of one order, in the order of RefusalCode.
class Planner {
 public:
  Planner(const State& state, const EngineSettings& settings, const Brokers& brokers, const Commitments& commitments)
      : state_(state), settings_(settings), brokers_(brokers), commitments_(commitments) {}

  std::optional<Refusal> plan(const OrderRequest& request, PlannedOrder& order) {
    order.request = request;
    request_ = &order.request;
    if (auto refusal = check_form()) return refusal;
    if (auto refusal = find(order)) return refusal;
    if (auto refusal = check_instrument(*order.instrument)) return refusal;
    if (auto refusal = share_out(order)) return refusal;
    if (auto refusal = check_value(order)) return refusal;
    return request.side == core::Side::sell ? check_position(order) : check_cash(order);
  }

  // Of an order that passed; says nothing against the order, so it is told apart.
  [[nodiscard]] std::optional<Refusal> check_connected() const {
    if (brokers_.is_logged_on(request_->broker)) return std::nullopt;
    return refuse(RefusalCode::broker_not_connected, "Broker",
                  "the session " + request_->broker.text() + " is not logged on; see: prorata sessions");
  }

 private:
  [[nodiscard]] Refusal refuse(RefusalCode code, std::string_view field, std::string message) const {
    const std::string place =
        request_->place.empty() ? std::string(field) : request_->place + ": " + std::string(field);
    return {code, place, std::move(message)};
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

  std::optional<Refusal> find(PlannedOrder& order) {
    model_ = state_.models().find(request_->model);
    if (model_ == nullptr) {
      return refuse(RefusalCode::unknown_model, "Model", "there is no model '" + request_->model.text() + "'");
    }
    order.group = model_->group;
    order.instrument = state_.instrument(request_->symbol);
    if (order.instrument == nullptr) {
      return refuse(RefusalCode::unknown_symbol, "Symbol",
                    "there is no instrument '" + request_->symbol.text() + "' on this desk");
    }
    OrderRequest& request = order.request;
    if (request.broker.empty()) request.broker = settings_.default_broker;
    if (!brokers_.is_known(request.broker)) {
      return refuse(RefusalCode::unknown_broker, "Broker", "there is no session '" + request.broker.text() + "'");
    }
    return std::nullopt;
  }

  std::optional<Refusal> check_instrument(const InstrumentAdded& instrument) {
    OrderRequest& request = *request_;
    if (request.security_type.empty()) request.security_type = instrument.security_type;
    if (request.exchange.empty()) request.exchange = instrument.exchange;
    if (!request.currency) request.currency = instrument.currency;
    if (request.security_type != instrument.security_type) {
      return refuse(
          RefusalCode::contradicts_instrument, "SecType",
          "is " + request.security_type + "; " + instrument.symbol.text() + " is a " + instrument.security_type);
    }
    if (request.exchange != instrument.exchange) {
      return refuse(RefusalCode::contradicts_instrument, "Exchange",
                    "is " + files::shown(request.exchange) + "; " + instrument.symbol.text() + " trades at " +
                        instrument.exchange + ": write that, or leave it empty");
    }
    if (*request.currency != instrument.currency) {
      return refuse(RefusalCode::contradicts_instrument, "Currency",
                    "is " + request.currency->text() + "; " + instrument.symbol.text() + " trades in " +
                        instrument.currency.text());
    }
    if (instrument.currency != model_->currency) {
      return refuse(RefusalCode::contradicts_instrument, "Currency",
                    instrument.symbol.text() + " trades in " + instrument.currency.text() + ", and the cash of " +
                        model_->code.text() + " is in " + model_->currency.text());
    }
    if (request.quantity.raw % instrument.unit.raw != 0) {
      return refuse(RefusalCode::contradicts_instrument, "Quantity",
                    "is " + request.quantity.text() + ", not a whole number of units of " + instrument.unit.text());
    }
    return std::nullopt;
  }

  std::optional<Refusal> share_out(PlannedOrder& order) {
    const auto& request = order.request;
    order.shares = request.side == core::Side::buy
                       ? portfolio::buy_shares(*model_)
                       : portfolio::sell_shares(*model_, state_.book(), request.symbol, order.instrument->unit,
                                                commitments_.selling(order.group, request.symbol));
    if (request.side == core::Side::buy && order.shares.total() == 0) {
      return refuse(RefusalCode::no_invested_account, "Model",
                    "no account has anything invested in " + model_->code.text() + "; there is nobody to buy for");
    }
    return std::nullopt;
  }

  std::optional<Refusal> check_value(PlannedOrder& order) {
    const InstrumentAdded& instrument = *order.instrument;
    const auto price = counted_price(order.request.side, order.request.limit, instrument.reference);
    if (!price) {
      return refuse(RefusalCode::no_reference_price, "Symbol",
                    "there is no reference price of " + instrument.symbol.text() +
                        ", so a market order cannot be checked; give a limit price");
    }
    const std::optional<core::Money> value = value_of(order.request.quantity, *price, instrument.currency);
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

  std::optional<Refusal> check_position(const PlannedOrder& order) const {
    const core::Quantity free{order.shares.total() * order.instrument->unit.raw};
    if (order.request.quantity <= free) return std::nullopt;
    return refuse(RefusalCode::position_short, "Quantity",
                  "is " + order.request.quantity.text() + "; " + model_->code.text() + " holds " + free.text() + " " +
                      order.request.symbol.text() + " that no other order is selling" + why_less(order));
  }

  // What other sales keep back may be more than what they are for.
  [[nodiscard]] std::string why_less(const PlannedOrder& order) const {
    std::int64_t units = 0;
    for (const std::int64_t kept : commitments_.selling(order.group, order.request.symbol)) units += kept;
    if (units == 0) return {};
    return "; other orders may take up to " + core::Quantity{units * order.instrument->unit.raw}.text() +
           ", because each account's part is rounded up";
  }

  // What the model's sleeves have, less what open purchases may still take at their limits.
  std::optional<Refusal> check_cash(const PlannedOrder& order) const {
    core::Int128 free = 0;
    const auto& rows = state_.book().cash_of(order.group);
    const auto row = rows.find(order.value.currency);
    if (row != rows.end()) {
      for (const std::int64_t minor : row->second.by_slot) free += minor;
    }
    free -= commitments_.spending(order.group, order.value.currency);
    if (order.value.minor <= free) return std::nullopt;
    const core::Money left{free > 0 ? static_cast<std::int64_t>(free) : 0, order.value.currency};
    return refuse(RefusalCode::cash_short, "Quantity",
                  "the order is worth " + order.value.text() + " " + order.value.currency.text() + "; " +
                      model_->code.text() + " has " + left.text() + " in cash that no other order may spend");
  }

  const State& state_;
  const EngineSettings& settings_;
  const Brokers& brokers_;
  const Commitments& commitments_;
  OrderRequest* request_ = nullptr;
  const portfolio::Model* model_ = nullptr;
};

}  // namespace

Plan plan_orders(const std::vector<OrderRequest>& requests, const State& state, const EngineSettings& settings,
                 const Brokers& brokers) {
  Plan plan;
  if (requests.empty()) plan.refusals.push_back({RefusalCode::malformed, "", "there is no order in it"});
  Commitments commitments(state);
  std::set<core::SessionName> told;
  for (const OrderRequest& request : requests) {
    PlannedOrder order;
    Planner planner(state, settings, brokers, commitments);
    if (auto refusal = planner.plan(request, order)) {
      plan.refusals.push_back(std::move(*refusal));
    } else {
      commitments.add(order);
      auto away = planner.check_connected();
      if (away && told.insert(order.request.broker).second) plan.not_connected.push_back(*std::move(away));
      plan.orders.push_back(std::move(order));
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
                   .place = {}};
  again.group = order.group;
  again.instrument = state.instrument(entered.symbol);
  again.shares = {order.slots(), order.parts.split().weights()};
  const auto price = counted_price(entered.side, entered.limit, again.instrument->reference);
  again.value = value_of(entered.quantity, price.value_or(core::Price{}), order.currency)
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
  const auto accounts = state.book().accounts_of(order.group);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const alloc::AccountIndex account = accounts[static_cast<std::size_t>(order.shares.slots[i])];
    preview.accounts.push_back({state.book().account_id(account), core::Quantity{split.units()[i] * unit.raw},
                                core::Money{costs[i], order.value.currency}});
  }
  return preview;
}

fix::NewOrderSingle new_order_single(const PlannedOrder& order, core::Time now) {
  const OrderRequest& request = order.request;
  return {.cl_ord_id = order.id.text(),
          .account = {},
          .symbol = request.symbol,
          .security_type = "CS",  // SecurityType(167): the desk's STK
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
  SharesSealed sealed{.model = order.request.model, .side = order.request.side, .shares = {}};
  sealed.shares.reserve(order.shares.slots.size());
  for (std::size_t i = 0; i < order.shares.slots.size(); ++i) {
    sealed.shares.push_back({static_cast<std::uint32_t>(order.shares.slots[i]), order.shares.weights[i]});
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
          .who = caller.who};
}

}  // namespace gateway

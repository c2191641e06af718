#include "gateway/engine/means.hpp"

#include <algorithm>
#include <span>

namespace gateway {

namespace {

constexpr int sleeves_told = 3;  // by name; of the others how many they are

std::string money_text(core::Int128 minor, core::Currency currency) {
  return core::format_decimal(minor, currency.minor_digits(), currency.minor_digits());
}

template <class T>
T at(std::span<const T> row, std::size_t slot) {
  return slot < row.size() ? row[slot] : T{};
}

// One part of a sale: units of a sleeve.
struct SalePart {
  std::int64_t wanted = 0;
  std::int64_t free = 0;  // held, less what open sales may still take; may be below zero
};

// Whether a sale closes what is held or opens short positions: one order does one of both, as brokers have to be told
// which. `part(i)` is a SalePart, `refuse(i, message)` a refusal at its place; `side` becomes SELL SHORT where it may.
template <class Part, class Refuse>
std::optional<Refusal> settle_side(std::size_t count, const Part& part, const Refuse& refuse, bool may_become_short,
                                   const InstrumentAdded& instrument, core::Side& side) {
  const auto text = [&](std::int64_t units) { return core::Quantity{units * instrument.unit.raw}.text(); };
  std::optional<std::size_t> closing;
  std::optional<std::size_t> opening;
  const bool may_open = instrument.is_shortable && (may_become_short || side == core::Side::sell_short);
  for (std::size_t i = 0; i < count; ++i) {
    const SalePart each = part(i);
    if (each.wanted <= each.free && !closing) closing = i;
    if (each.wanted > each.free && each.free <= 0 && !opening) opening = i;
    if (each.wanted <= each.free || (each.free <= 0 && may_open)) continue;
    return refuse(i, "is " + text(each.wanted) + "; the sleeve holds " + text(std::max<std::int64_t>(each.free, 0)) +
                         " " + instrument.symbol.text() + " that no other order is selling" +
                         (may_open ? "; what goes beyond that is a short sale, and an order of its own" : ""));
  }
  if (closing && (opening || side == core::Side::sell_short)) {
    return refuse(*closing, "sells what the sleeve holds, and " +
                                std::string(opening ? "other parts open short positions" : "the order is SELL SHORT") +
                                ": brokers want an order for each");
  }
  if (opening) side = core::Side::sell_short;
  return std::nullopt;
}

class Means {
 public:
  Means(PlannedOrder& order, const State& state, Commitments& commitments)
      : order_(order), state_(state), commitments_(commitments), unit_(order.instrument->unit.raw) {}

  [[nodiscard]] std::optional<Refusal> check() {
    const bool are_given = !order_.request.parts.empty();
    if (core::is_sale(order_.request.side)) return are_given ? check_parts() : check_units();
    for (const Leg& leg : order_.legs) {
      auto refusal = are_given ? check_cash(leg) : check_cash_of_model(leg);
      if (refusal) return refusal;
    }
    return std::nullopt;
  }

 private:
  // A sleeve of the order.
  struct Sleeve {
    std::size_t slot = 0;
    const core::AccountId& account;
    const core::ModelCode& model;
  };
  [[nodiscard]] Sleeve sleeve(const Leg& leg, std::size_t i) const {
    const auto slot = static_cast<std::size_t>(order_.shares.slots[i]);
    return {slot, state_.book().account_id(state_.book().accounts_of(leg.group)[slot]),
            state_.book().group_code(leg.group)};
  }
  [[nodiscard]] static Refusal refuse(RefusalCode code, const Sleeve& sleeve, std::string message) {
    return {code, "Parts: " + sleeve_name(sleeve.account, sleeve.model) + ": Quantity", std::move(message)};
  }
  [[nodiscard]] std::string quantity_text(std::int64_t units) const { return core::Quantity{units * unit_}.text(); }

  // A model's order: the weights are the units that are held and free; of a short sale there is no such bound.
  [[nodiscard]] std::optional<Refusal> check_units() const {
    if (order_.request.side == core::Side::sell_short) return std::nullopt;
    const core::Quantity free{order_.shares.total() * unit_};
    if (order_.request.quantity <= free) return std::nullopt;
    std::int64_t kept = 0;  // by other sales; may be more than what they are for
    for (const std::int64_t units : commitments_.selling(order_.legs.front().group, order_.request.symbol)) {
      kept += units;
    }
    std::string message = "is " + order_.request.quantity.text() + "; " + order_.request.model.text() + " holds " +
                          free.text() + " " + order_.request.symbol.text() + " that no other order is selling";
    if (kept > 0) {
      message += "; other orders may take up to " + quantity_text(kept) + ", because each account's part is rounded up";
    }
    return Refusal{RefusalCode::position_short, "Quantity", std::move(message)};
  }

  // Given parts: whole units that each sleeve holds, less what open sales may still take of them.
  [[nodiscard]] std::optional<Refusal> check_parts() {
    std::vector<std::int64_t> free;
    free.reserve(order_.shares.slots.size());
    for (const Leg& leg : order_.legs) {
      const std::span<const std::int64_t> selling = commitments_.selling(leg.group, order_.request.symbol);
      for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
        const alloc::SlotIndex slot = order_.shares.slots[i];
        free.push_back(state_.book().holding(leg.group, order_.request.symbol, slot).quantity.raw / unit_ -
                       at(selling, static_cast<std::size_t>(slot)));
      }
    }
    const auto part = [&](std::size_t i) { return SalePart{order_.shares.weights[i], free[i]}; };
    const auto refuse_at = [&](std::size_t i, std::string message) {
      const auto leg = std::find_if(order_.legs.begin(), order_.legs.end(),
                                    [&](const Leg& each) { return i < each.first + each.count; });
      return refuse(RefusalCode::position_short, sleeve(*leg, i), std::move(message));
    };
    return settle_side(free.size(), part, refuse_at, order_.request.proposal.empty(), *order_.instrument,
                       order_.request.side);
  }

  // The cash of a sleeve, less what open purchases may still take of it at their limits.
  struct Cash {
    std::span<const std::int64_t> there;
    std::span<const core::Int128> spending;

    [[nodiscard]] core::Int128 free(std::size_t slot) const {
      return core::Int128{at(there, slot)} - at(spending, slot);
    }
  };
  [[nodiscard]] Cash cash_of(alloc::GroupIndex group) const {
    const core::Currency currency = order_.value.currency;
    const auto& rows = state_.book().cash_of(group);
    const auto found = rows.find(currency);
    return {found == rows.end() ? std::span<const std::int64_t>() : std::span(found->second.by_slot),
            commitments_.spending(group, currency)};
  }
  [[nodiscard]] UnitCost cost_of_unit() const {
    const OrderRequest& request = order_.request;
    const auto expected = request.expected ? request.expected : order_.instrument->reference;
    return {order_.instrument->unit, request.limit ? *request.limit : *expected, order_.factor, order_.value.currency};
  }
  [[nodiscard]] std::string free_text(core::Int128 minor) const {
    return money_text(std::max<core::Int128>(minor, 0), order_.value.currency);
  }

  // Given parts.
  [[nodiscard]] std::optional<Refusal> check_cash(const Leg& leg) const {
    const Cash cash = cash_of(leg.group);
    const UnitCost cost = cost_of_unit();
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      const core::Int128 free = cash.free(static_cast<std::size_t>(order_.shares.slots[i]));
      const std::int64_t needed = cost.of(order_.shares.weights[i]);
      if (needed <= free) continue;
      const core::Currency currency = order_.value.currency;
      return refuse(RefusalCode::cash_short, sleeve(leg, i),
                    "is worth " + money_text(needed, currency) + " " + currency.text() + "; the sleeve has " +
                        free_text(free) + " in cash that no other order may spend");
    }
    return std::nullopt;
  }

  // A model's order: every sleeve pays for the most that the split may give it.
  [[nodiscard]] std::optional<Refusal> check_cash_of_model(const Leg& leg) const {
    const Cash cash = cash_of(leg.group);
    const UnitCost cost = cost_of_unit();
    const core::Currency currency = order_.value.currency;
    const std::int64_t units = order_.request.quantity.raw / unit_;
    const std::int64_t total_weight = order_.shares.total();
    std::string who;
    int short_ones = 0;
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      const core::Int128 free = cash.free(static_cast<std::size_t>(order_.shares.slots[i]));
      const std::int64_t needed = cost.of(most_of(units, order_.shares.weights[i], total_weight));
      if (needed <= free || ++short_ones > sleeves_told) continue;
      who += (short_ones == 1 ? "" : "; ") + sleeve(leg, i).account.text() + " may need " +
             money_text(needed, currency) + " and has " + free_text(free);
    }
    if (short_ones == 0) return std::nullopt;
    if (short_ones > sleeves_told) who += "; and " + std::to_string(short_ones - sleeves_told) + " more";
    return Refusal{RefusalCode::cash_short, "Quantity",
                   "the order is worth " + order_.value.text() + " " + currency.text() + "; of the cash in " +
                       order_.request.model.text() + " that no other order may spend, " + who};
  }

  PlannedOrder& order_;
  const State& state_;
  Commitments& commitments_;
  std::int64_t unit_;
};

}  // namespace

std::string sleeve_name(const core::AccountId& account, const core::ModelCode& model) {
  return account.text() + " in " + (model.empty() ? "Independent" : model.text());
}

std::optional<Refusal> check_means(PlannedOrder& order, const State& state, Commitments& commitments) {
  return Means(order, state, commitments).check();
}

std::vector<Refusal> check_sales(const std::vector<OrderRequest>& requests, const State& state, ToCome to_come) {
  Commitments commitments(state);
  std::vector<Refusal> refusals;
  for (const OrderRequest& request : requests) {
    if (!core::is_sale(request.side)) continue;
    const InstrumentAdded& instrument = *state.instrument(request.symbol);
    std::vector<SalePart> parts;
    for (const AskedPart& asked : request.parts) {
      const portfolio::Model* model = state.models().find(asked.model);
      const alloc::GroupIndex group = model == nullptr ? alloc::Book::independent() : model->group;
      const alloc::AccountIndex account = *state.find_account(asked.account);
      core::Quantity& more = to_come[{account, group, request.symbol}];
      core::Quantity held = more;
      std::int64_t selling = 0;
      if (const auto slot = state.book().find_slot(group, account)) {
        held += state.book().holding(group, request.symbol, *slot).quantity;
        selling = at(commitments.selling(group, request.symbol), static_cast<std::size_t>(*slot));
      }
      parts.push_back({asked.quantity.raw / instrument.unit.raw, held.raw / instrument.unit.raw - selling});
      more -= asked.quantity;  // for the sales after it
    }
    const auto refuse = [&](std::size_t i, std::string message) {
      const AskedPart& part = request.parts[i];
      return Refusal{RefusalCode::position_short,
                     request.place + ": Parts: " + sleeve_name(part.account, part.model) + ": Quantity",
                     std::move(message)};
    };
    core::Side side = request.side;
    auto refusal = settle_side(
        parts.size(), [&](std::size_t i) { return parts[i]; }, refuse, request.proposal.empty(), instrument, side);
    if (refusal) refusals.push_back(std::move(*refusal));
  }
  return refusals;
}

}  // namespace gateway

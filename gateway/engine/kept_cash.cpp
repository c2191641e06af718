#include "gateway/engine/kept_cash.hpp"

#include <algorithm>
#include <tuple>

#include "gateway/engine/commitments.hpp"
#include "gateway/engine/planning.hpp"

namespace gateway {

namespace {

// What a proposal that is under way counts on, sleeve by sleeve.
class Needs {
 public:
  Needs(const Staged& proposal, const State& state)
      : proposal_(proposal), content_(*proposal.content), state_(state), brought_(proposal.brought) {
    // What was moved of it is not there any more.
    for (std::size_t i = 0; i < content_.cash_moves.size(); ++i) {
      const portfolio::CashMove& move = content_.cash_moves[i];
      const bool is_of_sales = move.when == portfolio::When::after_sales || move.was_after_sales;
      if (!is_of_sales) continue;
      brought_[{move.account, move.amount.currency}] -=
          move.when == portfolio::When::booked ? move.amount.minor : proposal.moved[i];
    }
    for (std::size_t i = 0; i < proposal.places.size(); ++i) look_at(content_.orders[i], proposal.places[i]);
    for (std::size_t i = 0; i < content_.cash_moves.size(); ++i) look_at(content_.cash_moves[i], proposal.moved[i]);
  }

  template <class Keep>
  void each(const Keep& keep) const {
    for (const auto& [place, needed] : needs_) {
      const auto& [group, account, currency] = place;
      core::Int128 minor = needed;
      const portfolio::SleevePreview* sleeve = content_.sleeve_of(group, account);
      if (sleeve != nullptr && sleeve->currency == currency) minor += sleeve->fees;
      const auto to_come = coming_.find(place);
      keep(group, account, currency, minor - (to_come == coming_.end() ? 0 : to_come->second));
    }
  }

 private:
  using Place = std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>;

  void look_at(const portfolio::BlockOrder& order, const Staged::Place& place) {
    if (!place.is_transmitted) return;
    const Order* out = place.order.empty() ? nullptr : state_.orders().find(place.order);
    const bool is_sale = core::is_sale(order.side);
    if (!is_sale && out == nullptr) {
      if (!order.waits_for_sales || proposal_.are_purchases_due) return;  // those go out in this step
      const portfolio::Quote& quote = content_.quotes[order.quote];
      for (const portfolio::Leg& leg : order.legs) {
        needs_[{leg.group, leg.account, quote.currency}] +=
            UnitCost(quote.unit, order.limit.value_or(quote.price.price), factor_of(quote), quote.currency)
                .of(leg.quantity.raw / quote.unit.raw);
      }
    }
    if (is_sale && (out == nullptr || !is_finished(state_of(*out)))) add_what_comes(order, out);
  }

  // At the quotes, as far as it is not sold yet.
  void add_what_comes(const portfolio::BlockOrder& order, const Order* out) {
    const portfolio::Quote& quote = content_.quotes[order.quote];
    const core::Quantity all = order.quantity();
    const core::Quantity left = out == nullptr ? all : out->leaves();
    for (const portfolio::Leg& leg : order.legs) {
      if (leg.does_money_leave || all.raw == 0) continue;
      const core::Quantity part{
          static_cast<std::int64_t>(static_cast<core::Int128>(leg.quantity.raw) * left.raw / all.raw)};
      const auto value = value_of(part, quote.price.price, factor_of(quote), quote.currency);
      if (value) coming_[{leg.group, leg.account, quote.currency}] += value->minor;
    }
  }

  void look_at(const portfolio::CashMove& move, std::int64_t moved) {
    const core::Int128 left = move.amount.minor - moved;
    const core::Currency currency = move.amount.currency;
    if (move.when == portfolio::When::after_orders) needs_[{move.from, move.account, currency}] += left;
    if (move.when != portfolio::When::after_sales) return;
    coming_[{move.to, move.account, currency}] += left;
    std::int64_t& there = brought_[{move.account, currency}];
    const core::Int128 kept = std::clamp<core::Int128>(left, 0, std::max<std::int64_t>(there, 0));
    needs_[{move.from, move.account, currency}] += kept;
    there -= static_cast<std::int64_t>(kept);
  }

  [[nodiscard]] core::MoneyFactor factor_of(const portfolio::Quote& quote) const {
    return state_.instruments().at(quote.symbol).money_factor();
  }

  const Staged& proposal_;
  const portfolio::Proposal& content_;
  const State& state_;
  portfolio::Brought brought_;  // by its sales, and not moved
  std::map<Place, core::Int128> needs_;
  std::map<Place, core::Int128> coming_;
};

class Keeper {
 public:
  explicit Keeper(const State& state) : state_(state) {
    for (const auto& [number, order] : state.orders().open()) {
      if (core::is_sale(order->entered.side)) keep_what_leaves(*order);
    }
    for (const std::int64_t number : state.live_proposals()) keep_for(state.proposals().at(number));
  }
  [[nodiscard]] KeptCash take() { return std::move(kept_); }

 private:
  void keep(alloc::GroupIndex group, alloc::AccountIndex account, core::Currency currency, core::Int128 minor) {
    const auto slot = state_.book().find_slot(group, account);
    if (!slot) return;
    minor = std::min<core::Int128>(minor, state_.book().cash(group, currency, *slot));
    if (minor <= 0) return;
    std::vector<core::Int128>& by_slot = kept_[{group, currency}];
    by_slot.resize(state_.book().accounts_of(group).size());
    by_slot[static_cast<std::size_t>(*slot)] += minor;
  }
  // Of a sale that is not finished: what it has brought so far stays in the sleeve until then.
  void keep_what_leaves(const Order& order) {
    if (order.parts.filled().raw == 0) return;
    for (const Leg& leg : order.legs()) {
      const auto accounts = state_.book().accounts_of(leg.group);
      for (const std::uint64_t i : order.shares->leaving) {
        if (i < leg.first || i >= leg.first + leg.count) continue;
        const alloc::Part& part = order.parts.parts()[i];
        keep(leg.group, accounts[static_cast<std::size_t>(order.slots()[i])], order.currency,
             part.cost - part.commission);
      }
    }
  }
  // While nothing of it is on its way, nothing is kept: a person decides what becomes of it.
  void keep_for(const Staged& proposal) {
    if (proposal.stage != Stage::working) return;
    Needs(proposal, state_)
        .each([&](alloc::GroupIndex group, alloc::AccountIndex account, core::Currency currency, core::Int128 minor) {
          keep(group, account, currency, minor);
        });
  }

  const State& state_;
  KeptCash kept_;
};

}  // namespace

KeptCash kept_cash(const State& state) { return Keeper(state).take(); }

}  // namespace gateway

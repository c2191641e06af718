#include "tests/portfolio/toy_desk.hpp"

#include <map>

#include "core/check.hpp"
#include "portfolio/stakes.hpp"

namespace portfolio::test {

alloc::AccountIndex ToyDesk::add_account(const std::string& name, std::int64_t dollars_of_cash) {
  const alloc::AccountIndex account = book.open_account(core::AccountId(name));
  book.deposit(account, dollars(dollars_of_cash));
  return account;
}

Instrument& ToyDesk::add_instrument(const std::string& symbol, std::string_view at) {
  set_price(symbol, at);
  Instrument& instrument = instruments[core::Symbol(symbol)];
  instrument.symbol = core::Symbol(symbol);
  return instrument;
}

void ToyDesk::set_targets(const std::string& code, const std::vector<TargetRow>& rows) {
  const Model& model = *models.find(core::ModelCode(code));
  const core::Result<Targets> targets = parse_targets(rows, instruments, model.currency, now);
  CHECK(targets.has_value());
  models.save_targets(model.code, now, "tester", "test", *targets);
}

void ToyDesk::bring(alloc::AccountIndex account, alloc::GroupIndex in, const std::string& symbol, std::int64_t units,
                    std::int64_t cost_dollars) {
  const Instrument& instrument = instruments.at(core::Symbol(symbol));
  book.join(in, account);
  book.bring_in(account, in, instrument.symbol, instrument.currency,
                {core::Quantity::whole(units), cost_dollars * 100});
}

core::Quantity ToyDesk::held(alloc::AccountIndex account, alloc::GroupIndex in, const std::string& symbol) const {
  const auto slot = book.find_slot(in, account);
  return slot ? book.holding(in, core::Symbol(symbol), *slot).quantity : core::Quantity{};
}

std::int64_t ToyDesk::cash(alloc::AccountIndex account, alloc::GroupIndex in, core::Currency currency) const {
  const auto slot = book.find_slot(in, account);
  return slot ? book.cash(in, currency, *slot) : 0;
}

bool ToyDesk::carry_out(const Proposal& proposal, core::Random& random, Market market) {
  if (!goes_on) brought_.clear();
  unfilled_.clear();
  apply(proposal, models, book);
  for (const BlockOrder& order : proposal.orders) {
    if (core::is_sale(order.side)) fill(proposal, order, random, market);
  }
  std::vector<std::int64_t> moved(proposal.cash_moves.size());
  const auto make = [&](const MovesDue& due) {
    make_moves(proposal, due, moved, models, book);
    for (const MoveDue& each : due) moved[each.move] += each.minor;
  };
  make(due_after_sales(proposal, moved, brought_, book));
  for (const BlockOrder& order : proposal.orders) {
    if (order.side == core::Side::buy && market.holds_purchases && !unfilled_.empty()) continue;
    if (order.side == core::Side::buy) fill(proposal, order, random, market);
  }
  make(due_after_orders(proposal, moved, unfilled_, book));
  bool is_whole = true;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const CashMove& move = proposal.cash_moves[i];
    is_whole = is_whole && (move.when == When::now || moved[i] == move.amount.minor);
  }
  return finish_leaving(proposal, models, book) && is_whole;
}

void ToyDesk::fill(const Proposal& proposal, const BlockOrder& order, core::Random& random, Market market) {
  const Quote& quote = proposal.quotes[order.quote];
  const Instrument& instrument = instruments.at(quote.symbol);
  const std::int64_t moved =
      market.drift_percent == 0 ? 0 : random.between(-market.drift_percent, market.drift_percent);
  const core::Price at{std::max<std::int64_t>(
      quote.price.price.raw / 100 * (100 + moved) + (moved == 0 ? quote.price.price.raw % 100 : 0), 1)};
  std::map<alloc::GroupIndex, std::vector<const Leg*>> groups;
  for (const Leg& leg : order.legs) groups[leg.group].push_back(&leg);
  for (const auto& [in, legs] : groups) {
    std::vector<alloc::SlotIndex> slots;
    std::vector<alloc::Part> parts;
    for (const Leg* leg : legs) {
      slots.push_back(book.join(in, leg->account));
      std::int64_t units = leg->quantity.raw / instrument.unit.raw;
      CHECK(leg->quantity.raw % instrument.unit.raw == 0 && units > 0);
      if (market.partly > 0 && random.below(market.partly) == 0) units = random.between(0, units);
      const core::Quantity quantity{units * instrument.unit.raw};
      if (quantity < leg->quantity) unfilled_.emplace(in, leg->account);
      parts.push_back({units, value_of(instrument, quantity, at)->minor, fees.fee(quantity, instrument.currency)});
    }
    const alloc::Book::Block block{next_order_++,   in,   quote.symbol, instrument.currency, order.side,
                                   instrument.unit, slots};
    book.post_parts(block, std::vector<alloc::Part>(parts.size()), parts);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::int64_t net = (order.side == core::Side::buy ? -parts[i].cost : parts[i].cost) - parts[i].commission;
      fees_paid += parts[i].commission;
      traded_cash += net;
      if (order.side == core::Side::buy) traded_cost += parts[i].cost;
      if (legs[i]->does_money_leave && net > 0) {
        book.transfer_cash(legs[i]->account, in, independent, {net, instrument.currency});
        brought_[{legs[i]->account, instrument.currency}] += net;
      }
      const Model* model = models.find(in);
      if (!legs[i]->does_money_leave || model == nullptr) continue;
      const std::int64_t whole = legs[i]->quantity.raw / instrument.unit.raw;
      take_stake(model->code, legs[i]->account, stake_gone_with(legs[i]->stake, parts[i].units, whole), models, book);
    }
  }
}

}  // namespace portfolio::test

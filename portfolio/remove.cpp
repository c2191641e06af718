#include "portfolio/remove.hpp"

#include <map>
#include <string>
#include <vector>

namespace portfolio {
namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();

struct Row {
  std::uint32_t quote = 0;
  const alloc::Book::InstrumentRow* row = nullptr;
};

void hand_back(const Desk& desk, const Model& model, std::size_t place, const std::vector<Row>& rows, Draft& draft) {
  const alloc::AccountIndex account = desk.book.accounts_of(model.group)[place];
  const auto slot = static_cast<alloc::SlotIndex>(place);
  bool is_shown = false;
  for (const auto& [currency, row] : desk.book.cash_of(model.group)) {
    const std::int64_t minor = desk.book.cash(model.group, currency, slot);
    if (minor == 0) continue;
    draft.move_cash(account, model.group, independent, {minor, currency});
    draft.preview_cash(account, model.group, currency, 0);
    is_shown = true;
  }
  for (const Row& each : rows) {
    if (place >= each.row->by_slot.size()) continue;
    const core::Quantity held = each.row->by_slot[place].quantity;
    if (held.raw == 0) continue;
    draft.move_units(account, model.group, independent, each.quote, held);
    if (!is_shown) draft.preview_cash(account, model.group, model.currency, 0);
    is_shown = true;
    SleeveLine line;
    line.quote = each.quote;
    line.before = held;
    line.free = held.raw > 0 ? held : core::Quantity{};
    line.moved = core::Quantity{-held.raw};
    draft.add_line(line);
  }
}

}  // namespace

core::Result<Proposal> propose_deletion(const Desk& desk, const core::ModelCode& code, bool orders_are_working) {
  const core::Result<const Model*> found = find_model(desk, code);
  if (!found) return tl::unexpected<core::Error>(found.error());
  const Model& model = **found;
  if (orders_are_working) {
    return core::fail("model", "orders of " + code.text() + " are working; cancel them, or wait until they are done");
  }
  Draft draft(desk, Operation::remove, {});
  draft.stand_on(model);
  std::vector<Row> rows;
  for (const auto& [symbol, row] : desk.book.instruments_of(model.group)) {
    bool is_held = false;
    for (const alloc::Holding& held : row.by_slot) is_held = is_held || held.quantity.raw != 0;
    if (!is_held) continue;
    const auto known = desk.instruments.find(symbol);
    if (known == desk.instruments.end()) {
      return core::fail(symbol.text(), "there is no record of this instrument; add it first");
    }
    const core::Result<DatedPrice> price = desk.prices.find(symbol, desk.now, desk.rules.price_age_max);
    if (!price) draft.warn(WarningKind::price_missing, price.error().message, {}, symbol);
    rows.push_back({draft.add_quote(known->second, price ? *price : DatedPrice{}), &row});
  }
  const std::size_t sleeves = desk.book.accounts_of(model.group).size();
  for (std::size_t place = 0; place < sleeves; ++place) hand_back(desk, model, place, rows, draft);
  for (const Investor& investor : model.investors) draft.change_stake(model, investor.account, -investor.invested);
  draft.close(code);
  draft.warn(WarningKind::model_closes, code.text() + " is deleted, and all that its sleeves hold becomes Independent");
  return std::move(draft).finish();
}

}  // namespace portfolio

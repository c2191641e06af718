#include "gateway/orders/fills.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace gateway {

std::optional<FillRecord> fill_record(std::int64_t seq, const Event& event) {
  if (const auto* e = std::get_if<FillBooked>(&event)) {
    return FillRecord{seq, seq, e->exec_id, e->trade_date, e->quantity, e->price, e->commission};
  }
  if (const auto* e = std::get_if<FillBusted>(&event)) {
    return FillRecord{seq, e->change.fill_seq, e->change.exec_id, e->change.trade_date, {}, {}, {}};
  }
  if (const auto* e = std::get_if<FillCorrected>(&event)) {
    return FillRecord{seq,         e->change.fill_seq, e->change.exec_id, e->change.trade_date,
                      e->quantity, e->price,           e->commission};
  }
  return std::nullopt;
}

core::OrderId order_of_fill(const Event& event) {
  if (const auto* e = std::get_if<FillBooked>(&event)) return e->order;
  if (const auto* e = std::get_if<FillBusted>(&event)) return e->change.order;
  if (const auto* e = std::get_if<FillCorrected>(&event)) return e->change.order;
  return {};
}

std::vector<BookedFill> booked_fills(std::span<const FillRecord> records) {
  std::vector<BookedFill> fills;
  for (const FillRecord& record : records) {
    if (record.fill == record.seq) {
      fills.push_back({.seq = record.seq, .names = {}, .busted_by = {}});
    }
    const auto changed = std::lower_bound(fills.begin(), fills.end(), record.fill,
                                          [](const BookedFill& fill, std::int64_t seq) { return fill.seq < seq; });
    CHECK(changed != fills.end() && changed->seq == record.fill && !changed->is_busted);
    changed->quantity = record.quantity;
    changed->price = record.price;
    changed->commission = record.commission;
    changed->is_busted = record.quantity.raw == 0;
    if (changed->is_busted) {
      changed->busted_by = record.exec_id;
    } else {
      changed->names.push_back({record.exec_id, record.trade_date});
    }
  }
  return fills;
}

}  // namespace gateway

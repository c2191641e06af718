#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/engine/engine.hpp"

// What an engine needs that stands alone: brokers that take everything, and a journal in memory that gives orders back.
namespace gateway {

class AlwaysThere final : public Brokers {
 public:
  [[nodiscard]] bool is_known(const core::SessionName&) const override { return true; }
  [[nodiscard]] bool is_logged_on(const core::SessionName&) const override { return true; }
  [[nodiscard]] core::Result<int> send(const core::SessionName&, const fix::Message&) override { return ++sent_; }

 private:
  int sent_ = 0;
};

// A journal that gives old orders back.
class Kept final : public Archive {
 public:
  std::vector<Entry> entries;

 private:
  core::Result<OrderHistory> history(std::int64_t order_number, std::int64_t shares_seq, std::int64_t before) override {
    OrderHistory history;
    core::OrderId id;
    for (const Entry& entry : entries) {
      const auto* entered = std::get_if<OrderEntered>(&entry.event);
      if (entered != nullptr && --order_number == 0) id = entered->order;
      const auto record = fill_record(entry.seq, entry.event);
      if (record && entry.seq < before && order_of_fill(entry.event) == id) history.fills.push_back(*record);
      if (entry.seq == shares_seq) history.shares = std::get<SharesSealed>(entry.event);
    }
    return history;
  }
};

using Stored = std::map<std::string, std::string>;

inline Stored bytes_of(const State& state) {
  Stored parts;
  for (const Snapshot::Part& part : state.whole_snapshot().parts) parts[part.name] = *part.bytes;
  return parts;
}

}  // namespace gateway

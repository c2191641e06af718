#include "gateway/engine/snapshot.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>

#include "tests/gateway/random_day.hpp"

namespace gateway {
namespace {

using Stored = std::map<std::string, std::string>;  // parts by name

Stored stored(const Snapshot& snapshot) {
  Stored parts;
  for (const Snapshot::Part& part : snapshot.parts) parts[part.name] = *part.bytes;
  return parts;
}

// The names of the parts that one has and the other has not, or has otherwise.
std::string difference(const Stored& a, const Stored& b) {
  std::string names;
  for (const auto* each : {&a, &b}) {
    const Stored& other = each == &a ? b : a;
    for (const auto& [name, bytes] : *each) {
      const auto found = other.find(name);
      if (found == other.end() || found->second != bytes) names.append(name).append(" ");
    }
  }
  return names;
}

Snapshot whole(const Stored& parts, std::int64_t seq) {
  Snapshot snapshot{.seq = seq, .is_whole = true, .parts = {}, .removed = {}};
  for (const auto& [name, bytes] : parts) {
    snapshot.parts.push_back({name, std::make_shared<const std::string>(bytes)});
  }
  return snapshot;
}

// The rows that people read, as the database would have them.
struct Rows {
  std::map<std::int64_t, std::string> orders, parts;
  std::vector<std::string> log;

  static std::string text(const std::vector<PartCells>& cells) {
    std::string text;
    for (const PartCells& cell : cells) {
      text += std::to_string(static_cast<std::uint32_t>(cell.group)) + "/" +
              std::to_string(static_cast<std::uint32_t>(cell.slot)) + ":" + std::to_string(cell.part.units) + "," +
              std::to_string(cell.part.cost) + "," + std::to_string(cell.part.commission) + " ";
    }
    return text;
  }
  void take(const Changes& changes) {
    for (const OrderRow& row : changes.orders) {
      orders[row.number] = row.state + " " + row.filled.text() + " " + row.average_price + " " +
                           std::to_string(row.notional_minor) + " " + row.broker_order_id + " " + row.text;
      if (!row.parts_are_stored) parts[row.number] = text(row.parts);
    }
    for (const FillRow& row : changes.fills) log.push_back(std::to_string(row.log_seq) + " " + row.fill.exec_id);
    for (const FillChangeRow& row : changes.fill_changes) {
      log.push_back(std::to_string(row.first_log_seq) + " " + row.change.exec_id +
                    (row.corrected ? " corrects" : " busts"));
    }
    for (const PartLogRow& row : changes.part_log) log.push_back(std::to_string(row.first_seq) + " " + text(row.parts));
  }
  friend bool operator==(const Rows&, const Rows&) = default;
};

// One state as it always was, and one that takes snapshots, lets orders go and dies now and then, both of one journal.
class TwoStates final : private Archive {
 public:
  TwoStates() { other_ = fresh(); }

  State plain;
  Rows plain_rows, other_rows;
  int restarts = 0, snapshots = 0, brought_back = 0;

  [[nodiscard]] const State& other() const { return *other_; }

  // What the day has next; the plain state is settled for it, and the other when the batch closes.
  void go_on(RandomDay& day) {
    plain.settle();
    for (const Event& event : day.next(plain)) apply(event);
  }
  void apply(const Event& event) {
    entries_.push_back({plain.last_seq() + 1, core::Time{std::chrono::seconds(entries_.size())}, event});
    plain.apply(entries_.back());
    other_->apply(entries_.back());
  }
  void close_batch() {
    plain.settle();
    other_->settle();
    plain_rows.take(plain.take_changes());
    other_rows.take(other_->take_changes());
  }
  void take_snapshot() {
    const Snapshot snapshot = other_->take_snapshot();
    if (snapshot.is_whole) parts_.clear();
    for (const std::string& name : snapshot.removed) RC_ASSERT(parts_.erase(name) == 1);
    for (const Snapshot::Part& part : snapshot.parts) parts_[part.name] = *part.bytes;
    seq_ = snapshot.seq;
    durable_ = seq_;
    ++snapshots;
    // What was added up is what a whole one has, and what the state that never saw one has.
    RC_ASSERT(difference(parts_, stored(other_->whole_snapshot())) == "");
    RC_ASSERT(difference(parts_, stored(plain.whole_snapshot())) == "");
  }
  void restart() {
    durable_ = plain.last_seq();
    other_ = fresh();
    if (seq_ > 0) RC_ASSERT(other_->restore(whole(parts_, seq_)).has_value());
    for (const Entry& entry : entries_) {
      if (entry.seq > other_->last_seq()) other_->apply(entry);
    }
    other_->settle();
    other_->discard_changes();
    ++restarts;
    RC_ASSERT(difference(stored(other_->whole_snapshot()), stored(plain.whole_snapshot())) == "");
  }

 private:
  std::unique_ptr<State> fresh() {
    auto state = std::make_unique<State>();
    state->set_archive(this);
    return state;
  }
  core::Result<OrderHistory> history(std::int64_t order_number, std::int64_t shares_seq, std::int64_t before) override {
    ++brought_back;
    OrderHistory history;
    core::OrderId id;
    for (const Entry& entry : entries_) {
      if (entry.seq > durable_) break;  // only what is durable is found
      const auto* entered = std::get_if<OrderEntered>(&entry.event);
      if (entered != nullptr && --order_number == 0) id = entered->order;
      const auto record = fill_record(entry.seq, entry.event);
      if (record && entry.seq < before && order_of_fill(entry.event) == id) history.fills.push_back(*record);
      if (entry.seq == shares_seq) history.shares = std::get<SharesSealed>(entry.event);
    }
    return history;
  }

  std::unique_ptr<State> other_;
  std::vector<Entry> entries_;
  Stored parts_;
  std::int64_t seq_ = 0;
  std::int64_t durable_ = 0;
};

// What the state tells of orders and breaks, field by field: a field that a snapshot forgot would be missing from its
// bytes too.
void expect_same_answers(const State& a, const State& b, const RandomDay& day) {
  RC_ASSERT(a.break_count() == b.break_count());
  RC_ASSERT(a.open_break_count() == b.open_break_count());
  for (std::int64_t i = 1; i <= static_cast<std::int64_t>(a.break_count()); ++i) {
    const auto fields = [](const State::Break& kept) {
      return std::tuple(kept.broker, kept.order_id, kept.exec_id, kept.settled_as, kept.settled_by);
    };
    RC_ASSERT(fields(*a.find_break(i)) == fields(*b.find_break(i)));
  }
  RC_ASSERT(a.name_tag() == b.name_tag());
  RC_ASSERT(a.desk_imported() == b.desk_imported());
  for (std::uint64_t i = 1; i <= day.keys(); ++i) {
    std::string key("key ");
    key.append(std::to_string(i));
    RC_ASSERT((a.done_for(key) == nullptr) == (b.done_for(key) == nullptr));
    if (a.done_for(key) == nullptr) continue;
    RC_ASSERT(a.done_for(key)->command == b.done_for(key)->command);
    RC_ASSERT(a.done_for(key)->orders == b.done_for(key)->orders);
  }
  RC_ASSERT(a.orders().all().size() == b.orders().all().size());
  const auto fields = [](const Order& order) {
    return std::tuple(order.number, order.entered_at, order.security_type, order.currency, order.group, state_of(order),
                      order.broker_filled, order.uncertain, order.pending_cancel_id, order.cancel_seq_num,
                      order.cancels_sent, order.broker_order_id, order.text, order.parts_logged, order.restated);
  };
  for (std::size_t i = 0; i < a.orders().all().size(); ++i) {
    RC_ASSERT(fields(*a.orders().all()[i]) == fields(*b.orders().all()[i]));
  }
  RC_ASSERT(a.orders().open().size() == b.orders().open().size());
}

TEST(Snapshot, RandomDaysAreTheSameWithSnapshotsLettingGoAndRestarts) {
  int restarts = 0;
  int snapshots = 0;
  int brought_back = 0;
  std::size_t retired = 0;
  EXPECT_TRUE(rc::check([&] {
    TwoStates states;
    RandomDay day(*rc::gen::arbitrary<std::uint64_t>());
    for (const Event& event : RandomDay::desk()) states.apply(event);
    states.close_batch();
    for (int i = 0; i < 250; ++i) {
      states.go_on(day);
      if (!day.one_in(3)) continue;
      states.close_batch();
      if (day.one_in(6)) states.take_snapshot();
      if (day.one_in(25)) states.restart();
    }
    states.close_batch();
    RC_ASSERT(difference(stored(states.plain.whole_snapshot()), stored(states.other().whole_snapshot())) == "");
    RC_ASSERT(states.plain_rows == states.other_rows);
    expect_same_answers(states.plain, states.other(), day);
    for (std::size_t i = 0; i < states.plain.orders().all().size(); ++i) {
      const Order& plain = *states.plain.orders().all()[i];
      const Order& other = *states.other().orders().all()[i];
      if (other.parts.is_retired()) ++retired;
      RC_ASSERT(plain.parts.totals() == other.parts.totals());
      RC_ASSERT((other.parts.is_retired() || plain.parts.parts() == other.parts.parts()));
    }
    for (int i = 0; i < 400; ++i) {
      std::string id("X");
      id.append(std::to_string(i));
      for (const char* date : {"20261120", "20261121", "2026-11-21"}) {
        const core::SessionName broker("SIM");
        RC_ASSERT(states.plain.seen(broker, date, id, 7) == states.other().seen(broker, date, id, 7));
      }
    }
    restarts += states.restarts, snapshots += states.snapshots, brought_back += states.brought_back;
  }));
  std::cout << snapshots << " snapshots, " << restarts << " restarts, " << retired << " orders let go at the end, "
            << brought_back << " brought back before\n";
  EXPECT_GT(restarts, 100);
  EXPECT_GT(retired, 300U);
  EXPECT_GT(brought_back, 100);
}

TEST(Snapshot, AnOrderThatIsOverKeepsNothingPerAccountAfterTwo) {
  TwoStates states;
  for (const Event& event : RandomDay::desk()) states.apply(event);
  RandomDay day(1);
  while (states.plain.orders().all().empty() || states.plain.orders().all().back()->leaves().raw > 0) {
    states.go_on(day);
  }
  states.close_batch();
  const Order& over = *states.other().orders().all().back();
  states.take_snapshot();
  EXPECT_FALSE(over.parts.is_retired());
  states.take_snapshot();
  EXPECT_TRUE(over.parts.is_retired());
  EXPECT_EQ(over.shares, nullptr);
  EXPECT_EQ(text(state_of(over)), "FILLED");
}

// Whatever the bytes are, they are refused or they are a state: nothing is read beyond its end, and nothing aborts.
TEST(Snapshot, BytesThatAreNoSnapshotAreRefused) {
  TwoStates states;
  RandomDay day(7);
  for (const Event& event : RandomDay::desk()) states.apply(event);
  for (int i = 0; i < 150; ++i) {
    states.go_on(day);
  }
  states.close_batch();
  const Stored good = stored(states.plain.whole_snapshot());
  const std::int64_t seq = states.plain.last_seq();
  ASSERT_TRUE(State().restore(whole(good, seq)).has_value());
  for (const auto& [name, bytes] : good) {
    Stored bad = good;
    bad[name] = bytes.substr(0, bytes.size() - 1);
    EXPECT_FALSE(State().restore(whole(bad, seq)).has_value()) << name << " without its last byte";
    if (name.starts_with("executions/")) continue;  // 24 bytes are 24 bytes
    bad[name] = bytes + '\0';
    EXPECT_FALSE(State().restore(whole(bad, seq)).has_value()) << name << " with a byte more";
  }
  EXPECT_FALSE(State().restore(whole(good, seq + 1)).has_value()) << "of another entry";
  EXPECT_TRUE(rc::check([&] {
    Stored bad = good;
    auto part = bad.begin();
    std::advance(part, *rc::gen::inRange<std::size_t>(0, bad.size()));
    std::string& bytes = part->second;
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] ^= static_cast<char>(*rc::gen::inRange(1, 256));
    static_cast<void>(State().restore(whole(bad, seq)));
  }));
}

}  // namespace
}  // namespace gateway

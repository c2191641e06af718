#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "alloc/book.hpp"
#include "alloc/parts.hpp"
#include "core/id.hpp"
#include "gateway/engine/blocks.hpp"
#include "gateway/journal/event.hpp"

// Block orders and their states. Pure.
namespace gateway {

// In the words of OrdStatus(39), and two of our own: sent and uncertain.
enum class OrderState {
  sent,          // out or on its way out, the broker has not said anything yet
  uncertain,     // sent, and the connection broke before the broker said anything
  acknowledged,  // New
  partially_filled,
  pending_cancel,  // we asked; the broker has not decided
  filled,
  cancelled,
  expired,
  done_for_day,
  rejected,
};
[[nodiscard]] std::string_view text(OrderState state);  // "PARTIALLY FILLED"
// No further fill is expected: the parts are final and go to the trade log.
[[nodiscard]] bool is_finished(OrderState state);

// What has been reported of an order so far, as a set: the order in which reports arrive does not matter.
struct Reported {
  bool acknowledged = false;
  bool rejected = false;
  bool cancelled = false;
  bool expired = false;
  bool done_for_day = false;
};

// The sleeves of an order that are in one group, a model or Independent. They stand together among its shares.
struct Leg {
  alloc::GroupIndex group{};
  std::size_t first = 0;  // among the shares
  std::size_t count = 0;

  friend bool operator==(const Leg&, const Leg&) = default;
};

// Who takes part in an order, and in which proportion; orders may have the same.
struct SealedShares {
  std::int64_t seq = 0;   // of the journal entry
  std::vector<Leg> legs;  // by group, no group twice; together they are all slots
  std::vector<alloc::SlotIndex> slots;
  std::shared_ptr<const alloc::ShareTable> table;  // one weight for each slot
  std::vector<std::uint64_t> leaving{};            // places among the slots: whose sale's money moves to Independent
  std::vector<std::int64_t> leaving_stakes{};      // one for each of these: what goes with the money of all its weight
};

struct Order {
  std::int64_t number = 0;  // 1, 2, 3, ... in the order of entry
  OrderEntered entered;
  core::Time entered_at;
  std::string security_type;
  core::Currency currency = core::Currency::of("USD");
  alloc::GroupIndex group{};                   // of its first leg, and mostly the only one
  std::shared_ptr<const SealedShares> shares;  // nothing when the parts are retired
  alloc::BlockParts parts;

  Reported reported;
  core::Quantity broker_filled;  // the highest CumQty(14) that was reported
  bool uncertain = false;
  std::string pending_cancel_id;  // the cancel we are waiting for, or empty
  int cancel_seq_num = 0;         // MsgSeqNum(34) under which it was sent
  int cancels_sent = 0;
  std::string broker_order_id;
  std::string text;           // the last thing the broker or we said of it
  int restated = 0;           // how often a bust or a correction made its parts anew
  bool parts_logged = false;  // the parts stand in the trade log: the order was finished
  bool is_unsaved = false;    // it has changed since the last snapshot

  [[nodiscard]] const core::OrderId& id() const { return entered.order; }
  // REQUIRES (these two): the parts are not retired
  [[nodiscard]] const std::vector<alloc::SlotIndex>& slots() const { return shares->slots; }
  [[nodiscard]] const std::vector<Leg>& legs() const { return shares->legs; }
  [[nodiscard]] core::Quantity leaves() const { return entered.quantity - parts.filled(); }
};

// The state follows from the set of reports alone; the table in README.md gives the precedence.
[[nodiscard]] OrderState state_of(const Order& order);

// The broker has said nothing yet that shows that it has the order.
[[nodiscard]] inline bool is_unheard(const Order& order) {
  return !order.reported.acknowledged && order.parts.filled().raw == 0;
}

// All orders, by our id and by every id under which a broker may speak of them.
class Orders {
 public:
  // REQUIRES: the id is new
  Order& add(Order order);
  void name_cancel(const Order& order, const std::string& cancel_id);
  void name_at_broker(const Order& order, const std::string& broker_order_id);

  [[nodiscard]] Order* find(const core::OrderId& id);
  [[nodiscard]] const Order* find(const core::OrderId& id) const;
  // By ClOrdID(11) of the order or of one of its cancels.
  [[nodiscard]] Order* by_cl_ord_id(const core::SessionName& broker, const std::string& cl_ord_id);
  [[nodiscard]] Order* by_broker_order_id(const core::SessionName& broker, const std::string& broker_order_id);
  // By the MsgSeqNum(34) under which the order or its cancel was sent in this life of the session's numbers.
  [[nodiscard]] Order* by_seq_num(const core::SessionName& broker, int seq_num);
  void name_sent(const Order& order, int seq_num);

  // Those that may still fill, by number. The state of an order is told after each change.
  [[nodiscard]] const std::map<std::int64_t, const Order*>& open() const { return open_; }
  void changed(const Order& order);

  // In the order of entry.
  [[nodiscard]] const std::vector<std::unique_ptr<Order>>& all() const { return all_; }

  // For snapshots: the names under which brokers may speak of orders, in the order in which they were given.
  [[nodiscard]] const Blocks& names() const { return names_; }
  // After all orders were added again. False: these are no blocks of ours.
  [[nodiscard]] bool restore_names(std::vector<Blocks::Block> blocks);

 private:
  // By what a name was given.
  enum class NameKind : std::uint8_t { cancel, at_broker, sent };
  struct Name {
    NameKind kind{};
    std::string text;
    int seq_num = 0;
    std::int64_t order = 0;
  };
  template <class Bytes, class T>
  static void name_fields(Bytes& bytes, T& name) {
    bytes(name.kind), bytes(name.text), bytes(name.seq_num), bytes(name.order);
  }
  // Returns false when the order has this name already.
  [[nodiscard]] bool give(const Name& name);
  void give_and_note(const Name& name);

  using Key = std::pair<core::SessionName, std::string>;

  std::vector<std::unique_ptr<Order>> all_;
  std::map<std::int64_t, const Order*> open_;
  std::map<std::string, Order*> by_id_;
  std::map<Key, Order*> by_cl_ord_id_;
  std::map<Key, Order*> by_broker_id_;
  std::map<std::pair<core::SessionName, int>, Order*> by_seq_num_;
  Blocks names_{64 * 1024};
};

}  // namespace gateway

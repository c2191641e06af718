#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/result.hpp"
#include "gateway/journal/event.hpp"
#include "gateway/orders/fills.hpp"

namespace gateway {

// What an order was made of, as the journal has it.
struct OrderHistory {
  SharesSealed shares;
  std::vector<FillRecord> fills;  // and what was made of them, in the order of their entries
};

// Told of an order that the journal does not give back, and why.
using ArchiveFailed = std::function<void(const core::Error&)>;

// Where the state finds what it has let go of. Used on the engine's thread.
class Archive {
 public:
  virtual ~Archive() = default;
  // Of the order with this number, whose shares were sealed by entry `shares_seq`: its fills, busts and corrections
  // before entry `before`, as far as they are durable. (A journal that is being replayed has later ones, too.) Errors:
  // the journal cannot be read, or these entries are not what was written.
  [[nodiscard]] virtual core::Result<OrderHistory> history(std::int64_t order_number, std::int64_t shares_seq,
                                                           std::int64_t before) = 0;
  // The same for the order with this id, out of every entry of the journal and nothing else: slow. history() may go by
  // rows beside the journal, which anybody can change; this is for when what it gave is not right.
  [[nodiscard]] virtual core::Result<OrderHistory> search(const core::OrderId& order, std::int64_t shares_seq,
                                                          std::int64_t before) {
    (void)order, (void)shares_seq, (void)before;
    return core::fail("archive", "there is nothing else to look into");
  }
};

}  // namespace gateway

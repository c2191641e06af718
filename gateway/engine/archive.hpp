#pragma once

#include <cstdint>
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

// Where the state finds what it has let go of. Used on the engine's thread.
class Archive {
 public:
  virtual ~Archive() = default;
  // Of the order with this number, whose shares were sealed by entry `shares_seq`: its fills, busts and corrections
  // before entry `before`, as far as they are durable. (A journal that is being replayed has later ones, too.) Errors:
  // the journal cannot be read, or these entries are not what was written.
  [[nodiscard]] virtual core::Result<OrderHistory> history(std::int64_t order_number, std::int64_t shares_seq,
                                                           std::int64_t before) = 0;
};

}  // namespace gateway

#pragma once

#include "core/id.hpp"
#include "core/result.hpp"
#include "fix/messages.hpp"

namespace gateway {

// The sessions to brokers as the engine sees them.
class Brokers {
 public:
  virtual ~Brokers() = default;
  [[nodiscard]] virtual bool is_known(const core::SessionName& broker) const = 0;
  [[nodiscard]] virtual bool is_logged_on(const core::SessionName& broker) const = 0;
  // The MsgSeqNum(34) under which the message goes out once the batch is durable. Error: not logged on.
  [[nodiscard]] virtual core::Result<int> send(const core::SessionName& broker, const fix::Message& message) = 0;
  // It was asked for prices, and has none of this instrument: somebody should know.
  virtual void has_no_price(const core::SessionName& /*broker*/, const core::Symbol& /*symbol*/,
                            const std::string& /*why*/) {}
};

}  // namespace gateway

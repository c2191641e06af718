#pragma once

#include "core/result.hpp"
#include "fix/messages.hpp"
#include "fix/quickfix.hpp"

// The part of the translation (translate.hpp) that deals with allocations. Private to fix/.
namespace fix {

[[nodiscard]] core::Result<FIX::Message> write(const AllocationInstruction& instruction);
[[nodiscard]] core::Result<FIX::Message> write(const AllocationInstructionAck& ack);

[[nodiscard]] core::Result<Message> read_allocation_instruction(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_allocation_ack(const FIX::Message& message);

}  // namespace fix

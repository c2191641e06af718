#pragma once

#include "core/result.hpp"
#include "fix/messages.hpp"
#include "fix/quickfix.hpp"
#include "fix/version.hpp"

// The part of the translation (translate.hpp) that deals with allocations, which are spoken as FIX 4.4 has them, and in
// no other version. Private to fix/.
namespace fix {

[[nodiscard]] core::Result<FIX::Message> write(const AllocationInstruction& instruction, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const AllocationInstructionAck& ack, Version version);

[[nodiscard]] core::Result<Message> read_allocation_instruction(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_allocation_ack(const FIX::Message& message);

}  // namespace fix

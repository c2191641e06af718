#include "fix/visitors.hpp"

#include "fix/field_names.hpp"
#include "fix/wire_text.hpp"

namespace fix {
namespace {

Peer* peer_of(const Identity& identity, const Visitors& visitors) {
  for (const Expected& one : visitors.expected) {
    const bool is_same = one.begin_string == identity.begin_string && one.sender_comp_id == identity.sender_comp_id &&
                         one.target_comp_id == identity.target_comp_id;
    if (is_same) return one.peer;
  }
  return visitors.guests ? visitors.guests(identity) : nullptr;
}

}  // namespace

Identity identity_in(std::string_view frame) {
  const auto value = [&](Field field) { return std::string(field_of(frame, field.tag).value_or("")); };
  return {value({8, "BeginString"}), value(field::sender_comp_id), value(field::target_comp_id)};
}

std::string text_of(const Identity& identity) {
  return identity.begin_string + ", SenderCompID(49) '" + identity.sender_comp_id + "', TargetCompID(56) '" +
         identity.target_comp_id + "'";
}

Peer* who_is(std::string_view frame, const Identity& identity, const Visitors& visitors, std::string& problem) {
  const std::string_view type = field_of(frame, field::msg_type.tag).value_or("");
  if (type != "A") {
    problem = "the first message must be a Logon(A); MsgType(35) '" + std::string(type) + "' came";
    return nullptr;
  }
  Peer* peer = peer_of(identity, visitors);
  if (peer == nullptr) problem = text_of(identity) + " is not expected here";
  return peer;
}

}  // namespace fix

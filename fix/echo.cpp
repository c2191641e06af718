#include "fix/echo.hpp"

#include "fix/field_names.hpp"

namespace fix {
namespace {

bool is_order(const FIX::Message& message) { return message.getHeader().getField(field::msg_type.tag) == "D"; }

}  // namespace

bool Echo::knows(const FIX::Message& message) {
  return is_order(message) || message.getHeader().getField(field::msg_type.tag) == "d";
}

bool Echo::takes(const FIX::Message& message) {
  if (!is_order(message) || !message.isSetField(field::cl_ord_id.tag)) return true;
  const FIX::Header& header = message.getHeader();
  const bool may_be_known = header.isSetField(field::poss_resend.tag) && header.getField(field::poss_resend.tag) == "Y";
  const std::string& order = message.getField(field::cl_ord_id.tag);
  if (orders_.contains(order)) return !may_be_known;
  remember(order);
  return true;
}

void Echo::remember(const std::string& order) {
  orders_.insert(order);
  in_turn_.push_back(order);
  if (in_turn_.size() <= max_remembered) return;
  orders_.erase(in_turn_.front());
  in_turn_.pop_front();
}

}  // namespace fix

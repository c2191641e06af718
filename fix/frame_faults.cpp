#include "fix/frame_faults.hpp"

#include "core/time.hpp"
#include "fix/field_names.hpp"
#include "fix/wire_text.hpp"

namespace fix {
namespace {

std::optional<std::string> differs(std::string_view frame, Field field, const std::string& expected) {
  const std::string_view value = field_of(frame, field.tag).value_or("");
  if (value == expected) return std::nullopt;
  return field.text() + ": '" + std::string(value) + "' came, '" + expected + "' was expected";
}

std::optional<std::string> fault_of_names(std::string_view frame, const SessionSettings& settings) {
  if (auto why = differs(frame, {8, "BeginString"}, begin_string(settings.version))) return why;
  if (auto why = differs(frame, field::sender_comp_id, settings.target_comp_id)) return why;
  return differs(frame, field::target_comp_id, settings.sender_comp_id);
}

std::string fault_of_times(std::string_view frame) {
  const std::string first(field_of(frame, field::orig_sending_time.tag).value_or(""));
  const std::string again(field_of(frame, field::sending_time.tag).value_or(""));
  const auto first_time = core::parse_fix_timestamp(first);
  const auto time = core::parse_fix_timestamp(again);
  if (!first_time || !time || *first_time <= *time) return {};
  return field::orig_sending_time.text() + ": '" + first + "' is later than " + field::sending_time.text() + " '" +
         again + "'";
}

}  // namespace

std::optional<std::string> fault_of_logon(std::string_view frame, const SessionSettings& settings) {
  if (auto why = fault_of_names(frame, settings)) return why;
  if (has_transport(settings.version)) {
    const std::string version(words_of(settings.version).appl_ver_id);
    if (auto why = differs(frame, field::default_appl_ver_id, version)) return why;
  }
  const int heartbeat = number_of(frame, field::heart_bt_int.tag).value_or(0);
  if (heartbeat < 1 || heartbeat > 3600) return field::heart_bt_int.text() + ": 1 to 3600 seconds are expected";
  if (settings.agreed_heartbeat_s) {
    if (auto why = differs(frame, field::heart_bt_int, std::to_string(*settings.agreed_heartbeat_s))) return why;
  }
  if (field_of(frame, field::reset_seq_num_flag.tag) != "Y") return std::nullopt;
  return differs(frame, field::msg_seq_num, "1");
}

std::optional<std::string> fault_of_resend(std::string_view frame, int next_target, int next_sender) {
  if (field_of(frame, field::msg_type.tag) != "2") return std::nullopt;
  const int first = number_of(frame, field::begin_seq_no.tag).value_or(0);
  const int last = number_of(frame, field::end_seq_no.tag).value_or(0);
  if (number_of(frame, field::msg_seq_num.tag).value_or(0) < next_target) return std::nullopt;
  const std::string asked =
      field::begin_seq_no.text() + " " + std::string(field_of(frame, field::begin_seq_no.tag).value_or(""));
  if (first < 1) return asked + " of a ResendRequest(2): numbers begin at 1";
  if (first >= next_sender) {
    return asked + " of a ResendRequest(2): nothing beyond " + std::to_string(next_sender - 1) + " was sent";
  }
  if (last == 0 || last >= first) return std::nullopt;
  return asked + " of a ResendRequest(2) is after " + field::end_seq_no.text() + " " + std::to_string(last);
}

std::string fault_of(std::string_view frame, const SessionSettings& settings, int next_target) {
  if (auto why = fault_of_names(frame, settings)) return *why;
  if (field_of(frame, field::sending_time.tag).value_or("").empty()) return field::sending_time.text() + " is missing";
  const auto seq_num = number_of(frame, field::msg_seq_num.tag);
  if (!seq_num) return field::msg_seq_num.text() + " is missing or no number";
  // Looked at in repetitions only: a message that is new to us is taken whatever it says of its first time.
  const bool again = *seq_num < next_target && field_of(frame, field::poss_dup_flag.tag) == "Y";
  return again ? fault_of_times(frame) : std::string();
}

}  // namespace fix

#include "fix/unsupported.hpp"

#include <algorithm>
#include <array>

#include "fix/field_names.hpp"
#include "fix/wire_text.hpp"

namespace fix {

namespace {

constexpr int unsupported_message_type = 3;  // BusinessRejectReason(380)

// All types of FIX but what decode() reads, in the order of the specification's tables, by the version that brought
// them; none was taken away since.
constexpr auto since_fix42 = std::to_array<std::string_view>(
    {"6", "7", "B", "C", "E", "K", "L", "M", "N", "Q", "R", "S", "T", "Z", "a", "b", "c", "d", "i", "k", "l", "m"});
constexpr auto since_fix44 = std::to_array<std::string_view>(
    {"o",  "p",  "s",  "t",  "u",  "v",  "w",  "z",  "AA", "AB", "AC", "AD", "AE", "AF",
     "AG", "AH", "AI", "AJ", "AK", "AL", "AM", "AN", "AO", "AP", "AQ", "AR", "AS", "AT",
     "AU", "AV", "AW", "AX", "AY", "AZ", "BA", "BB", "BC", "BD", "BE", "BF", "BG", "BH"});
constexpr auto since_fix50 =
    std::to_array<std::string_view>({"BI", "BJ", "BK", "BL", "BM", "BN", "BO", "BP", "BQ", "BR", "BS", "BT",
                                     "BU", "BV", "BW", "BX", "BY", "BZ", "CA", "CB", "CC", "CD", "CE"});

template <class Types>
bool has(const Types& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

bool is_unsupported_business(std::string_view type, Version version) {
  // Allocations are read as FIX 4.4 has them; other versions have other fields.
  const bool is_other_allocation = version != Version::fix44 && (type == "J" || type == "P");
  return is_other_allocation || has(since_fix42, type) || (version >= Version::fix44 && has(since_fix44, type)) ||
         (version >= Version::fix50sp2 && has(since_fix50, type));
}

FIX::Message stand_in_for(std::string_view frame) {
  constexpr std::array header_fields{Field{8, "BeginString"}, field::sender_comp_id,   field::target_comp_id,
                                     field::msg_seq_num,      field::poss_dup_flag,    field::poss_resend,
                                     field::sending_time,     field::orig_sending_time};
  FIX::Message heartbeat;
  for (const Field& kept : header_fields) {
    const auto value = field_of(frame, kept.tag);
    if (value) heartbeat.getHeader().setField(kept.tag, std::string(*value));
  }
  heartbeat.getHeader().setField(FIX::BodyLength(0));
  heartbeat.getHeader().setField(FIX::MsgType("0"));
  heartbeat.getTrailer().setField(FIX::CheckSum(0));
  return heartbeat;
}

FIX::Message answer_to_unsupported(int seq_num, const std::string& type, const std::string& why) {
  FIX::Message reject;
  reject.getHeader().setField(FIX::MsgType("j"));
  reject.setField(field::ref_seq_num.tag, std::to_string(seq_num));
  reject.setField(field::ref_msg_type.tag, type);
  reject.setField(field::business_reject_reason.tag, std::to_string(unsupported_message_type));
  reject.setField(field::msg_text.tag, why);
  return reject;
}

}  // namespace fix

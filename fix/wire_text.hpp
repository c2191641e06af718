#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

// Looking into the bytes of a FIX message without the engine: for what has to be decided before the engine sees them.
namespace fix {

inline constexpr char soh = '\x01';

// The value of the first field with this tag; nothing when there is none. Linear in the length of the frame.
[[nodiscard]] std::optional<std::string_view> field_of(std::string_view frame, int tag);

// A number of at most nine digits, such as MsgSeqNum(34); nothing when absent or anything else.
[[nodiscard]] std::optional<int> number_of(std::string_view frame, int tag);

// The same bytes with the values of Password(554), NewPassword(925) and RawData(96) replaced by ***.
[[nodiscard]] std::string blank_passwords(std::string_view frame);

// What is wrong with the length of a data field, such as RawDataLength(95) of RawData(96); nothing when all are right.
// `is_data` tells which tags hold data. Wherever data stands, a separator must stand behind as many bytes as any length
// of its kind in the frame states; so two lengths of a kind, for data of different lengths, are refused.
[[nodiscard]] std::optional<std::string> wrong_data_length(std::string_view frame,
                                                           const std::function<bool(int tag)>& is_data);

// Sum of all bytes modulo 256, as CheckSum(10) has it.
[[nodiscard]] int check_sum(std::string_view bytes);

// True for BeginString(8), BodyLength(9), MsgType(35) in front, CheckSum(10) at the end, length and sum right.
[[nodiscard]] bool is_well_framed(std::string_view frame);

}  // namespace fix

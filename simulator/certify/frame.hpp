#pragma once

#include <string>
#include <string_view>
#include <vector>

// FIX messages as lists of fields. A certification writes and reads them itself, so that it can be wrong on purpose.
namespace simulator::certify {

struct Field {
  int tag = 0;  // 0: a piece that is no field; `value` is all of it
  std::string value;

  friend bool operator==(const Field&, const Field&) = default;
};
using Fields = std::vector<Field>;

[[nodiscard]] Fields fields_of(std::string_view frame);
// The value of the first field with this tag, or empty.
[[nodiscard]] std::string value_of(const Fields& fields, int tag);
// Whether the field stands in the header of a message, before all others.
[[nodiscard]] bool is_header(int tag);

// The bytes of a message: BodyLength(9) and CheckSum(10) are counted unless they are among the fields.
[[nodiscard]] std::string bytes_of(const Fields& fields);

[[nodiscard]] std::string with_bars(std::string_view bytes);  // | for SOH, passwords blanked
[[nodiscard]] std::string with_soh(std::string_view text);    // SOH for |

}  // namespace simulator::certify

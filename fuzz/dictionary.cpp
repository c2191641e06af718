#include "core/check.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/rig.hpp"

// One message on a session that is logged on: its type in the first line, its fields behind, '|' for SOH. The header is
// right, so all that can be wrong is what the dictionary and the translation look at. The law: an application message
// that was counted was given to the owner, read or unreadable, once.
namespace fuzz {

int dictionary(const std::uint8_t* data, std::size_t size) {
  std::string_view fields = as_text(data, size);
  const std::string_view type = take_line(fields);
  Rig& rig = fresh_rig(fix::Role::dialling);
  rig.connect();
  rig.log_on();
  CHECK(rig.logged_on());
  const int number = rig.expected();
  rig.receive_message(type, number, fields);
  const bool session_level = type.size() == 1 && std::string_view("0A12345").find(type[0]) != std::string_view::npos;
  const bool whole = !type.empty() && type.find_first_of("|\x01") == std::string_view::npos;
  if (whole && !session_level) CHECK((rig.expected() > number) == (rig.last_given() == number));
  CHECK(rig.expected() <= number + 1 || session_level);
  rig.disconnect();
  return 0;
}

}  // namespace fuzz

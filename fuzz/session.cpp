#include <algorithm>
#include <charconv>

#include "fuzz/frames.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/rig.hpp"

// A broker's day, a step a line:
//   listen         as the only first line: the broker dials us
//   early          as the first line or the second: no Logon(A) is sent by itself
//   @TYPE|fields   a message with a right header and the number that is due
//   +3@, -2@       the same, with a number that is too high or too low
//   *300+2@        300 such messages with consecutive numbers
//   !body          a body as it is, with a right length and sum
//   ?bytes         bytes as they are
//   ~500           half a second passes
//   # or #l        the connection breaks and comes again, and the broker logs on
//   >              the desk sends an order
//   x              the desk logs out
// '|' stands for SOH. What must hold is checked in rig.cpp.
namespace fuzz {

namespace {

constexpr int max_steps = 200;
constexpr int max_messages = 600;  // of one input, whatever it asks for

int take_number(std::string_view& line) {
  int value = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  return error == std::errc() ? value : 0;
}

// "*300+2@8|37=..." behind its first character.
void send_messages(char first, std::string_view line, Rig& rig, int& messages_left) {
  int count = 1;
  if (first == '*') {
    count = take_number(line);
    if (line.empty()) return;
    first = line.front();
    line.remove_prefix(1);
  }
  int offset = 0;
  if (first == '+' || first == '-') {
    offset = std::min(take_number(line), 100'000) * (first == '+' ? 1 : -1);
    if (line.empty() || line.front() != '@') return;
    line.remove_prefix(1);
  } else if (first != '@') {
    return;
  }
  const std::size_t bar = std::min(line.find('|'), line.size());
  const std::string_view type = line.substr(0, bar);
  const std::string_view fields = line.substr(std::min(bar + 1, line.size()));
  count = std::min(count, messages_left);
  messages_left -= std::max(count, 0);
  const int from = rig.expected() + offset;
  for (int i = 0; i < count; ++i) rig.receive_message(type, from + i, fields);
}

void step(std::string_view line, Rig& rig, int& messages_left) {
  if (line.empty()) return;
  const char first = line.front();
  line.remove_prefix(1);
  switch (first) {
    case '!': return rig.receive(framed(with_soh(line)));
    case '?': return rig.receive(with_soh(line));
    case '~': return rig.tick(std::chrono::milliseconds(std::clamp(take_number(line), 0, 120'000)));
    case '>': return rig.send_order();
    case 'x': return rig.log_out();
    case '#':
      rig.connect();
      if (line == "l") rig.log_on();
      return;
    default: return send_messages(first, line, rig, messages_left);
  }
}

}  // namespace

int session(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = as_text(data, size);
  const auto first_line_is = [&](std::string_view word) {
    if (rest.substr(0, rest.find('\n')) != word) return false;
    (void)take_line(rest);
    return true;
  };
  Rig& rig = fresh_rig(first_line_is("listen") ? fix::Role::listening : fix::Role::dialling);
  rig.connect();
  if (!first_line_is("early")) rig.log_on();
  int messages_left = max_messages;
  for (int i = 0; i < max_steps && !rest.empty(); ++i) step(take_line(rest), rig, messages_left);
  rig.disconnect();
  return 0;
}

}  // namespace fuzz

#include "bench/support/raw_fix.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <numeric>

namespace bench {

namespace {

constexpr char soh = '\x01';

}  // namespace

void append_message(std::string& out, std::string fields) {
  for (char& c : fields) c = c == '|' ? soh : c;
  const std::size_t start = out.size();
  out += fmt::format("8=FIX.4.4{0}9={1}{0}{2}", soh, fields.size(), fields);
  const int sum = std::accumulate(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), 0,
                                  [](int total, char c) { return total + static_cast<unsigned char>(c); });
  out += fmt::format("10={:03}{}", sum % 256, soh);
}

std::string field(std::string_view frame, std::string_view tag) {
  const std::string start = soh + std::string(tag) + '=';
  const std::size_t at = frame.find(start);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + start.size();
  return std::string(frame.substr(begin, frame.find(soh, begin) - begin));
}

bool take_frame(std::string& received, std::string& frame) {
  const std::size_t trailer = received.find(std::string(1, soh) + "10=");
  const std::size_t end = trailer == std::string::npos ? trailer : received.find(soh, trailer + 1);
  if (end == std::string::npos) return false;
  frame = received.substr(0, end + 1);
  received.erase(0, end + 1);
  return true;
}

std::string sending_time() { return fmt::format("{:%Y%m%d-%H:%M:%S}.000", fmt::gmtime(std::time(nullptr))); }

}  // namespace bench

#include "fix/framer.hpp"

#include <charconv>

#include "fix/wire_text.hpp"

namespace fix {
namespace {

constexpr std::string_view start = "8=FIX";
constexpr std::size_t max_begin_bytes = 16;   // 8=FIXT.1.1 and some air
constexpr std::size_t max_length_bytes = 11;  // 9= and nine digits
constexpr std::size_t trailer_bytes = 7;      // 10=nnn and SOH

std::string count(std::size_t bytes) { return std::to_string(bytes).append(" bytes"); }

// How many bytes stand before "8=FIX", or before what may become one with the next bytes.
std::size_t distance_to_start(std::string_view bytes) {
  const std::size_t found = bytes.find(start);
  if (found != std::string_view::npos) return found;
  std::size_t kept = std::min(bytes.size(), start.size() - 1);
  while (!start.starts_with(bytes.substr(bytes.size() - kept))) --kept;
  return bytes.size() - kept;
}

bool has_trailer(std::string_view frame) {
  const std::string_view trailer = frame.substr(frame.size() - trailer_bytes);
  return trailer.starts_with("10=") && trailer.back() == soh;
}

// What is wrong with a message of known length; nothing when it is good.
std::optional<std::string> fault_of(std::string_view frame, std::size_t body_at) {
  const std::string_view trailer = frame.substr(frame.size() - trailer_bytes);
  if (!has_trailer(frame)) {
    return "BodyLength(9): no CheckSum(10) stands at the end of the message of " + count(frame.size());
  }
  if (!frame.substr(body_at).starts_with("35=")) return "MsgType(35) does not stand third";
  const std::string_view stated = trailer.substr(3, 3);
  const std::string right = std::to_string(1000 + check_sum(frame.substr(0, frame.size() - trailer_bytes))).substr(1);
  if (stated == right) return std::nullopt;
  return "CheckSum(10): '" + std::string(stated) + "' came, '" + right + "' is right";
}

}  // namespace

void Framer::add(std::string_view bytes) {
  if (!broken_.empty()) return;
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(bytes);
}

std::optional<Framer::Item> Framer::next() {
  if (!broken_.empty()) return Item{Item::Kind::broken, {}, broken_};
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (const std::size_t junk = distance_to_start(rest))
    return skip(junk, 0, count(junk) + " that belong to no message");
  const Head head = read_head(rest);
  if (head.state == Head::State::cut_off) return std::nullopt;
  if (head.state == Head::State::garbled) return skip_fault(rest, 0, head.garbled);
  const std::size_t frame_bytes = head.body_at + head.body_bytes + trailer_bytes;
  if (frame_bytes > max_frame_bytes_) {
    return break_off("BodyLength(9): a message of " + count(frame_bytes) + " is over the limit of " +
                     count(max_frame_bytes_));
  }
  if (rest.size() < frame_bytes) return std::nullopt;
  const std::string_view frame = rest.substr(0, frame_bytes);
  if (believes_lengths_ && !has_trailer(frame)) return skip_believing(rest, frame_bytes - trailer_bytes);
  if (auto fault = fault_of(frame, head.body_at)) return skip_fault(rest, frame_bytes, std::move(*fault));
  at_ += frame_bytes;
  junk_ = 0;
  return Item{Item::Kind::frame, frame, {}};
}

Framer::Head Framer::read_head(std::string_view rest) {
  Head head;
  const auto unfinished = [&](std::size_t limit, const char* fault) {
    head.state = rest.size() < limit ? Head::State::cut_off : Head::State::garbled;
    head.garbled = fault;
    return head;
  };
  const std::size_t begin_end = rest.substr(0, max_begin_bytes).find(soh);
  if (begin_end == std::string_view::npos) return unfinished(max_begin_bytes, "BeginString(8) has no end");
  const std::size_t length_at = begin_end + 1;
  const std::string_view length = rest.substr(length_at, max_length_bytes + 1);
  if (!std::string_view("9=").starts_with(length.substr(0, 2))) {
    return unfinished(0, "BodyLength(9) does not stand second");
  }
  const std::size_t length_end = length.find(soh);
  if (length_end == std::string_view::npos) {
    return unfinished(length_at + max_length_bytes + 1, "BodyLength(9) has no end");
  }
  const char* digits_end = length.data() + length_end;
  const auto [end, error] = std::from_chars(length.data() + 2, digits_end, head.body_bytes);
  if (length_end < 3 || error != std::errc() || end != digits_end) {
    return unfinished(0, "BodyLength(9) is not a whole number");
  }
  head.body_at = length_at + length_end + 1;
  return head;
}

// `end`: where CheckSum(10) should stand. Nothing when more bytes are needed.
std::optional<Framer::Item> Framer::skip_believing(std::string_view rest, std::size_t end) {
  const std::size_t trailer = rest.find(
      "\x01"
      "10=",
      end - 1);
  const std::size_t last = trailer == std::string_view::npos ? trailer : rest.find(soh, trailer + 1);
  if (last != std::string_view::npos) return skip(last + 1, 0, "BodyLength(9): no CheckSum(10) stands at its end");
  if (rest.size() <= max_frame_bytes_) return std::nullopt;
  return break_off("BodyLength(9): no CheckSum(10) in " + count(rest.size()));
}

// Whether the fault is in the length or in what follows cannot be told, so the search goes on right behind the start.
Framer::Item Framer::skip_fault(std::string_view rest, std::size_t work, std::string why) {
  return skip(start.size() + distance_to_start(rest.substr(start.size())), work, std::move(why));
}

// `work` is what was read in vain: a stream of false starts must not cost more than its length allows.
Framer::Item Framer::skip(std::size_t bytes, std::size_t work, std::string why) {
  at_ += bytes;
  junk_ += bytes + work;
  if (junk_ > 4 * max_frame_bytes_)
    return break_off("no whole message in " + count(junk_) + "; the last fault: " + why);
  return Item{Item::Kind::skipped, {}, std::move(why)};
}

Framer::Item Framer::break_off(std::string why) {
  broken_ = std::move(why);
  buffer_.clear();
  at_ = 0;
  return Item{Item::Kind::broken, {}, broken_};
}

}  // namespace fix

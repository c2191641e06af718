#include "core/check.hpp"
#include "fix/translate.hpp"
#include "fuzz/desk.hpp"
#include "fuzz/frames.hpp"
#include "fuzz/harness.hpp"

// Messages of a broker, one a line, as bodies with '|' for SOH: from fields to a struct, back, and to the engine. No
// dictionary stands in front here, so that everything behind it is met. What is read is written and read as the same,
// and the desk's laws hold after every message.
namespace fuzz {

namespace {

std::optional<FIX::Message> parsed(const std::string& frame) {
  try {
    return FIX::Message(frame, false);
  } catch (const FIX::Exception&) {
    return std::nullopt;
  }
}

// Times are written to the microsecond.
void cut(core::Time& time) { time = std::chrono::floor<std::chrono::microseconds>(time); }
void cut(std::optional<core::Time>& time) {
  if (time) cut(*time);
}

fix::Message to_the_microsecond(fix::Message message) {
  std::visit(
      [](auto& kind) {
        if constexpr (requires { kind.transact_time; }) {
          cut(kind.transact_time);
        }
      },
      message);
  return message;
}

void check_round_trip(const fix::Message& message) {
  auto written = fix::encode(message, fix::Version::fix44);
  if (!written) {
    // A BusinessMessageReject(j) that does not say of what is read, but not written.
    const auto* reject = std::get_if<fix::MessageReject>(&message);
    CHECK(reject != nullptr && reject->business && reject->ref_msg_type.empty());
    return;
  }
  written->getHeader().setField(FIX::BeginString("FIX.4.4"));
  const auto read = parsed(written->toString());
  CHECK(read.has_value());
  const auto again = fix::decode(*read, fix::Version::fix44);
  CHECK(again.has_value());
  CHECK(*again == to_the_microsecond(message));
}

void check_message(std::string_view body, Desk& desk) {
  const std::string frame = framed(with_soh(body));
  const auto fields = parsed(frame);
  if (!fields) return;
  (void)fix::decode_header(*fields);
  const auto message = fix::decode(*fields, fix::Version::fix44);
  if (message) {
    check_round_trip(*message);
    desk.engine().on_message(desk.broker(), *message, desk.now());
  } else {
    CHECK(!message.error().place.empty() && !message.error().message.empty());
    desk.engine().on_unreadable(desk.broker(), {.raw = frame, .reason = message.error().text()}, desk.now());
  }
  (void)desk.settle();
}

}  // namespace

int message(const std::uint8_t* data, std::size_t size) {
  Desk desk;
  desk.enter_orders();
  (void)desk.settle();
  for (std::string_view rest = as_text(data, size); !rest.empty();) {
    desk.advance();
    const std::string_view line = take_line(rest);
    // A new connection: everything open is asked about.
    if (line == "logon") {
      desk.engine().on_logon(desk.broker(), desk.now());
      (void)desk.settle();
    } else {
      check_message(line, desk);
    }
  }
  return 0;
}

}  // namespace fuzz

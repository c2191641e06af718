#include <algorithm>

#include "core/check.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/places.hpp"
#include "simulator/certify/referee.hpp"
#include "simulator/certify/replay.hpp"

// A suite and a raw log, whichever the bytes are. Errors name a line; a suite that is read is written and read as the
// same; a log that is read becomes a suite that is read. And a referee takes any client: what it is told, in bits, ends
// the suite in bounded time.
namespace fuzz {

namespace {

namespace certification = simulator::certify;

template <class Result>
bool is_good(const Result& result, std::string_view file, std::string_view content) {
  if (result) return true;
  CHECK(!result.error().empty());
  for (const core::Error& error : result.error()) check_place(error, file, content);
  return false;
}

void check_referee(const certification::Suite& suite, std::string_view bytes) {
  core::Time now{};
  certification::Referee referee(suite, {.id = "FUZZ"});
  referee.start(now);
  const auto step = [&](std::string_view said) {
    if (referee.wants_connection()) referee.connected(now);
    referee.received(said, now);
    (void)referee.take();
  };
  while (!bytes.empty()) {
    const std::string_view line = take_line(bytes);
    step(certification::with_soh(line));
    now += std::chrono::milliseconds(line.size());
    referee.tick(now);
  }
  // From here on nothing comes, and each step waits for a day at most.
  referee.closed(now);
  for (std::size_t i = 0; i < 100'000 && !referee.finished(); ++i) {
    now = std::max(now + std::chrono::milliseconds(1), referee.due());
    referee.tick(now);
    (void)referee.take();
  }
  CHECK(referee.finished());
}

}  // namespace

int certify(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = as_text(data, size);
  const auto suite = certification::parse_suite(bytes, "x.fixcert");
  if (is_good(suite, "x.fixcert", bytes)) {
    const std::string written = certification::text_of(*suite);
    const auto again = certification::parse_suite(written, "y.fixcert");
    CHECK(again.has_value());
    CHECK(certification::text_of(*again) == written);
    check_referee(*suite, bytes);
  }
  const auto recording = certification::parse_recording(bytes, "x.log");
  if (is_good(recording, "x.log", bytes)) {
    for (const certification::Side side : {certification::Side::broker, certification::Side::client}) {
      const std::string written = certification::text_of(certification::suite_of(*recording, {.side = side}));
      CHECK(certification::parse_suite(written, "z.fixcert").has_value());
    }
    (void)certification::scenarios_of(*recording);
  }
  return 0;
}

}  // namespace fuzz

#include "core/check.hpp"
#include "fuzz/harness.hpp"
#include "gateway/journal/event_json.hpp"

// A line of the journal: the kind of the event in the first line, its JSON behind. Whatever is in the database, it is
// read or refused with a reason; and what is read is written as the same again.
namespace fuzz {

int event(const std::uint8_t* data, std::size_t size) {
  std::string_view json = as_text(data, size);
  const std::string_view kind = take_line(json);
  const auto read = gateway::event_from_json(kind, json);
  if (!read) {
    CHECK(!read.error().message.empty());
    return 0;
  }
  CHECK(gateway::kind(*read) == kind);
  const std::string written = gateway::event_to_json(*read);
  const auto again = gateway::event_from_json(kind, written);
  CHECK(again.has_value());
  CHECK(gateway::event_to_json(*again) == written);
  return 0;
}

}  // namespace fuzz

#include "core/check.hpp"
#include "fix/dictionaries.hpp"
#include "fix/wire_text.hpp"
#include "fuzz/frames.hpp"
#include "fuzz/harness.hpp"

// The XML of a data dictionary, as configuration names it, through our check and QuickFIX's reading. It is refused with
// a reason, or messages can be read and judged by it.
// QuickFIX forgets a group's dictionary when a message names the group twice; once a start, at most.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier): LeakSanitizer's name
  return "leak:libquickfix";
}

namespace fuzz {

int fix_spec(const std::uint8_t* data, std::size_t size) {
  const auto dictionary = fix::parse_dictionary(std::string(as_text(data, size)));
  if (!dictionary) {
    CHECK(!dictionary.error().text().empty());
    return 0;
  }
  static const std::string message = framed(
      "35=8\x01"
      "34=2\x01"
      "49=SIM\x01"
      "52=20261120-14:30:00\x01"
      "56=DESK\x01"
      "37=B1\x01"
      "453=2\x01"
      "448=A\x01"
      "452=1\x01"
      "448=B\x01"
      "452=2\x01"
      "95=3\x01"
      "96=a\x01"
      "b\x01"
      "58=text\x01");
  if (fix::wrong_data_length(message, [&](int tag) { return (*dictionary)->isDataField(tag); })) return 0;
  try {
    FIX::Message read;
    read.setString(message, true, dictionary->get(), dictionary->get());
    (*dictionary)->validate(read);
  } catch (const FIX::Exception&) {
    return 0;  // refused: as good as taken
  }
  return 0;
}

}  // namespace fuzz

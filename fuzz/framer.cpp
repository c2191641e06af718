#include "fix/framer.hpp"

#include <algorithm>
#include <vector>

#include "core/check.hpp"
#include "core/random.hpp"
#include "fix/wire_text.hpp"
#include "fuzz/frames.hpp"
#include "fuzz/harness.hpp"

// The bytes of a connection. However they are cut into pieces, the same messages come out, each right in length and
// sum and none twice; and the framer gives up at the same place.
namespace fuzz {

namespace {

constexpr std::size_t max_frame_bytes = 512;  // small, so that a short input reaches the limits

struct Cut {
  std::vector<std::string> frames;
  bool broken = false;
  friend bool operator==(const Cut&, const Cut&) = default;
};

void drain(fix::Framer& framer, Cut& cut) {
  while (const auto item = framer.next()) {
    if (item->kind == fix::Framer::Item::Kind::broken) {
      CHECK(!item->text.empty());
      cut.broken = true;
      return;
    }
    if (item->kind == fix::Framer::Item::Kind::skipped) {
      CHECK(!item->text.empty());
      continue;
    }
    CHECK(!cut.broken);
    CHECK(fix::is_well_framed(item->bytes) && item->bytes.size() <= max_frame_bytes);
    cut.frames.emplace_back(item->bytes);
  }
}

Cut cut_in_pieces(std::string_view bytes, core::Random& random, std::size_t most) {
  fix::Framer framer(max_frame_bytes);
  Cut cut;
  while (!bytes.empty()) {
    const std::size_t piece = std::min(bytes.size(), 1 + random.below(most));
    framer.add(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
    drain(framer, cut);
  }
  return cut;
}

}  // namespace

int framer(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = with_soh(as_text(data, size));
  core::Random random(core::stable_hash(bytes));
  const Cut whole = cut_in_pieces(bytes, random, bytes.size());
  fix::Framer at_once(max_frame_bytes);
  Cut expected;
  at_once.add(bytes);
  drain(at_once, expected);
  CHECK(whole == expected);
  CHECK(cut_in_pieces(bytes, random, 1) == expected);
  CHECK(cut_in_pieces(bytes, random, 40) == expected);

  // Each frame stands in the stream, in this order and apart from the others.
  std::size_t at = 0;
  for (const std::string& frame : expected.frames) {
    const std::size_t found = bytes.find(frame, at);
    CHECK(found != std::string::npos);
    at = found + frame.size();
  }
  return 0;
}

}  // namespace fuzz

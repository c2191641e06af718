#include "simulation/trace.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/random.hpp"

namespace simulation {

static_assert(std::endian::native == std::endian::little, "the digest reads eight bytes as one number");

void Trace::note(core::Time at, std::initializer_list<std::string_view> parts) {
  ++count_;
  digest_ = core::mix(digest_ ^ static_cast<std::uint64_t>(at.time_since_epoch().count()));
  for (const std::string_view part : parts) hash(part);
  if (!reader_) return;
  std::string line = core::iso_text(at).substr(11, 15);
  for (const std::string_view part : parts) line.append(" ").append(part);
  std::replace(line.begin(), line.end(), '\x01', '|');
  reader_(line);
}

void Trace::hash(std::string_view bytes) {
  std::uint64_t state = digest_ ^ bytes.size();
  for (; bytes.size() >= sizeof(state); bytes.remove_prefix(sizeof(state))) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    state = core::mix(state ^ word);
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  digest_ = core::mix(state ^ rest);
}

}  // namespace simulation

#include "simulation/disk/inode.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

namespace {

constexpr std::int64_t sector_bytes = 512;

void put(std::string& file, std::int64_t offset, std::string_view bytes) {
  const auto at = static_cast<std::size_t>(offset);
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size(), '\0');
  file.replace(at, bytes.size(), bytes);
}

// The sectors that the write touches, each kept or not.
void put_torn(std::string& file, std::int64_t offset, std::string_view bytes, core::Random& random) {
  while (!bytes.empty()) {
    const std::int64_t room = sector_bytes - offset % sector_bytes;
    const std::string_view part = bytes.substr(0, static_cast<std::size_t>(room));
    if (random.below(2) == 0) put(file, offset, part);
    offset += static_cast<std::int64_t>(part.size());
    bytes.remove_prefix(part.size());
  }
}

}  // namespace

void Inode::write(std::int64_t offset, std::string_view bytes) {
  put(now_, offset, bytes);
  add({.offset = offset, .bytes = std::string(bytes)});
}

void Inode::truncate(std::int64_t size) {
  now_.resize(static_cast<std::size_t>(size), '\0');
  add({.offset = size, .is_truncate = true});
}

void Inode::add(Change change) { changes_.push_back(std::move(change)); }

void Inode::sync() {
  bool is_whole = true;
  for (Change& change : changes_) {
    if (change.state == State::waiting) change.state = State::durable;
    is_whole = is_whole && change.state == State::durable;
  }
  if (!is_whole) return;
  platter_ = now_;
  changes_.clear();
}

void Inode::sync_failed() {
  for (Change& change : changes_) {
    if (change.state == State::waiting) change.state = State::given_up;
  }
}

std::string Inode::after_power_cut(core::Random& random) const {
  std::string found = platter_;
  for (const Change& change : changes_) {
    const std::uint64_t fate = change.state == State::durable ? 0 : random.below(3);
    if (fate == 1) continue;
    if (change.is_truncate) {
      found.resize(static_cast<std::size_t>(change.offset), '\0');
    } else if (fate == 0) {
      put(found, change.offset, change.bytes);
    } else {
      put_torn(found, change.offset, change.bytes, random);
    }
  }
  return found;
}

}  // namespace simulation

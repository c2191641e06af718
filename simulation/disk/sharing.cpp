#include "simulation/disk/sharing.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace simulation {

int Sharing::lock(const void* who, int level) {
  int& own = levels_[who];
  if (own >= level) return SQLITE_OK;
  int others = SQLITE_LOCK_NONE;
  for (const auto& [other, held] : levels_) {
    if (other != who) others = std::max(others, held);
  }
  if (level == SQLITE_LOCK_SHARED && others >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
  if (level > SQLITE_LOCK_SHARED && others >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
  if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
    own = SQLITE_LOCK_PENDING;  // no new readers; those that are there may finish
    return SQLITE_BUSY;
  }
  own = level;
  return SQLITE_OK;
}

void Sharing::unlock(const void* who, int level) {
  if (level == SQLITE_LOCK_NONE) {
    levels_.erase(who);
  } else {
    levels_[who] = std::min(levels_[who], level);
  }
}

bool Sharing::is_reserved() const {
  return std::any_of(levels_.begin(), levels_.end(),
                     [](const auto& each) { return each.second >= SQLITE_LOCK_RESERVED; });
}

bool Sharing::has_memory(int region) const {
  const auto index = static_cast<std::size_t>(region);
  return index < regions_.size() && !regions_[index].empty();
}

std::int64_t Sharing::memory_bytes() const {
  std::size_t words = 0;
  for (const auto& region : regions_) words += region.size();
  return static_cast<std::int64_t>(words * sizeof(std::uint64_t));
}

void* Sharing::memory(const void* who, int region, int bytes, bool extend) {
  memory_locks_[who];
  const auto index = static_cast<std::size_t>(region);
  if (index >= regions_.size()) {
    if (!extend) return nullptr;
    regions_.resize(index + 1);
  }
  const std::size_t words = static_cast<std::size_t>(bytes) / sizeof(std::uint64_t);
  if (regions_[index].empty()) regions_[index].resize(words);
  return regions_[index].data();
}

int Sharing::lock_memory(const void* who, int first, int count, int flags) {
  const bool is_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  const auto begin = static_cast<std::size_t>(first);
  const std::size_t end = begin + static_cast<std::size_t>(count);
  const bool is_release = (flags & SQLITE_SHM_UNLOCK) != 0;
  for (const auto& [other, held] : memory_locks_) {
    if (is_release || other == who) continue;
    for (std::size_t i = begin; i < end; ++i) {
      if (held[i] == Held::exclusive || (is_exclusive && held[i] == Held::shared)) return SQLITE_BUSY;
    }
  }
  std::array<Held, slots>& own = memory_locks_[who];
  const Held wanted = is_exclusive ? Held::exclusive : Held::shared;
  std::fill(own.begin() + first, own.begin() + first + count, is_release ? Held::none : wanted);
  return SQLITE_OK;
}

void Sharing::leave_memory(const void* who) {
  memory_locks_.erase(who);
  if (memory_locks_.empty()) regions_.clear();
}

}  // namespace simulation

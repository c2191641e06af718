#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace simulation {

// What the connections to one database share while they are open: file locks, and the shared memory of the WAL with its
// locks. SQLite's rules for both are in its sqlite3_io_methods; a connection is known by its address. Returns SQLite's
// result codes.
class Sharing {
 public:
  [[nodiscard]] int lock(const void* who, int level);  // SQLITE_LOCK_SHARED and up
  void unlock(const void* who, int level);
  [[nodiscard]] bool is_reserved() const;

  [[nodiscard]] bool has_memory(int region) const;
  [[nodiscard]] std::int64_t memory_bytes() const;
  // A region of shared memory, made on demand if `extend`; null when there is none.
  [[nodiscard]] void* memory(const void* who, int region, int bytes, bool extend);
  [[nodiscard]] int lock_memory(const void* who, int first, int count, int flags);
  // The connection looks at the shared memory no more; with the last one it is gone.
  void leave_memory(const void* who);

 private:
  static constexpr std::size_t slots = 8;  // SQLITE_SHM_NLOCK

  enum class Held { none, shared, exclusive };

  std::map<const void*, int> levels_;
  std::map<const void*, std::array<Held, slots>> memory_locks_;  // one entry for everybody who has mapped memory
  std::vector<std::vector<std::uint64_t>> regions_;              // words, so that they are aligned as SQLite wants
};

}  // namespace simulation

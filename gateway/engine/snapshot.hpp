#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gateway {

// Of the bytes in the parts. It grows with every change to what they hold; a snapshot of another version is not read.
inline constexpr std::int64_t snapshot_format = 6;

// What the journal up to `seq` comes to, in parts, each with a name. Parts that are as they were in the snapshot before
// are left out.
struct Snapshot {
  struct Part {
    std::string name;
    std::shared_ptr<const std::string> bytes;  // never changes
  };
  std::int64_t seq = 0;
  bool is_whole = false;             // every part is here; those of the snapshot before are no more
  std::vector<Part> parts;           // new, or other than before
  std::vector<std::string> removed;  // parts that are no more
};

}  // namespace gateway

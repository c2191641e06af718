#pragma once

#include <string>

#include "core/result.hpp"

namespace gateway {

// Holds `<path>.lock` for this process: the kernel lets it go when the process ends, however it ends.
class FileLock {
 public:
  // Error: another process holds it; says which.
  [[nodiscard]] static core::Result<FileLock> take(const std::string& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace gateway

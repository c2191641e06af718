#include "gateway/journal/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/time.hpp"

namespace gateway {

core::Result<FileLock> FileLock::take(const std::string& path) {
  const std::string lock_path = path + ".lock";
  const int descriptor = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return core::fail(lock_path, std::strerror(errno));
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 200> holder{};
    const ssize_t read = ::pread(descriptor, holder.data(), holder.size() - 1, 0);
    return core::fail(path, "another gateway works on this database: " +
                                (read > 0 ? std::string(holder.data()) : std::string("holder unknown")) +
                                ". Stop it first; two gateways on one book would book twice");
  }
  const std::string us = "process " + std::to_string(::getpid()) + ", since " +
                         core::iso_text(core::SystemClock().now()).substr(0, 19) + "Z";
  // Only for people: a lock that cannot be labelled is a lock all the same.
  if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, us.data(), us.size(), 0);
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gateway

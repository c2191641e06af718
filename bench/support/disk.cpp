#include "bench/support/disk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace bench {
namespace {

// A descriptor that closes itself.
class File {
 public:
  explicit File(const std::filesystem::path& path)
      : fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), path.string());
  }
  ~File() { close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

std::vector<std::int64_t> append_and_sync(const std::filesystem::path& path, int count) {
  using Clock = std::chrono::steady_clock;
  const File file(path);
  std::array<char, 4096> block{};
  block.fill('x');
  std::vector<std::int64_t> result;
  for (int i = 0; i < count; ++i) {
    const Clock::time_point start = Clock::now();
    const bool done =
        write(file.fd(), block.data(), block.size()) == static_cast<ssize_t>(block.size()) && fdatasync(file.fd()) == 0;
    if (!done) throw std::system_error(errno, std::generic_category(), path.string());
    result.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count());
  }
  return result;
}

}  // namespace bench

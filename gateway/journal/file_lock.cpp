#include "gateway/journal/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "core/time.hpp"

namespace gateway {

namespace {

// A descriptor that is closed unless it is released.
class Opened {
 public:
  Opened(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~Opened() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  [[nodiscard]] bool failed() const { return descriptor_ < 0; }
  [[nodiscard]] int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

std::string first_line_of(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line, '\0');
  return line.substr(0, line.find('\n'));
}

// The second line of the lock file of a database that holds a desk.
constexpr std::string_view desk_note = "The database holds a desk.";

bool says_desk(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && std::getline(file, line) && line == desk_note;
}

// "process 123 (prorata-gateway) on host desk-1, since 2026-11-21T09:00:00Z"
std::string describe_us() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {'?'};
  return fmt::format("process {} ({}) on host {}, since {}Z", ::getpid(), first_line_of("/proc/self/comm"), host.data(),
                     core::iso_text(core::SystemClock().now()).substr(0, 19));
}

// The process that holds a flock() on the file, as the kernel lists it; 0 when it does not say: another machine or
// another container holds it. The lines are "1: FLOCK ADVISORY WRITE 123 08:01:4711 0 EOF" (proc(5)).
int holder_in_kernel(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return 0;
  const std::string file = fmt::format("{:02x}:{:02x}:{}", major(status.st_dev), minor(status.st_dev), status.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, place;
    words >> number >> kind >> mode >> access >> process >> place;
    if (kind != "FLOCK" || place != file) continue;
    int holder = 0;
    std::from_chars(process.data(), process.data() + process.size(), holder);
    return holder;
  }
  return 0;
}

// Who wrote the label is who holds the lock, unless the kernel names another: then the label is of an earlier holder.
std::string describe_holder(int descriptor, const std::string& label) {
  const int holder = holder_in_kernel(descriptor);
  const bool is_theirs = label.starts_with(fmt::format("process {} ", holder));
  if (!label.empty() && (holder == 0 || is_theirs)) return label;
  if (holder == 0) return "a process that cannot be seen from here";
  return fmt::format("process {} ({})", holder, first_line_of(fmt::format("/proc/{}/comm", holder)));
}

tl::unexpected<core::Error> refuse(const std::string& path, const std::string& holder, const std::string& how) {
  return core::fail(path, fmt::format("another gateway works on this database{}: {}. Stop it first; two gateways on "
                                      "one book would book twice",
                                      how, holder));
}

}  // namespace

core::Result<FileLock> FileLock::take(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  const std::string database_path = error ? path : real.string();
  const std::string label_path = database_path + ".lock";

  Opened label(label_path, O_RDWR | O_CREAT);
  if (label.failed()) return core::fail(label_path, std::strerror(errno));
  if (::flock(label.get(), LOCK_EX | LOCK_NB) != 0) {
    return refuse(path, describe_holder(label.get(), first_line_of(label_path)), "");
  }
  Opened database(database_path, O_RDONLY | O_CREAT);
  if (database.failed()) return core::fail(path, std::strerror(errno));
  if (::flock(database.get(), LOCK_EX | LOCK_NB) != 0) {
    // Left open on purpose: if this very process has the file open under another name, closing would take the locks of
    // SQLite away (fcntl(2): any close of a file releases all of the process's locks on it).
    return refuse(path, describe_holder(database.release(), ""), " under another name");
  }
  FileLock lock(label.release(), database.release(), label_path, describe_us(), says_desk(label_path));
  lock.write_label();
  return lock;
}

// A lock that cannot be labelled is a lock all the same. The old text is cut only when the new one is there, so that
// what it says of the desk is never gone.
void FileLock::write_label() const {
  const std::string text = fmt::format("{}\n{}{}", holder_, held_desk_ ? desk_note : "", held_desk_ ? "\n" : "");
  const auto size = static_cast<ssize_t>(text.size());
  if (::pwrite(label_, text.data(), text.size(), 0) == size) (void)!::ftruncate(label_, size);
}

void FileLock::note_desk() {
  if (std::exchange(held_desk_, true)) return;
  write_label();
  (void)::fsync(label_);
}

FileLock::FileLock(FileLock&& other) noexcept
    : label_(std::exchange(other.label_, -1)),
      database_(std::exchange(other.database_, -1)),
      lock_file_(std::move(other.lock_file_)),
      holder_(std::move(other.holder_)),
      held_desk_(other.held_desk_) {}

FileLock::~FileLock() {
  if (database_ >= 0) ::close(database_);
  if (label_ >= 0) ::close(label_);
}

}  // namespace gateway

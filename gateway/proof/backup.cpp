#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "gateway/proof/database.hpp"
#include "gateway/proof/tasks.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

constexpr int pages_at_a_time = 2'000;  // 8 MB

[[noreturn]] void refuse(const std::string& path, int error) {
  throw Refused(path + ": " + std::generic_category().message(error));
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(open(path.c_str(), flags | O_CLOEXEC)) {
    if (number_ < 0) refuse(path, errno);
  }
  ~Descriptor() { close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void sync(const std::string& path) const {
    if (fsync(number_) != 0) refuse(path, errno);
  }

 private:
  int number_;
};

// A new file under a name of its own, which goes away unless it becomes the backup.
class Partial {
 public:
  // Readable by whoever may read the original, and by nobody else.
  Partial(const std::string& target, mode_t mode) : target_(target), path_(target + ".partial") {
    if (std::filesystem::exists(std::filesystem::symlink_status(target))) {
      throw Refused(target + ": is there already, and a backup overwrites nothing; choose another name");
    }
    const int made = open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    if (made < 0 && errno == EEXIST) {
      throw Refused(path_ +
                    ": is there already: another backup is under way, or one was cut off; then delete the file");
    }
    if (made < 0) refuse(path_, errno);
    close(made);
  }
  ~Partial() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  // From now on the file is there, whole, also after a power cut. link() fails when somebody made the target meanwhile.
  void become_target() {
    Descriptor(path_, O_RDONLY).sync(path_);
    if (link(path_.c_str(), target_.c_str()) != 0) refuse(target_, errno);
    unlink(path_.c_str());
    path_.clear();
    const std::string folder = std::filesystem::path(target_).parent_path().string();
    Descriptor(folder, O_RDONLY | O_DIRECTORY).sync(folder);
  }

 private:
  std::string target_;
  std::string path_;
};

// One moment of `source`: what the gateway commits meanwhile is not seen, and does not make the copying begin again.
void copy(sqlite::Database& source, const std::string& path, const Progress& progress) {
  sqlite::Database target(path, sqlite::Database::Mode::read_write_create);
  source.run("BEGIN");
  (void)source.number("SELECT max(seq) FROM journal");  // the moment is that of the first read
  sqlite::copy(source, target, pages_at_a_time,
               [&](std::int64_t done, std::int64_t total) { tell(progress, done, total); });
  source.run("COMMIT");
  // One file without a write-ahead log beside it; the gateway that opens it makes that anew.
  target.run("PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE");
  const std::int64_t now = core::SystemClock().now().time_since_epoch().count();
  target.run(
      fmt::format("BEGIN; DELETE FROM copy_row; "
                  "INSERT INTO copy_row SELECT coalesce(max(seq), 0), {} FROM journal; COMMIT",
                  now));
}

}  // namespace

json::object backup(const BackupTask& task, const std::string& path, const Progress& progress) {
  const auto source = open_to_read(path);
  struct stat original {};
  if (stat(path.c_str(), &original) != 0) refuse(path, errno);
  Partial partial(task.file, original.st_mode & 0777U);
  copy(*source, partial.path(), progress);
  const json::object proof = verify({}, partial.path(), progress);
  if (!proof.at("holds").as_bool()) {
    throw Refused(path + ": its copy does not verify, so there is no backup; see: prorata verify");
  }
  const auto bytes = std::filesystem::file_size(partial.path());
  partial.become_target();
  return {{"database", path},
          {"file", task.file},
          {"holds", true},
          {"bytes", bytes},
          {"entries", proof.at("entries")},
          {"head", proof.at("head")},
          {"time_utc", proof.at("time_utc")}};
}

std::optional<core::Time> copied_at(const std::string& path) {
  const auto database = open_to_read(path);
  const std::int64_t ns =
      database->number("SELECT time_ns FROM copy_row WHERE last_seq = (SELECT coalesce(max(seq), 0) FROM journal)");
  return ns == 0 ? std::nullopt : std::optional(core::Time{std::chrono::nanoseconds{ns}});
}

}  // namespace gateway

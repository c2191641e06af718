#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace simulator {

// A file that only grows. Each piece is one call of the system, so that of a process that is killed the file holds
// whole pieces, and of a full disk at most one torn piece at the end.
class AppendFile {
 public:
  // Makes the file when there is none. Errors: it is something else than a file, or cannot be read or written.
  [[nodiscard]] static core::Result<std::unique_ptr<AppendFile>> open(const std::string& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // What was in it when it was opened.
  [[nodiscard]] const std::string& found() const { return found_; }
  // Takes what was found beyond the first `bytes` away. Error: it cannot be written.
  [[nodiscard]] core::Result<void> cut(std::size_t bytes);
  // Throws std::runtime_error when it cannot be written, and ever after.
  void append(std::string_view piece);

 private:
  AppendFile(std::string path, int descriptor, std::string found)
      : path_(std::move(path)), descriptor_(descriptor), found_(std::move(found)) {}

  std::string path_;
  int descriptor_;
  bool failed_ = false;
  std::string found_;
};

}  // namespace simulator

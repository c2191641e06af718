#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace bench {

// A folder of its own in the one where we run, so that the disk measured is the one meant; gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = "scratch-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot write to this folder");
    path_ = std::filesystem::absolute(name);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace bench

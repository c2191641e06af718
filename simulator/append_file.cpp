#include "simulator/append_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace simulator {

core::Result<std::unique_ptr<AppendFile>> AppendFile::open(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return core::fail(path, "is not a regular file");
  }
  std::string found;
  if (std::ifstream in(path, std::ios::binary); in) found.assign(std::istreambuf_iterator<char>(in), {});
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return core::fail(path, "cannot be opened for writing");
  return std::unique_ptr<AppendFile>(new AppendFile(path, descriptor, std::move(found)));
}

AppendFile::~AppendFile() { ::close(descriptor_); }

core::Result<void> AppendFile::cut(std::size_t bytes) {
  if (bytes >= found_.size()) return {};
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) return core::fail(path_, "cannot be written to");
  found_.resize(bytes);
  return {};
}

void AppendFile::append(std::string_view piece) {
  failed_ = failed_ || ::write(descriptor_, piece.data(), piece.size()) != static_cast<ssize_t>(piece.size());
  if (failed_) throw std::runtime_error("cannot write to " + path_);
}

}  // namespace simulator

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "fix/memory_store.hpp"

namespace fix {

// A session's memory in one append-only file, for the simulator: it survives a restart of the process, not of the
// machine (nothing is synced; the gateway's own store is its journal). Everything is held in memory as well.
//
// save(), keep_sent() and forget_sent() throw std::runtime_error when the file cannot be written, and ever after; the
// session then gives up its connection.
class FileStore final : public SessionStore {
 public:
  // Makes the file when there is none. A record that a crash cut off at the end is dropped. Errors: cannot be opened;
  // not a store; broken in the middle (names the byte): starting again at 1 in silence would lose messages.
  [[nodiscard]] static core::Result<std::unique_ptr<FileStore>> open(const std::string& path);

  ~FileStore() override;
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;

  [[nodiscard]] SequenceNumbers load() const override { return memory_.load(); }
  void save(const SequenceNumbers& numbers) override;
  void keep_sent(int seq_num, std::string_view bytes) override;
  [[nodiscard]] std::vector<std::string> sent(int first, int last) const override { return memory_.sent(first, last); }
  void forget_sent() override;

 private:
  explicit FileStore(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] bool write(std::string_view bytes);
  void append(const std::string& record);

  std::string path_;
  int file_ = -1;
  bool failed_ = false;
  MemoryStore memory_;
};

}  // namespace fix

#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "fix/session.hpp"

namespace simulator {

// A session's memory in two files of a folder: NAME.numbers and NAME.sent. It outlives the process, not a power cut:
// nothing is synced, for what an exchange that is not real would lose is not real either.
class FileStore final : public fix::SessionStore {
 public:
  // Makes the folder when it is not there. Errors: the files cannot be read or written, or are not ours.
  [[nodiscard]] static core::Result<std::unique_ptr<FileStore>> open(const std::filesystem::path& folder,
                                                                     const std::string& name);

  [[nodiscard]] fix::SequenceNumbers load() const override { return numbers_; }
  void save(const fix::SequenceNumbers& numbers) override;
  void keep_sent(int seq_num, std::string_view bytes) override;
  [[nodiscard]] std::vector<std::string> sent(int first, int last) const override;
  void forget_sent() override;

 private:
  FileStore(const std::filesystem::path& folder, const std::string& name);

  [[nodiscard]] core::Result<void> read_numbers();
  [[nodiscard]] core::Result<void> read_sent();

  std::filesystem::path numbers_path_;
  std::filesystem::path sent_path_;
  fix::SequenceNumbers numbers_;
  std::map<int, std::string> sent_;
  std::ofstream sent_file_;
};

}  // namespace simulator

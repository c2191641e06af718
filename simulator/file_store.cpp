#include "simulator/file_store.hpp"

#include <sstream>
#include <system_error>

#include "core/check.hpp"

namespace simulator {

namespace {

constexpr std::size_t max_message_bytes = 1U << 20U;

}  // namespace

FileStore::FileStore(const std::filesystem::path& folder, const std::string& name)
    : numbers_path_(folder / (name + ".numbers")), sent_path_(folder / (name + ".sent")) {}

core::Result<std::unique_ptr<FileStore>> FileStore::open(const std::filesystem::path& folder, const std::string& name) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return core::fail(folder.string(), "cannot be made: " + problem.message());
  std::unique_ptr<FileStore> store(new FileStore(folder, name));
  if (auto read = store->read_numbers(); !read) return tl::unexpected(read.error());
  if (auto read = store->read_sent(); !read) return tl::unexpected(read.error());
  store->sent_file_.open(store->sent_path_, std::ios::binary | std::ios::app);
  if (!store->sent_file_) return core::fail(store->sent_path_.string(), "cannot be written");
  return store;
}

// "next_sender next_target created", in one line.
core::Result<void> FileStore::read_numbers() {
  if (!std::filesystem::exists(numbers_path_)) return {};
  std::ifstream file(numbers_path_);
  std::string created;
  file >> numbers_.next_sender >> numbers_.next_target >> created;
  const core::Result<core::Time> time = core::parse_iso(created);
  if (!file || numbers_.next_sender < 1 || numbers_.next_target < 1 || !time) {
    return core::fail(numbers_path_.string(),
                      "is not 'next_sender next_target created'; remove the folder to start again at 1");
  }
  numbers_.created = *time;
  return {};
}

// Records of "number length\n", the bytes, "\n". A process that ended while it wrote leaves half a record at the end:
// its number was not saved yet, so that message was never sent.
core::Result<void> FileStore::read_sent() {
  std::ifstream file(sent_path_, std::ios::binary);
  if (!file) return {};
  std::uintmax_t whole = 0;
  int seq_num = 0;
  std::size_t length = 0;
  while (file >> seq_num >> length && file.get() == '\n' && length <= max_message_bytes) {
    std::string bytes(length, '\0');
    if (!file.read(bytes.data(), static_cast<std::streamsize>(length)) || file.get() != '\n') break;
    sent_[seq_num] = std::move(bytes);
    whole = static_cast<std::uintmax_t>(file.tellg());
  }
  std::error_code problem;
  std::filesystem::resize_file(sent_path_, whole, problem);
  if (problem) return core::fail(sent_path_.string(), "cannot be written: " + problem.message());
  return {};
}

// A new file in place of the old one, so that there is never half of one.
void FileStore::save(const fix::SequenceNumbers& numbers) {
  numbers_ = numbers;
  const std::filesystem::path fresh = numbers_path_.string() + ".new";
  std::ofstream file(fresh, std::ios::trunc);
  file << numbers.next_sender << ' ' << numbers.next_target << ' ' << core::iso_text(numbers.created) << '\n';
  file.close();
  std::error_code problem;
  std::filesystem::rename(fresh, numbers_path_, problem);
  CHECK(file && !problem);  // without its memory the session would send numbers twice
}

void FileStore::keep_sent(int seq_num, std::string_view bytes) {
  sent_[seq_num] = bytes;
  sent_file_ << seq_num << ' ' << bytes.size() << '\n' << bytes << '\n';
  sent_file_.flush();
  CHECK(sent_file_.good());
}

std::vector<std::string> FileStore::sent(int first, int last) const {
  std::vector<std::string> messages;
  for (auto it = sent_.lower_bound(first); it != sent_.end() && it->first <= last; ++it) messages.push_back(it->second);
  return messages;
}

void FileStore::forget_sent() {
  sent_.clear();
  sent_file_.close();
  sent_file_.open(sent_path_, std::ios::binary | std::ios::trunc);
  CHECK(sent_file_.good());
}

}  // namespace simulator

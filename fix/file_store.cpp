#include "fix/file_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace fix {
namespace {

// The file: a first line, then records.
//   N <next sender> <next target> <created, ISO 8601>\n
//   S <number> <size>\n<size bytes>\n
//   F\n                                   the sent messages are forgotten
constexpr std::string_view first_line = "prorata fix store 1\n";

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

enum class Step { done, cut_off, broken };

// Applies the record at the head of `rest` and takes it off.
Step apply_record(std::string_view& rest, MemoryStore& memory) {
  const std::size_t line_end = rest.find('\n');
  if (line_end == std::string_view::npos) return Step::cut_off;
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= line_end;) {
    const std::size_t end = std::min(rest.find(' ', at), line_end);
    words.push_back(rest.substr(at, end - at));
    at = end + 1;
  }
  std::size_t size = line_end + 1;
  if (words[0] == "N" && words.size() == 4) {
    const auto sender = number(words[1]);
    const auto target = number(words[2]);
    const auto created = core::parse_iso(words[3]);
    if (!sender || !target || !created) return Step::broken;
    memory.save({*sender, *target, *created});
  } else if (words[0] == "S" && words.size() == 3) {
    const auto seq_num = number(words[1]);
    const auto bytes = number(words[2]);
    if (!seq_num || !bytes) return Step::broken;
    if (rest.size() < size + static_cast<std::size_t>(*bytes) + 1) return Step::cut_off;
    memory.keep_sent(*seq_num, rest.substr(size, static_cast<std::size_t>(*bytes)));
    size += static_cast<std::size_t>(*bytes) + 1;
    if (rest[size - 1] != '\n') return Step::broken;
  } else if (words[0] == "F" && words.size() == 1) {
    memory.forget_sent();
  } else {
    return Step::broken;
  }
  rest.remove_prefix(size);
  return Step::done;
}

}  // namespace

core::Result<std::unique_ptr<FileStore>> FileStore::open(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return core::fail(path, "is not a regular file");
  }
  std::unique_ptr<FileStore> store(new FileStore(path));
  std::string content;
  if (std::ifstream in(path, std::ios::binary); in) content.assign(std::istreambuf_iterator<char>(in), {});
  std::string_view rest = content;
  if (rest.size() < first_line.size() && first_line.starts_with(rest)) {
    rest = {};
  } else if (rest.starts_with(first_line)) {
    rest.remove_prefix(first_line.size());
  } else {
    return core::fail(path, "is not a FIX store of this program: its first line is not 'prorata fix store 1'");
  }
  Step step = Step::done;
  while (!rest.empty() && step == Step::done) step = apply_record(rest, store->memory_);
  if (step == Step::broken) {
    return core::fail(path, "is broken at byte " + std::to_string(content.size() - rest.size()) +
                                "; restore it, or delete it and agree with the other side to reset the numbers");
  }
  const std::size_t whole = content.size() < first_line.size() ? 0 : content.size() - rest.size();
  error.clear();
  if (whole < content.size()) std::filesystem::resize_file(path, whole, error);
  if (!error) store->file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (store->file_ < 0) return core::fail(path, "cannot be opened for writing");
  if (whole == 0 && !store->write(first_line)) return core::fail(path, "cannot be written to");
  return store;
}

FileStore::~FileStore() {
  if (file_ >= 0) ::close(file_);
}

// One call for a record, not a stream: after a failure a stream would write what it still holds behind the torn record.
bool FileStore::write(std::string_view bytes) {
  failed_ = failed_ || ::write(file_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size());
  return !failed_;
}

void FileStore::append(const std::string& record) {
  if (!write(record)) throw std::runtime_error("cannot write to " + path_);
}

void FileStore::save(const SequenceNumbers& numbers) {
  append("N " + std::to_string(numbers.next_sender) + " " + std::to_string(numbers.next_target) + " " +
         core::iso_text(numbers.created) + "\n");
  memory_.save(numbers);
}

void FileStore::keep_sent(int seq_num, std::string_view bytes) {
  std::string record = "S " + std::to_string(seq_num) + " " + std::to_string(bytes.size()) + "\n";
  record.append(bytes).push_back('\n');
  append(record);
  memory_.keep_sent(seq_num, bytes);
}

void FileStore::forget_sent() {
  append("F\n");
  memory_.forget_sent();
}

}  // namespace fix

#include "gateway/proof/proof.hpp"

#include <boost/json.hpp>

#include "core/scaled.hpp"
#include "files/text.hpp"
#include "gateway/journal/sqlite.hpp"
#include "gateway/proof/journal_reader.hpp"
#include "gateway/proof/tasks.hpp"

namespace gateway {

namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

// Takes the known parameters out one by one; what is left is not known.
class Reader {
 public:
  explicit Reader(Parameters parameters) : parameters_(std::move(parameters)) {}

  std::string text(const char* name) {
    const auto found = parameters_.find(name);
    if (found == parameters_.end()) return {};
    std::string value = std::move(found->second);
    parameters_.erase(found);
    if (value.empty()) wrong(name, "is empty");
    return value;
  }
  void wrong(const std::string& name, const std::string& why) {
    if (!error_) error_ = core::Error{name, why};
  }
  core::Result<Task> result(Task task) {
    if (!parameters_.empty()) wrong(parameters_.begin()->first, "is not known here");
    if (error_) return tl::unexpected(*error_);
    return task;
  }

 private:
  Parameters parameters_;
  std::optional<core::Error> error_;
};

std::optional<std::int64_t> entry_number(const std::string& text) {
  const core::Result<std::int64_t> number = core::parse_decimal(text, 0);
  return number && *number >= 1 ? std::optional(*number) : std::nullopt;
}

VerifyTask read_verify(Reader& reader) {
  VerifyTask task;
  std::string expected = reader.text("expect");
  if (expected.empty()) return task;
  if (const std::size_t colon = expected.find(':'); colon != std::string::npos) {
    task.expected_seq = entry_number(expected.substr(0, colon));
    if (!task.expected_seq) reader.wrong("expect", "should begin with the number of an entry, as in 120:5fe1...");
    expected.erase(0, colon + 1);
  }
  for (char& c : expected) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  if (expected.size() != 64 || expected.find_first_not_of("0123456789abcdef") != std::string::npos) {
    reader.wrong("expect", "should be a hash of 64 hexadecimal digits, or NUMBER:HASH, as verify prints it");
  }
  task.expected_hash = std::move(expected);
  return task;
}

// 2026-11-20 is all of that day; 2026-11-20T14:30, T14:30:05 and so on, with or without Z, are UTC.
std::optional<core::Time> moment(std::string text) {
  constexpr std::size_t date = 10;
  constexpr std::size_t to_minute = 16;
  constexpr std::size_t to_second = 19;
  const bool whole_day = text.size() == date;
  if (whole_day) text += "T23:59:59.999999999Z";
  if (text.size() > date && text[date] == ' ') text[date] = 'T';
  if (text.back() != 'Z') text += 'Z';
  if (text.size() == to_minute + 1) text.insert(to_minute, ":00");
  if (text.size() < to_second + 1) return std::nullopt;
  const core::Result<core::Time> time = core::parse_iso(text);
  return time ? std::optional(*time) : std::nullopt;
}

ReplayTask read_replay(Reader& reader) {
  ReplayTask task;
  if (const std::string text = reader.text("as_of"); !text.empty()) {
    task.as_of = moment(text);
    if (!task.as_of) reader.wrong("as_of", "should be a UTC time such as 2026-11-20T14:30:00Z, or a date");
  }
  if (const std::string text = reader.text("as_of_seq"); !text.empty()) {
    task.as_of_seq = entry_number(text);
    if (!task.as_of_seq) reader.wrong("as_of_seq", "should be the number of a journal entry, 1 or more");
  }
  if (task.as_of && task.as_of_seq) reader.wrong("as_of_seq", "does not go with as_of: give one of them");
  task.account = core::AccountId(reader.text("account"));
  task.model = core::ModelCode(reader.text("model"));
  const bool filtered = !task.account.text().empty() || !task.model.text().empty();
  if (filtered && !task.as_of && !task.as_of_seq) {
    reader.wrong("as_of", "is needed with account or model: without a moment the whole book is compared");
  }
  return task;
}

BackupTask read_backup(Reader& reader) {
  BackupTask task{reader.text("file")};
  if (task.file.empty() || task.file.front() != '/') reader.wrong("file", "should be an absolute path");
  return task;
}

}  // namespace

boost::json::object proof_of(const std::string& path, const JournalReader& reader) {
  boost::json::object answer{{"database", path},
                             {"holds", !reader.bad()},
                             {"entries", reader.seq()},
                             {"head", std::to_string(reader.seq()) + ":" + hex(reader.head())},
                             {"time_utc", reader.seq() == 0 ? "" : core::iso_text(reader.time())}};
  if (reader.bad()) answer["first_bad"] = {{"seq", reader.bad()->seq}, {"what", reader.bad()->what}};
  return answer;
}

core::Result<Task> read_task(const std::string& name, const Parameters& parameters) {
  Reader reader(parameters);
  if (name == "verify") return reader.result(read_verify(reader));
  if (name == "replay") return reader.result(read_replay(reader));
  if (name == "backup") return reader.result(read_backup(reader));
  if (name == "mend") return reader.result(MendTask{});
  return core::fail(name, "is not a task; known are verify, replay, backup, mend");
}

core::Result<std::string> carry_out(const Task& task, const std::string& database, const Progress& progress) {
  struct Visitor {
    const std::string& database;
    const Progress& progress;
    boost::json::object operator()(const VerifyTask& t) const { return verify(t, database, progress); }
    boost::json::object operator()(const ReplayTask& t) const { return replay(t, database, progress); }
    boost::json::object operator()(const BackupTask& t) const { return backup(t, database, progress); }
    boost::json::object operator()(const MendTask& t) const { return mend(t, database, progress); }
  };
  try {
    return boost::json::serialize(std::visit(Visitor{database, progress}, task));
  } catch (const Refused& refused) {
    return core::fail("", files::cleaned(refused.what()));
  } catch (const sqlite::Failure& failure) {
    return core::fail(database, files::cleaned(failure.what()));  // SQLite quotes what it found
  } catch (const std::exception& error) {
    return core::fail(database, files::cleaned(error.what()));
  }
}

}  // namespace gateway

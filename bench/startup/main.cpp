#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <string>

#include "bench/startup/long_journal.hpp"
#include "bench/support/scratch_folder.hpp"
#include "gateway/gateway.hpp"
#include "gateway/journal/sqlite_journal.hpp"

// How long a gateway takes from opening its database to being ready, against the fills in its journal: with a snapshot,
// after a crash just before the next one was due, and without any. Each start is a process of its own.
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kib = 0;
    if (word == "VmRSS:" && status >> kib) return kib;
  }
  return 0;
}

// Says of a journal with snapshots that it has none.
class WithoutSnapshot final : public gateway::Journal {
 public:
  explicit WithoutSnapshot(gateway::Journal& journal) : journal_(journal) {}
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return journal_.load(visit);
  }
  void commit(gateway::Batch batch, Done done) override { journal_.commit(std::move(batch), std::move(done)); }
  gateway::Archive* archive() override { return journal_.archive(); }

 private:
  gateway::Journal& journal_;
};

class Told final : public gateway::GatewayEvents, public fix::MessageLog {
 public:
  void session_changed(const core::SessionName&, std::string_view) override {}
  void break_kept(const gateway::BreakKept&) override {}
  void journal_failed(const core::Error& error) override { throw std::runtime_error(error.text()); }
  void journal_loaded(std::int64_t, std::int64_t replayed, const std::string&) override { replayed_ = replayed; }
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
  [[nodiscard]] std::int64_t replayed() const { return replayed_; }

 private:
  std::int64_t replayed_ = 0;
};

// In the child: prints milliseconds, entries replayed and resident KiB.
void start(const std::string& file, bool with_snapshot) {
  const std::int64_t before = resident_kib();
  const Clock::time_point begin = Clock::now();
  auto journal = gateway::SqliteJournal::open(file);
  if (!journal) throw std::runtime_error(journal.error().text());
  WithoutSnapshot without(**journal);
  gateway::Journal& used = with_snapshot ? static_cast<gateway::Journal&>(**journal) : without;
  const core::SystemClock clock;
  Told told;
  gateway::Gateway gateway({}, used, clock, told, told, [](const std::function<void()>&) {});
  if (auto started = gateway.start({}); !started) throw std::runtime_error(started.error().text());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
  fmt::print("{} {} {}\n", took, told.replayed(), resident_kib() - before);
}

std::string run_self(const std::string& arguments) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::unique_ptr<FILE, int (*)(FILE*)> child(popen(fmt::format("'{}' {}", self, arguments).c_str(), "r"),
                                                    pclose);
  std::array<char, 200> line{};
  if (!child || fgets(line.data(), line.size(), child.get()) == nullptr) throw std::runtime_error("no start");
  return line.data();
}

void report(const std::string& file, std::int64_t fills, const char* what, bool with_snapshot) {
  std::istringstream told(run_self(fmt::format("--start '{}'{}", file, with_snapshot ? "" : " --replay")));
  std::int64_t ms = 0;
  std::int64_t replayed = 0;
  std::int64_t kib = 0;
  told >> ms >> replayed >> kib;
  fmt::print("{:>12}  {:<32}{:>10}{:>14}{:>12}\n", fills, what, ms, replayed, kib / 1024);
  std::fflush(stdout);
}

std::uintmax_t bytes_of(const std::string& file) {
  std::uintmax_t bytes = 0;
  for (const char* end : {"", "-wal"}) {
    std::error_code none;
    const std::uintmax_t size = std::filesystem::file_size(file + end, none);
    if (!none) bytes += size;
  }
  return bytes;
}

// Builds in steps; a journal that is closed is not gone on with, so each step is a database of its own.
void measure(const std::filesystem::path& folder, std::int64_t fills) {
  const std::string file = (folder / "desk.db").string();
  const Clock::time_point begin = Clock::now();
  auto journal = std::make_unique<bench::LongJournal>(file);
  journal->grow_to(fills);
  journal->grow_to_the_next_snapshot();
  const std::int64_t made = journal->fills();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin).count();
  const std::int64_t kib = resident_kib();
  std::filesystem::copy_file(file, folder / "crashed.db");
  if (std::filesystem::exists(file + "-wal")) std::filesystem::copy_file(file + "-wal", folder / "crashed.db-wal");
  journal->stop();
  std::vector<std::int64_t> pauses(journal->pauses_us().begin() + 1, journal->pauses_us().end());  // the first is all
  std::sort(pauses.begin(), pauses.end());
  journal.reset();
  fmt::print("{:>12}  built in {} s; {} bytes of database a fill, {} MiB resident while booking\n", made, seconds,
             bytes_of(file) / static_cast<std::uintmax_t>(made), kib / 1024);
  if (!pauses.empty()) {
    fmt::print("{:>12}  {} snapshots; the engine stood still for {} us in the median, {} in nine of ten, {} at most\n",
               "", pauses.size(), pauses[pauses.size() / 2], pauses[pauses.size() * 9 / 10], pauses.back());
  }
  report(file, made, "from the snapshot of a clean stop", true);
  report((folder / "crashed.db").string(), made, "after a crash", true);
  report(file, made, "without a snapshot", false);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("How long a start takes, against the length of the journal");
  std::vector<std::int64_t> fills = {100'000, 1'000'000};
  std::string started;
  bool replay = false;
  app.add_option("--fills", fills, "lengths of the journal; ten million take 10 GB of disk");
  app.add_option("--start", started, "start on this database and tell how it went; what the benchmark runs");
  app.add_flag("--replay", replay, "with --start: without the snapshot");
  CLI11_PARSE(app, argc, argv);
  try {
    if (!started.empty()) {
      start(started, !replay);
      return 0;
    }
    fmt::print("{:>12}  {:<32}{:>10}{:>14}{:>12}\n", "fills", "start", "ms", "replayed", "MiB");
    for (const std::int64_t count : fills) {
      const bench::ScratchFolder folder;
      measure(folder.path(), count);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "prorata-bench-startup: {}\n", error.what());
    return 1;
  }
  return 0;
}

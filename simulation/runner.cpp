#include "simulation/runner.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "core/check.hpp"
#include "core/random.hpp"

namespace simulation {

namespace {

// What a worker has done so far, seen by its parent also when it dies.
struct Progress {
  Totals totals;
  std::uint64_t seed = 0;  // the one that runs now
};

class Shared {
 public:
  Shared() {
    void* const memory = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    progress_ = new (memory) Progress;
  }
  ~Shared() { munmap(progress_, sizeof(Progress)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  Progress* operator->() const { return progress_; }

 private:
  Progress* progress_;
};

// Runs `work` in a process of its own; its argument writes a line to us. Returns how it ended, as waitpid() says.
int apart(const std::function<void(std::FILE*)>& work, const std::function<void(std::string)>& line) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  std::fflush(nullptr);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    close(ends[0]);
    std::FILE* const out = fdopen(ends[1], "w");
    [&]() noexcept { work(out); }();  // what it throws ends it here, too
    std::fflush(out);
    std::fflush(stdout);
    _exit(0);
  }
  close(ends[1]);
  std::FILE* const in = fdopen(ends[0], "r");
  char* text = nullptr;
  std::size_t room = 0;
  for (ssize_t size = 0; (size = getline(&text, &room, in)) > 0;) {
    line(std::string(text, static_cast<std::size_t>(size) - 1));
  }
  std::free(text);
  std::fclose(in);
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

std::string death(int status) {
  if (WIFSIGNALED(status)) return std::string("the process died: ") + strsignal(WTERMSIG(status));
  return "the process ended with " + std::to_string(WEXITSTATUS(status));
}

// One line a value: no line may hold another.
std::string one_line(std::string text) {
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return text;
}

void add(Totals& totals, const Outcome& outcome) {
  ++totals.seeds;
  totals.events += outcome.events;
  totals.orders += outcome.orders;
  totals.across += outcome.across;
  totals.fills += outcome.fills;
  totals.changes += outcome.changes;
  totals.breaks += outcome.breaks;
  totals.restarts += outcome.restarts;
  totals.digest = core::mix(totals.digest ^ outcome.digest);
}

}  // namespace

Totals run_seeds(std::uint64_t first, std::uint64_t count, std::vector<Failed>& failed, bool print_each) {
  const Shared progress;
  std::uint64_t next = first;
  while (next < first + count) {
    const int status = apart(
        [&](std::FILE* out) {
          for (std::uint64_t seed = next; seed < first + count; ++seed) {
            progress->seed = seed;
            const Outcome outcome = run_day(draw_plan(seed));
            add(progress->totals, outcome);
            if (print_each) std::printf("seed %" PRIu64 ": digest %016" PRIx64 "\n", seed, outcome.digest);
            if (outcome.wrong.empty()) continue;
            std::fprintf(out, "%" PRIu64 " %s\n", seed, one_line(outcome.wrong.front()).c_str());
            std::fflush(out);
          }
        },
        [&](const std::string& line) {
          const std::size_t space = line.find(' ');
          failed.push_back({std::stoull(line.substr(0, space)), line.substr(space + 1)});
        });
    if (status == 0) break;
    ++progress->totals.seeds;
    failed.push_back({progress->seed, death(status)});
    next = progress->seed + 1;
  }
  return progress->totals;
}

Outcome run_apart(const Plan& plan, bool keep_trace) {
  Outcome outcome;
  const int status = apart(
      [&](std::FILE* out) {
        const auto write = [out](std::string_view line) {
          std::fprintf(out, "T%s\n", one_line(std::string(line)).c_str());
          std::fflush(out);
        };
        const Outcome done = run_day(plan, keep_trace ? Trace::Reader(write) : Trace::Reader());
        std::fprintf(out, "D%016" PRIx64 "\nE%zu\n", done.digest, done.events);
        for (const std::string& wrong : done.wrong) std::fprintf(out, "W%s\n", one_line(wrong).c_str());
      },
      [&](const std::string& line) {
        const std::string value = line.substr(1);
        if (line.front() == 'D') outcome.digest = std::stoull(value, nullptr, 16);
        if (line.front() == 'E') outcome.events = std::stoull(value);
        if (line.front() == 'W') outcome.wrong.push_back(value);
        if (line.front() == 'T') outcome.trace.push_back(value);
      });
  if (status != 0) outcome.wrong.push_back(death(status));
  return outcome;
}

Plan shortened(const Plan& plan, int tries) {
  Plan best = plan;
  const auto fails = [&](const Plan& candidate) {
    --tries;
    return !run_apart(candidate, false).wrong.empty();
  };
  const auto without = [](const Plan& from, std::size_t begin, std::size_t end) {
    Plan less = from;
    less.actions.erase(less.actions.begin() + static_cast<std::ptrdiff_t>(begin),
                       less.actions.begin() + static_cast<std::ptrdiff_t>(end));
    return less;
  };
  std::size_t chunk = std::max<std::size_t>(1, best.actions.size() / 2);
  while (tries > 0) {
    bool is_shorter = false;
    for (std::size_t begin = 0; begin < best.actions.size() && tries > 0;) {
      const Plan less = without(best, begin, std::min(begin + chunk, best.actions.size()));
      if (fails(less)) {
        best = less;
        is_shorter = true;
      } else {
        begin += chunk;
      }
    }
    if (chunk == 1 && !is_shorter) break;
    chunk = std::max<std::size_t>(1, chunk / 2);
  }
  return best;
}

}  // namespace simulation

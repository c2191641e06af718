#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include "gateway/engine/state.hpp"
#include "gateway/journal/sqlite_store.hpp"

namespace bench {

// A database with as many fills as asked for, made by the state and the store themselves: ten models of 1,000 accounts,
// an order of 1,000 fills open in each, every fifth a sale.
class LongJournal {
 public:
  explicit LongJournal(const std::filesystem::path& file);

  // Adds fills until there are this many, taking snapshots as a gateway does.
  void grow_to(std::int64_t fills);
  // Adds fills until the next snapshot is nearly due: what a crash can cost a start.
  void grow_to_the_next_snapshot();
  // A last snapshot, as at a clean stop.
  void stop();

  [[nodiscard]] std::int64_t fills() const { return fills_; }
  // How long the engine's thread stood still for each snapshot, in microseconds.
  [[nodiscard]] const std::vector<std::int64_t>& pauses_us() const { return pauses_us_; }

 private:
  void add(gateway::Event event);
  void set_up();
  void enter(std::size_t model);
  void fill(std::size_t model);
  void write(bool is_stopping);

  std::unique_ptr<gateway::SqliteStore> store_;
  gateway::State state_;
  std::vector<gateway::Entry> entries_;
  std::vector<const gateway::Order*> open_;  // of each model
  std::int64_t fills_ = 0;
  std::int64_t snapshot_seq_ = 0;
  std::vector<std::int64_t> pauses_us_;
};

}  // namespace bench

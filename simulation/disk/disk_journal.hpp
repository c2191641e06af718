#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "core/check.hpp"
#include "gateway/journal/sqlite_store.hpp"

namespace simulation {

// The gateway's journal on a simulated disk, in one thread: a batch waits until sync() is called.
class DiskJournal final : public gateway::Journal {
 public:
  // `lengthens`: what the gateway's own thread does in quiet moments is done after each batch.
  explicit DiskJournal(std::unique_ptr<gateway::SqliteStore> store, bool lengthens = false)
      : store_(std::move(store)), lengthens_(lengthens) {}

  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return store_->load(visit);
  }
  core::Result<gateway::Snapshot> load_snapshot() override { return store_->load_snapshot(); }
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load_after_snapshot(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return store_->load_after_snapshot(visit);
  }
  gateway::Archive* archive() override { return &store_->archive(); }
  void commit(gateway::Batch batch, Done done) override {
    CHECK(!pending_);
    pending_.emplace(std::move(batch), std::move(done));
  }

  [[nodiscard]] bool has_pending() const { return pending_.has_value(); }
  // Writes the batch that waits and tells the gateway what became of it. REQUIRES: has_pending()
  void sync() {
    auto [batch, done] = *std::exchange(pending_, std::nullopt);
    const gateway::CommitResult result = store_->write(batch);
    done(result, result ? gateway::Batch{} : std::move(batch));
    if (!lengthens_) return;
    while (result && store_->lengthen_wal()) {
    }
  }

 private:
  std::unique_ptr<gateway::SqliteStore> store_;
  bool lengthens_;
  std::optional<std::pair<gateway::Batch, Done>> pending_;
};

}  // namespace simulation

#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "core/check.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/journal/journal.hpp"

namespace simulation {

// A journal whose disk is a vector. A batch is durable when the test says so, or lost when it says that.
class MemoryJournal final : public gateway::Journal {
 public:
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const gateway::Entry&)>& visit) override {
    for (const gateway::Entry& entry : entries_) {
      // Through text and back, as a file would have it.
      const auto event = gateway::event_from_json(gateway::kind(entry.event), gateway::event_to_json(entry.event));
      if (!event) return tl::unexpected(event.error());
      visit({entry.seq, entry.time, *event});
    }
    return numbers_;
  }

  void commit(gateway::Batch batch, Done done) override {
    CHECK(!pending_);
    pending_.emplace(std::move(batch), std::move(done));
  }

  [[nodiscard]] bool has_pending() const { return pending_.has_value(); }

  // The pending batch reaches the disk and the gateway is told.
  void sync() {
    auto [batch, done] = *std::exchange(pending_, std::nullopt);
    keep(batch);
    done({}, {});
  }
  // The disk refuses.
  void refuse(const std::string& why) {
    auto [batch, done] = *std::exchange(pending_, std::nullopt);
    done(tl::unexpected(gateway::NotDurable{gateway::NotDurable::Why::failed, {"memory", why}}), std::move(batch));
  }
  // The power goes: the pending batch is on the disk or it is not, and nobody is told.
  void crash(bool pending_survives) {
    if (pending_ && pending_survives) keep(pending_->first);
    pending_.reset();
  }

  [[nodiscard]] const std::vector<gateway::Entry>& entries() const { return entries_; }
  // The trade log's entries of kind PART.
  [[nodiscard]] const std::vector<gateway::PartLogRow>& part_log() const { return part_log_; }

 private:
  void keep(const gateway::Batch& batch) {
    entries_.insert(entries_.end(), batch.entries.begin(), batch.entries.end());
    part_log_.insert(part_log_.end(), batch.changes.part_log.begin(), batch.changes.part_log.end());
    for (const auto& [name, change] : batch.sessions) numbers_[name] = change.numbers;
  }

  std::vector<gateway::Entry> entries_;
  std::vector<gateway::PartLogRow> part_log_;
  std::map<core::SessionName, fix::SequenceNumbers> numbers_;
  std::optional<std::pair<gateway::Batch, Done>> pending_;
};

}  // namespace simulation

#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "core/check.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/journal/journal.hpp"

namespace simulation {

// A journal whose disk is a vector. A batch is durable when the test says so, or lost when it says that.
class MemoryJournal final : public gateway::Journal, private gateway::Archive {
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

  core::Result<gateway::Snapshot> load_snapshot() override {
    if (parts_.empty()) return core::fail("snapshot", "there is none yet");
    gateway::Snapshot snapshot{.seq = snapshot_seq_, .is_whole = true, .parts = {}, .removed = {}};
    for (const auto& [name, bytes] : parts_) snapshot.parts.push_back({name, bytes});
    return snapshot;
  }
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load_after_snapshot(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return load([&](const gateway::Entry& entry) {
      if (entry.seq > snapshot_seq_) visit(entry);
    });
  }
  gateway::Archive* archive() override { return this; }

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
  void refuse(const std::string& text, gateway::NotDurable::Why why = gateway::NotDurable::Why::failed) {
    auto [batch, done] = *std::exchange(pending_, std::nullopt);
    done(tl::unexpected(gateway::NotDurable{why, {"memory", text}}), std::move(batch));
  }
  // The power goes: the pending batch is on the disk or it is not, and nobody is told.
  void crash(bool pending_survives) {
    if (pending_ && pending_survives) keep(pending_->first);
    pending_.reset();
  }

  // A part of the snapshot is lost.
  void lose_of_snapshot(const std::string& part) { CHECK(parts_.erase(part) == 1); }

  [[nodiscard]] const std::vector<gateway::Entry>& entries() const { return entries_; }
  // The trade log's entries of kind PART.
  [[nodiscard]] const std::vector<gateway::PartLogRow>& part_log() const { return part_log_; }

 private:
  core::Result<gateway::OrderHistory> history(std::int64_t order_number, std::int64_t shares_seq,
                                              std::int64_t before) override {
    gateway::OrderHistory history;
    core::OrderId id;
    for (const gateway::Entry& entry : entries_) {
      const auto* entered = std::get_if<gateway::OrderEntered>(&entry.event);
      if (entered != nullptr && --order_number == 0) id = entered->order;
      const auto record = gateway::fill_record(entry.seq, entry.event);
      if (record && entry.seq < before && gateway::order_of_fill(entry.event) == id) history.fills.push_back(*record);
      const auto* shares = std::get_if<gateway::SharesSealed>(&entry.event);
      if (shares != nullptr && entry.seq == shares_seq) history.shares = *shares;
    }
    return history;
  }

  void keep(const gateway::Batch& batch) {
    entries_.insert(entries_.end(), batch.entries.begin(), batch.entries.end());
    part_log_.insert(part_log_.end(), batch.changes.part_log.begin(), batch.changes.part_log.end());
    for (const auto& [name, change] : batch.sessions) numbers_[name] = change.numbers;
    if (!batch.snapshot) return;
    if (batch.snapshot->is_whole) parts_.clear();
    for (const std::string& name : batch.snapshot->removed) parts_.erase(name);
    for (const auto& [name, bytes] : batch.snapshot->parts) parts_[name] = bytes;
    snapshot_seq_ = batch.snapshot->seq;
  }

  std::vector<gateway::Entry> entries_;
  std::vector<gateway::PartLogRow> part_log_;
  std::map<std::string, std::shared_ptr<const std::string>> parts_;  // of the last snapshot
  std::int64_t snapshot_seq_ = 0;
  std::map<core::SessionName, fix::SequenceNumbers> numbers_;
  std::optional<std::pair<gateway::Batch, Done>> pending_;
};

[[nodiscard]] inline std::size_t count_fills(const std::vector<gateway::Entry>& entries) {
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [](const gateway::Entry& entry) {
    return std::holds_alternative<gateway::FillBooked>(entry.event);
  }));
}

}  // namespace simulation

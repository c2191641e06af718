#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/result.hpp"
#include "gateway/journal/journal.hpp"

namespace gateway {

// The one rule that gives exactly-once at both ends: nothing leaves the process before the batch that produced it is
// durable. Effects (bytes to brokers, answers to people) are handed in as they are produced and let out in that order.
//
// Group commit: while one batch is being made durable the next one gathers, and goes as soon as the first is done. A
// batch for which there is no room on the disk, or whose database is locked, is kept with its effects and tried again;
// what comes after it gathers behind it. All calls, and all effects, are on the engine's thread.
class Outbox {
 public:
  using Effect = std::function<void()>;
  // Runs something later on the engine's thread; callable from any thread.
  using Post = std::function<void(std::function<void()>)>;

  // What brokers may say while nothing can be made durable, in bytes of their messages: some tens of thousands of
  // fills, and several times as much memory. Beyond it their connections are closed; they will be asked for what is
  // missing.
  static constexpr std::size_t max_waiting_bytes = 16 * 1024 * 1024;

  struct Owner {
    virtual ~Owner() = default;
    // A batch closes: add what the engine has gathered.
    virtual void complete(Batch& batch) = 0;
    // A batch waits, or waits for another reason than before.
    virtual void batch_waits(const NotDurable& why) = 0;
    // What waited is durable and has left.
    virtual void batch_goes_on(const NotDurable& waited_for) = 0;
    // Called once: nothing leaves any more, and the process should end.
    virtual void batch_failed(const core::Error& error) = 0;
  };

  // All must outlive the outbox.
  Outbox(Journal& journal, Post post, Owner& owner);

  // What a FIX session remembers, as part of the batch that is gathering.
  [[nodiscard]] SessionChange& session(const core::SessionName& name) { return gathering_.sessions[name]; }
  // Lets `effect` out when everything up to now is durable.
  void after(Effect effect) { effects_.push_back(std::move(effect)); }
  // At the end of each step of the engine: closes the batch unless one is under way.
  void step_done();

  // Tries the batch that waits once more, if one does. To be called about every second.
  void try_again();
  // Why nothing leaves, while a batch waits.
  [[nodiscard]] const std::optional<NotDurable>& waits() const { return waits_; }
  // Notes that a broker's message of this size is taken in; false while too much has been taken in already.
  [[nodiscard]] bool takes_in(std::size_t bytes);

  // Nothing gathered, nothing under way.
  [[nodiscard]] bool is_idle() const { return state_ == State::open && effects_.empty(); }

 private:
  enum class State { open, committing, waiting, failed };

  void commit(Batch batch);
  void committed(const CommitResult& result, Batch batch);

  Journal& journal_;
  Post post_;
  Owner& owner_;
  State state_ = State::open;
  Batch gathering_;
  std::vector<Effect> effects_;  // of the batch that is gathering
  Batch closed_;                 // only while it waits; the journal has it otherwise
  std::vector<Effect> closed_effects_;
  std::optional<NotDurable> waits_;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace gateway

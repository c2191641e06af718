#pragma once

#include <functional>
#include <vector>

#include "core/result.hpp"
#include "gateway/journal/journal.hpp"

namespace gateway {

// The one rule that gives exactly-once at both ends: nothing leaves the process before the batch that produced it is
// durable. Effects (bytes to brokers, answers to people) are handed in as they are produced and let out in that order.
//
// Group commit: while one batch is being made durable the next one gathers, and goes as soon as the first is done. All
// calls, and all effects, are on the engine's thread.
class Outbox {
 public:
  using Effect = std::function<void()>;
  // Runs something later on the engine's thread; callable from any thread.
  using Post = std::function<void(std::function<void()>)>;

  // `complete` is called when a batch closes, to add what the engine has gathered. `failed` is called once, when a
  // batch could not be made durable: nothing leaves any more, and the process should end. All must outlive the outbox.
  Outbox(Journal& journal, Post post, std::function<void(Batch&)> complete, std::function<void(core::Error)> failed);

  // What a FIX session remembers, as part of the batch that is gathering.
  [[nodiscard]] SessionChange& session(const core::SessionName& name) { return gathering_.sessions[name]; }
  // Lets `effect` out when everything up to now is durable.
  void after(Effect effect) { effects_.push_back(std::move(effect)); }
  // At the end of each step of the engine: closes the batch unless one is under way.
  void step_done();

  // Nothing gathered, nothing under way.
  [[nodiscard]] bool is_idle() const { return !committing_ && effects_.empty(); }

 private:
  void committed(const CommitResult& result, std::vector<Effect> effects);

  Journal& journal_;
  Post post_;
  std::function<void(Batch&)> complete_;
  std::function<void(core::Error)> failed_;
  Batch gathering_;
  std::vector<Effect> effects_;
  bool committing_ = false;
  bool has_failed_ = false;
};

}  // namespace gateway

#include "gateway/outbox.hpp"

#include <utility>

namespace gateway {

Outbox::Outbox(Journal& journal, Post post, Owner& owner) : journal_(journal), post_(std::move(post)), owner_(owner) {}

void Outbox::step_done() {
  // Effects may make new steps (a peer that is closed, say), hence the loop.
  while (state_ == State::open) {
    owner_.complete(gathering_);
    std::vector<Effect> effects = std::exchange(effects_, {});
    if (gathering_.entries.empty() && gathering_.sessions.empty() && !gathering_.snapshot) {
      if (effects.empty()) return;
      for (const Effect& effect : effects) effect();
      continue;
    }
    closed_effects_ = std::move(effects);
    commit(std::exchange(gathering_, {}));
  }
}

void Outbox::try_again() {
  if (state_ == State::waiting) commit(std::exchange(closed_, {}));
}

bool Outbox::takes_in(std::size_t bytes) {
  if (!waits_) return true;
  if (waiting_bytes_ + bytes > max_waiting_bytes) return false;
  waiting_bytes_ += bytes;
  return true;
}

void Outbox::commit(Batch batch) {
  state_ = State::committing;
  journal_.commit(std::move(batch), [this](CommitResult result, Batch back) {
    post_([this, result = std::move(result), back = std::move(back)]() mutable { committed(result, std::move(back)); });
  });
}

void Outbox::committed(const CommitResult& result, Batch batch) {
  if (result) {
    state_ = State::open;
    const std::optional<NotDurable> waited_for = std::exchange(waits_, std::nullopt);
    waiting_bytes_ = 0;
    const std::vector<Effect> effects = std::exchange(closed_effects_, {});
    for (const Effect& effect : effects) effect();
    if (waited_for) owner_.batch_goes_on(*waited_for);
    return step_done();
  }
  if (result.error().why == NotDurable::Why::failed) {
    state_ = State::failed;
    return owner_.batch_failed(result.error().error);
  }
  state_ = State::waiting;
  closed_ = std::move(batch);
  const bool is_news = !waits_ || waits_->why != result.error().why;
  waits_ = result.error();
  if (is_news) owner_.batch_waits(*waits_);
}

}  // namespace gateway

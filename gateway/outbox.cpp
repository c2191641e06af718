#include "gateway/outbox.hpp"

#include <memory>
#include <utility>

namespace gateway {

Outbox::Outbox(Journal& journal, Post post, std::function<void(Batch&)> complete,
               std::function<void(core::Error)> failed)
    : journal_(journal), post_(std::move(post)), complete_(std::move(complete)), failed_(std::move(failed)) {}

void Outbox::step_done() {
  // Effects may make new steps (a peer that is closed, say), hence the loop.
  while (!committing_ && !has_failed_) {
    complete_(gathering_);
    std::vector<Effect> effects = std::exchange(effects_, {});
    if (gathering_.entries.empty() && gathering_.sessions.empty()) {
      if (effects.empty()) return;
      for (const Effect& effect : effects) effect();
      continue;
    }
    committing_ = true;
    // std::function wants copies; the effects travel by pointer.
    auto waiting = std::make_shared<std::vector<Effect>>(std::move(effects));
    journal_.commit(std::exchange(gathering_, {}), [this, waiting](CommitResult result, Batch) {
      post_([this, waiting, result = std::move(result)] { committed(result, std::move(*waiting)); });
    });
  }
}

void Outbox::committed(const CommitResult& result, std::vector<Effect> effects) {
  committing_ = false;
  if (!result) {
    has_failed_ = true;
    failed_(result.error().error);
    return;
  }
  for (const Effect& effect : effects) effect();
  step_done();
}

}  // namespace gateway

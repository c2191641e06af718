#include "gateway/http/jobs.hpp"

#include <algorithm>

namespace gateway {

Jobs::Jobs(Work work) : work_(std::move(work)), thread_([this] { run(); }) {}

Jobs::~Jobs() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

core::Result<std::int64_t> Jobs::start(const std::string& name, Task task) {
  const std::lock_guard lock(mutex_);
  if (!kept_.empty() && kept_.back().state == State::running) {
    return core::fail("", "another job is under way (" + kept_.back().name + "); wait until it is done");
  }
  const std::int64_t id = kept_.empty() ? 1 : kept_.back().id + 1;
  kept_.push_back({.id = id, .name = name, .text = {}});
  if (kept_.size() > max_jobs_kept) kept_.pop_front();
  next_ = std::move(task);
  wake_.notify_one();
  return id;
}

std::optional<Jobs::Status> Jobs::look(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Status& each) { return each.id == id; });
  return found == kept_.end() ? std::nullopt : std::optional(*found);
}

void Jobs::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || next_; });
    if (stopping_) return;
    const Task task = std::move(*next_);
    next_.reset();
    lock.unlock();
    core::Result<std::string> answer =
        work_(task, [this](std::int64_t done, std::int64_t total) { return progressed(done, total); });
    lock.lock();
    // The newest is the one that runs: none begins while one is under way.
    kept_.back().state = answer ? State::finished : State::failed;
    kept_.back().text = answer ? *std::move(answer) : answer.error().text();
  }
}

bool Jobs::progressed(std::int64_t done, std::int64_t total) {
  const std::lock_guard lock(mutex_);
  kept_.back().done = done;
  kept_.back().total = total;
  return !stopping_;
}

}  // namespace gateway

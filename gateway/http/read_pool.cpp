#include "gateway/http/read_pool.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "core/check.hpp"

namespace gateway {

ReadPool::ReadPool(int threads, const Open& open)
    : most_(static_cast<std::size_t>(threads) + max_reads_waiting), threads_(static_cast<std::size_t>(threads)) {
  CHECK(threads >= 1 && threads <= max_read_threads);
  for (int i = 0; i < threads; ++i) models_.push_back(open(stop_.get_token()));
}

ReadPool::~ReadPool() {
  stop_.request_stop();
  threads_.stop();
  threads_.join();
}

bool ReadPool::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (posted_ == most_) return false;
    ++posted_;
  }
  boost::asio::post(threads_, [this, work = std::move(work)] { do_one(work); });
  return true;
}

void ReadPool::do_one(const Work& work) {
  std::unique_lock lock(mutex_);
  std::unique_ptr<ReadModel> model = std::move(models_.back());
  models_.pop_back();
  lock.unlock();
  work(*model);
  lock.lock();
  models_.push_back(std::move(model));
  --posted_;
}

}  // namespace gateway

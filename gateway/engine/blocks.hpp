#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway {

// Records that are only ever added, packed into blocks of bytes. A block that is full never changes again, so that it
// is saved once and shared with whoever saves it.
class Blocks {
 public:
  using Block = std::shared_ptr<const std::string>;

  explicit Blocks(std::size_t block_bytes) : block_bytes_(block_bytes) {}

  // A record is never split: when it does not fit, the next block begins.
  void add(std::string_view record) {
    if (!growing_.empty() && growing_.size() + record.size() > block_bytes_) {
      full_.push_back(std::make_shared<const std::string>(std::exchange(growing_, {})));
    }
    if (growing_.empty()) growing_.reserve(block_bytes_);
    growing_.append(record);
  }
  // Blocks that were saved, in their order. REQUIRES: none is here yet, and none of these is empty
  void restore(std::vector<Block> blocks) {
    if (blocks.empty()) return;
    growing_.reserve(block_bytes_);
    growing_ = *blocks.back();
    blocks.pop_back();
    full_ = std::move(blocks);
  }

  [[nodiscard]] std::size_t size() const { return full_.size() + (growing_.empty() ? 0 : 1); }
  // Those that will not change any more.
  [[nodiscard]] std::size_t full() const { return full_.size(); }
  [[nodiscard]] const std::string& operator[](std::size_t i) const { return i < full_.size() ? *full_[i] : growing_; }
  // The block as it is now, for keeps.
  [[nodiscard]] Block share(std::size_t i) const {
    return i < full_.size() ? full_[i] : std::make_shared<const std::string>(growing_);
  }

 private:
  std::size_t block_bytes_;
  std::vector<Block> full_;
  std::string growing_;
};

}  // namespace gateway

#pragma once

#include <map>
#include <string>
#include <vector>

#include "fix/session.hpp"

namespace fix {

// A session's memory that ends with the process: for tests and for a simulator that shall start afresh.
class MemoryStore final : public SessionStore {
 public:
  MemoryStore() = default;
  explicit MemoryStore(const SequenceNumbers& numbers) : numbers_(numbers) {}

  [[nodiscard]] SequenceNumbers load() const override { return numbers_; }
  void save(const SequenceNumbers& numbers) override { numbers_ = numbers; }
  void keep_sent(int seq_num, std::string_view bytes) override { sent_[seq_num] = bytes; }
  [[nodiscard]] std::vector<std::string> sent(int first, int last) const override {
    std::vector<std::string> messages;
    for (auto it = sent_.lower_bound(first); it != sent_.end() && it->first <= last; ++it)
      messages.push_back(it->second);
    return messages;
  }
  void forget_sent() override { sent_.clear(); }

 private:
  SequenceNumbers numbers_;
  std::map<int, std::string> sent_;
};

}  // namespace fix

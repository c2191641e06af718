#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <utility>

namespace fix {

// Which numbers of the other side are used up without their messages having been given to the owner, as far as this
// process knows: those that were passed over, and all of before its start. So a message that nobody can read is kept
// when it comes late, and once.
class NeverCame {
 public:
  explicit NeverCame(int next_target) : before_start_(next_target) {}

  void passed_over(int first, int last) {
    ranges_.emplace_back(first, last);
    if (ranges_.size() > max_ranges) ranges_.pop_front();
  }
  // True the first time that such a number is asked for.
  [[nodiscard]] bool take(int seq_num) {
    bool found = seq_num < before_start_;
    for (const auto& [first, last] : ranges_) found = found || (first <= seq_num && seq_num <= last);
    return found && taken_.insert(seq_num).second;
  }
  // The numbers start again at 1.
  void reset() { *this = NeverCame(1); }

 private:
  static constexpr std::size_t max_ranges = 1000;

  int before_start_;
  std::deque<std::pair<int, int>> ranges_;
  std::set<int> taken_;
};

}  // namespace fix

#include "simulator/outbox.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace simulator {

bool Outbox::is_later(const Place& a, const Place& b) { return std::tie(a.due, a.number) > std::tie(b.due, b.number); }

void Outbox::add(core::Time due, const std::string& client, fix::Message&& message) {
  std::size_t slot = messages_.size();
  if (free_slots_.empty()) {
    messages_.push_back({due, client, std::move(message)});
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
    messages_[slot] = {due, client, std::move(message)};
  }
  places_.push_back({due, ++added_, slot});
  std::push_heap(places_.begin(), places_.end(), is_later);
}

std::optional<core::Time> Outbox::next_due() const {
  return places_.empty() ? std::nullopt : std::optional(places_.front().due);
}

std::vector<Outgoing> Outbox::take(core::Time now) {
  std::vector<Outgoing> leaving;
  while (!places_.empty() && places_.front().due <= now) {
    std::pop_heap(places_.begin(), places_.end(), is_later);
    const std::size_t slot = places_.back().slot;
    places_.pop_back();
    leaving.push_back(std::move(messages_[slot]));
    free_slots_.push_back(slot);
  }
  return leaving;
}

}  // namespace simulator

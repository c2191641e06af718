#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/time.hpp"
#include "gateway/journal/event.hpp"
#include "portfolio/apply.hpp"
#include "portfolio/proposal.hpp"

// Proposals as they stand: what was previewed, and how far it has come. The state keeps them.
namespace gateway {

enum class Stage {
  staged,      // previewed; nothing of it is booked
  saved,       // stakes and transfers are booked, none of its orders is out
  working,     // orders are out, or wait for its sales
  incomplete,  // what was out is finished, and something is missing: finish it, or close it
  done,
  closed,     // a person took it as it was
  discarded,  // nothing of it was booked
};
[[nodiscard]] std::string_view text(Stage stage);  // "STAGED"
[[nodiscard]] inline bool is_over(Stage stage) { return stage >= Stage::done; }

struct Staged {
  std::string id;           // P-1, P-2, ...
  std::int64_t number = 0;  // 1, 2, 3, ... in the order in which they were staged first
  std::int64_t version = 1;
  std::int64_t seq = 0;  // of the journal entry that has the content
  core::Time time;       // of that entry
  std::string who;
  std::string title;
  portfolio::Operation operation{};
  portfolio::Fingerprint hash;
  std::shared_ptr<const portfolio::Proposal> content;  // nothing once it is over: the journal has it
  Stage stage = Stage::staged;
  bool is_applied = false;      // stakes and what moves at once are booked
  bool are_sales_done = false;  // what waited for them has moved, as far as they had brought it then
  struct Place {
    bool is_transmitted = false;  // out, or waits for the sales
    core::OrderId order;          // empty: not out
    bool is_followed = false;     // what it did not get is staged as the order behind it
  };
  std::vector<Place> places;        // one for each order of the content
  std::string why_held;             // why orders that were transmitted are staged again, or are for less; may be empty
  bool are_purchases_due = false;   // those that waited for sales go out in this step: nothing is kept for them
  bool is_edited = false;           // a person has changed what was computed
  std::vector<std::int64_t> moved;  // of each cash move of the content that waits: what has moved
  portfolio::Brought brought;       // by its sales so far, when cash moves wait for them
  std::shared_ptr<const Propose> asked;  // what it was computed from; nothing when that is not known, or it is over

  // Some order is out, or waits to go out.
  [[nodiscard]] bool is_any_transmitted() const {
    for (const Place& place : places) {
      if (place.is_transmitted) return true;
    }
    return false;
  }
};

// By number.
using Proposals = std::map<std::int64_t, Staged>;

}  // namespace gateway

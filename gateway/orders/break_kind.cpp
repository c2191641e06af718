#include "gateway/orders/break_kind.hpp"

#include <algorithm>
#include <array>

namespace gateway {

namespace {

struct Kind {
  BreakKind kind;
  std::string_view text;
  std::string_view advice;
};

constexpr std::array kinds = {
    Kind{BreakKind::unreadable, "unreadable",
         "Read the raw message; if it was a fill, ask the broker to send it again correctly; it is booked then."},
    Kind{BreakKind::unknown_order, "unknown_order",
         "Ask the broker whose order it is. If it is yours (sent by phone, or by a gateway before it was restored from "
         "a backup), book it by hand, or have it sent again under a new ExecID once the order is known here."},
    Kind{BreakKind::contradicts_order, "contradicts_order",
         "Nothing was booked. Ask the broker which is right, the order or the report; a right report needs a new "
         "ExecID."},
    Kind{BreakKind::over_fill, "over_fill",
         "The units are not booked. Ask the broker to take the excess back, or book it by hand. If there is room for "
         "them later, have the fill sent under a new ExecID."},
    Kind{BreakKind::bad_fill, "bad_fill",
         "Nothing was booked. Ask the broker for the right quantity and price, and to send the fill under a new "
         "ExecID."},
    Kind{BreakKind::exec_id_reused, "exec_id_reused",
         "The first report of this ExecID counts. Ask the broker which content is right; a second fill needs a new "
         "ExecID."},
    Kind{BreakKind::rejected_but_filled, "rejected_but_filled",
         "The fills stay booked. Ask the broker whether they stand; if not, it must bust them."},
    Kind{BreakKind::missing_fill, "missing_fill",
         "Ask the broker to send again the fills that are missing; they are booked when they come. One that is a break "
         "here already needs a new ExecID. If the broker has filled all of the order, it is over here once its breaks "
         "are settled."},
    Kind{BreakKind::beyond_limit, "beyond_limit",
         "The fill is booked as reported. Ask the broker for a better price, or accept it."},
    Kind{BreakKind::unlikely_amount, "unlikely_amount",
         "The fill is booked as reported. Ask the broker whether it is meant; if not, it must bust or correct it."},
    Kind{
        BreakKind::contradiction, "contradiction",
        "What was reported is booked. Ask the broker what is filled of the order; what was reported twice or is wrong, "
        "it must bust or correct."},
    Kind{BreakKind::unknown_fill, "unknown_fill",
         "Nothing was changed. Ask the broker which fill it means. If that fill came later it is booked and stands: "
         "have it busted or corrected again, under a new ExecID."},
    Kind{BreakKind::bad_change, "bad_change",
         "The fill stays as it is booked. Ask the broker for the right content, and to send it under a new ExecID."},
    Kind{BreakKind::not_supported, "not_supported",
         "Nothing was changed. Agree with the broker on what it means, and book by hand what Prorata cannot book yet."},
};

constexpr std::array<std::string_view, 3> settlements = {"acknowledged", "resolved_with_broker", "booked_by_hand"};

// By position, which the tests hold true for every kind.
const Kind& entry(BreakKind kind) { return kinds.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view text(BreakKind kind) { return entry(kind).text; }
std::string_view advice(BreakKind kind) { return entry(kind).advice; }

std::optional<BreakKind> break_kind(std::string_view text) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& each) { return each.text == text; });
  return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

std::string_view text(Settlement settlement) { return settlements.at(static_cast<std::size_t>(settlement)); }

std::optional<Settlement> settlement(std::string_view text) {
  const auto found = std::find(settlements.begin(), settlements.end(), text);
  if (found == settlements.end()) return std::nullopt;
  return static_cast<Settlement>(found - settlements.begin());
}

}  // namespace gateway

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/commands.hpp"
#include "gateway/journal/event.hpp"

// What an instrument asks of orders of it, and what brokers call its kind. Pure.
namespace gateway {

// What is wrong with an order for the instrument: the field of the order, and what would be right.
struct AgainstTerms {
  std::string_view field;
  std::string message;
};

// Fills in what the request leaves to the instrument, and compares the rest with it. Odd lots are right.
[[nodiscard]] std::optional<AgainstTerms> against_terms(OrderRequest& request, const InstrumentAdded& instrument,
                                                        core::Time now);
[[nodiscard]] std::optional<AgainstTerms> against_unit(core::Quantity quantity, const InstrumentAdded& instrument);

// What of an instrument's record contradicts itself; the fields are the columns of its file. A multiplier that is not
// given is 1.
[[nodiscard]] std::vector<AgainstTerms> contradictions(const InstrumentAdded& added, bool is_multiplier_given);

// "Tick 0.01 to 0.05, Exchange XNAS to XNYS", by the columns of the file; "" when nothing differs.
[[nodiscard]] std::string difference(const InstrumentAdded& was, const InstrumentAdded& is);

// SecurityType(167) of the desk's word: CS, MF, CORP, OPT, FUT, FOR.
[[nodiscard]] std::string fix_security_type(std::string_view word);

}  // namespace gateway

#include "portfolio/stakes.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/decimal.hpp"

namespace portfolio {
namespace {

constexpr std::int64_t too_many = std::int64_t{1} << 62;  // what weights of a split sum to at most

}  // namespace

core::Result<std::int64_t> stake_for_money(std::int64_t amount, std::int64_t total_stake, std::int64_t value) {
  CHECK(amount > 0 && total_stake >= 0);
  if (total_stake > 0 && value <= 0) {
    return core::fail("", "the model is worth nothing, so new money would have no share in it; make a new model");
  }
  core::Int128 stake = amount;
  if (total_stake > 0) stake = std::max<core::Int128>(1, static_cast<core::Int128>(amount) * total_stake / value);
  if (stake >= too_many - static_cast<core::Int128>(total_stake)) {
    return core::fail("",
                      "the model has lost so much of its value that new money cannot be counted beside the old; "
                      "make a new model");
  }
  return static_cast<std::int64_t>(stake);
}

std::int64_t stake_taken_with(std::int64_t stake, std::int64_t taken, std::int64_t value) {
  CHECK(stake >= 0 && taken >= 0);
  if (taken >= value) return stake;
  const auto gone = static_cast<std::int64_t>(static_cast<core::Int128>(stake) * taken / value);
  return std::min(gone, std::max<std::int64_t>(stake - 1, 0));
}

}  // namespace portfolio

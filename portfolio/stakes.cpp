#include "portfolio/stakes.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/decimal.hpp"

namespace portfolio {
namespace {

constexpr std::int64_t too_many = std::int64_t{1} << 62;  // what weights of a split sum to at most

bool is_empty(const alloc::Book& book, alloc::GroupIndex group, alloc::SlotIndex slot) {
  for (const auto& [symbol, row] : book.instruments_of(group)) {
    if (book.holding(group, symbol, slot).quantity.raw != 0) return false;
  }
  for (const auto& [currency, row] : book.cash_of(group)) {
    if (book.cash(group, currency, slot) != 0) return false;
  }
  return true;
}

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

std::int64_t stake_gone_with(std::int64_t stake, std::int64_t done, std::int64_t all) {
  CHECK(stake >= 0 && all > 0);
  if (done <= 0) return 0;
  return static_cast<std::int64_t>(static_cast<core::Int128>(stake) * std::min(done, all) / all);
}

void take_stake(const core::ModelCode& model, alloc::AccountIndex account, std::int64_t by, Models& models,
                alloc::Book& book) {
  const Model& of = *models.find(model);
  const std::int64_t stake = of.stake_of(account);
  const auto slot = book.find_slot(of.group, account);
  const bool is_gone = by >= 0 && (!slot || is_empty(book, of.group, *slot));
  const std::int64_t most = is_gone ? stake : std::max<std::int64_t>(stake - 1, 0);
  models.change_stake(model, account, is_gone ? -stake : -std::min(by, most), book);
}

}  // namespace portfolio

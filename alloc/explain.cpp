#include "alloc/explain.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "alloc/split.hpp"
#include "core/check.hpp"

namespace alloc {
namespace {

using Turn = std::pair<std::int64_t, std::uint64_t>;  // due moment, tie rank

AccountExplanation explain_account(const Split& split, std::size_t i, std::int64_t units_before) {
  const std::int64_t total_weight = split.total_weight();
  AccountExplanation account{.weight = split.weights()[i],
                             .units_before = units_before,
                             .units_after = split.units()[i],
                             .due = std::nullopt,
                             .tie_rank = split.tie_rank(i)};
  account.share_numerator = static_cast<core::Int128>(split.filled()) * account.weight;
  account.share_floor = static_cast<std::int64_t>(account.share_numerator / total_weight);
  account.share_ceil = account.share_floor + (account.share_numerator % total_weight != 0);
  account.got_left_over = account.units_after > std::max(units_before, account.share_floor);
  account.next_unit = account.units_after + !account.got_left_over;
  if (account.weight > 0) account.due = split.due(i, account.next_unit);
  return account;
}

// Within one unit of the exact share, exact where that is whole, and nothing taken back.
bool keeps_bounds(const AccountExplanation& account, std::int64_t total_weight) {
  const core::Int128 held = static_cast<core::Int128>(account.units_after) * total_weight;
  return held > account.share_numerator - total_weight && held < account.share_numerator + total_weight &&
         account.units_after >= account.units_before;
}

bool could_have_had_one(const AccountExplanation& account) {
  return !account.got_left_over && account.units_after < account.share_ceil;
}

Turn turn(const AccountExplanation& account) { return {account.due.value_or(INT64_MAX), account.tie_rank}; }

}  // namespace

FillExplanation explain_fill(const std::vector<std::int64_t>& weights, std::uint64_t tie_seed,
                             std::span<const std::int64_t> fills, std::size_t index) {
  CHECK(index < fills.size());
  Split split(weights, tie_seed);
  for (const std::int64_t units : fills.first(index)) split.fill(units);
  const std::vector<std::int64_t> before = split.units();
  FillExplanation fill{.fill_units = fills[index],
                       .filled_before = split.filled(),
                       .filled_after = split.filled() + fills[index],
                       .total_weight = split.total_weight(),
                       .accounts = {}};
  split.fill(fills[index]);

  std::optional<Turn> last_served;
  std::optional<Turn> first_waiting;
  core::Int128 sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const AccountExplanation account = explain_account(split, i, before[i]);
    fill.left_over += account.got_left_over;
    sum += account.units_after;
    if (account.got_left_over) last_served = std::max(last_served, std::optional(turn(account)));
    if (could_have_had_one(account)) first_waiting = std::min(first_waiting.value_or(turn(account)), turn(account));
    fill.accounts.push_back(account);
  }

  fill.law_holds = sum == fill.filled_after;
  for (AccountExplanation& account : fill.accounts) {
    const bool out_of_turn = (account.got_left_over && first_waiting && turn(account) > *first_waiting) ||
                             (could_have_had_one(account) && last_served && turn(account) < *last_served);
    account.law_holds = keeps_bounds(account, fill.total_weight) && !out_of_turn;
    fill.law_holds = fill.law_holds && account.law_holds;
  }
  return fill;
}

std::string share_text(const AccountExplanation& account, std::int64_t total_weight) {
  CHECK(total_weight > 0);
  const auto rest = static_cast<std::int64_t>(account.share_numerator % total_weight);
  std::string text = std::to_string(account.share_floor);
  if (rest == 0) return text;
  const std::int64_t divisor = std::gcd(rest, total_weight);
  return text + " " + std::to_string(rest / divisor) + "/" + std::to_string(total_weight / divisor);
}

std::string percent_text(const AccountExplanation& account, std::int64_t total_weight) {
  CHECK(total_weight > 0);
  constexpr std::int64_t scale = 10'000;  // four decimals
  const core::Int128 exact = static_cast<core::Int128>(account.weight) * 100 * scale;
  const auto rounded =
      static_cast<std::int64_t>((2 * exact + total_weight) / (2 * static_cast<core::Int128>(total_weight)));
  return std::to_string(rounded / scale) + "." + std::to_string(scale + rounded % scale).substr(1);
}

}  // namespace alloc

#include "simulator/liquidity.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace simulator {

namespace {

constexpr int quotes_per_level = 2;

}  // namespace

Maker::Maker(std::uint64_t seed, const SymbolSettings& symbol, const LiquiditySettings& liquidity)
    : random_(core::mix(seed) ^ core::stable_hash(symbol.name.text())),
      symbol_hash_(core::stable_hash(symbol.name.text())),
      liquidity_(liquidity),
      reference_(symbol.reference),
      tick_(symbol.tick),
      lot_(symbol.lot),
      daily_volume_(symbol.daily_volume),
      remaining_(symbol.daily_volume),
      prices_(symbol.prices) {}

std::vector<Quote> Maker::move() {
  const std::int64_t moved = offset_ticks_ + random_.between(-liquidity_.move_ticks, liquidity_.move_ticks);
  offset_ticks_ = std::clamp<std::int64_t>(moved, -liquidity_.band_ticks, liquidity_.band_ticks);
  const core::Price walked{reference_.raw + offset_ticks_ * tick_.raw};
  const core::Price mid = prices_ ? (*prices_)[std::min(moves_++, prices_->size() - 1)] : walked;
  std::vector<Quote> quotes;
  for (const core::Side side : {core::Side::buy, core::Side::sell}) {
    const std::int64_t away = side == core::Side::buy ? -1 : 1;
    for (int level = 0; level < liquidity_.levels; ++level) {
      const core::Price price{mid.raw + away * (level + 1) * tick_.raw};
      CHECK(price.raw > 0);  // settings refuse a reference within reach of zero
      for (int i = 0; i < quotes_per_level; ++i) quotes.push_back({side, price, draw_size(level)});
    }
  }
  return quotes;
}

void Maker::reseed(std::uint64_t seed) { random_ = core::Random(core::mix(seed) ^ symbol_hash_); }

void Maker::traded(core::Quantity quantity) {
  if (!remaining_) return;
  CHECK(quantity <= *remaining_);
  *remaining_ -= quantity;
}

// Uniform from the smallest size up to a bound that grows with the cube of the depth: small orders meet several small
// quotes, and large ones are not cut into hundreds.
core::Quantity Maker::draw_size(int level) {
  const std::int64_t least = liquidity_.min_size.raw / lot_.raw;
  const std::int64_t most = liquidity_.max_size.raw / lot_.raw;
  const auto cube = [](core::Int128 depth) { return depth * depth * depth; };
  const core::Int128 grown = (most - least) * cube(level + 1) / cube(liquidity_.levels);
  return {random_.between(least, least + static_cast<std::int64_t>(grown)) * lot_.raw};
}

}  // namespace simulator

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/order_terms.hpp"
#include "core/random.hpp"
#include "simulator/settings.hpp"

namespace simulator {

struct Quote {
  core::Side side = core::Side::buy;
  core::Price price;
  core::Quantity quantity;

  friend bool operator==(const Quote&, const Quote&) = default;
};

// The seeded market maker of one symbol. Its mid price walks at random around the reference, or follows prices that
// were once paid; around the mid it quotes both sides, thin at the best price and deeper behind, as books are. What it
// draws depends on the seed, on the symbol and on how often it was asked, on nothing else; so what happens in one
// symbol never changes another.
class Maker {
 public:
  Maker(std::uint64_t seed, const SymbolSettings& symbol, const LiquiditySettings& liquidity);

  // The mid moves; returns the quotes that replace all earlier ones: bids from the best down, then asks from the best
  // up.
  [[nodiscard]] std::vector<Quote> move();

  // How much the maker may still trade today; nothing means as much as anybody likes.
  [[nodiscard]] std::optional<core::Quantity> remaining() const { return remaining_; }
  // REQUIRES: quantity <= remaining()
  void traded(core::Quantity quantity);
  void new_day() { remaining_ = daily_volume_; }
  // From here on it draws as with this seed; the mid stays where it is.
  void reseed(std::uint64_t seed);

 private:
  [[nodiscard]] core::Quantity draw_size(int level);

  core::Random random_;
  std::uint64_t symbol_hash_;
  LiquiditySettings liquidity_;
  core::Price reference_;
  core::Price tick_;
  core::Quantity lot_;
  std::optional<core::Quantity> daily_volume_;
  std::optional<core::Quantity> remaining_;
  std::shared_ptr<const std::vector<core::Price>> prices_;  // the mid, move by move; null: it walks
  std::size_t moves_ = 0;
  std::int64_t offset_ticks_ = 0;  // of the mid from the reference, within the band
};

}  // namespace simulator

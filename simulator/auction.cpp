#include "simulator/auction.hpp"

#include <algorithm>

namespace simulator {

namespace {

// What would be bought and sold at a price.
struct Crossing {
  core::Price price;
  core::Int128 bought = 0;
  core::Int128 sold = 0;

  [[nodiscard]] core::Int128 volume() const { return std::min(bought, sold); }
  [[nodiscard]] core::Int128 surplus() const { return bought - sold; }
  [[nodiscard]] core::Int128 imbalance() const { return std::max(bought, sold) - volume(); }
};

// All prices that may become that of the auction, rising.
std::vector<Crossing> crossings(const std::vector<PriceLevel>& bids, const std::vector<PriceLevel>& offers,
                                core::Price reference) {
  std::vector<Crossing> all;
  for (const PriceLevel& bid : bids) {
    if (bid.price != any_price(core::Side::buy)) all.push_back({bid.price});
  }
  for (const PriceLevel& offer : offers) {
    if (offer.price != any_price(core::Side::sell)) all.push_back({offer.price});
  }
  if (all.empty()) all.push_back({reference});
  const auto by_price = [](const Crossing& a, const Crossing& b) { return a.price < b.price; };
  const auto same_price = [](const Crossing& a, const Crossing& b) { return a.price == b.price; };
  std::sort(all.begin(), all.end(), by_price);
  all.erase(std::unique(all.begin(), all.end(), same_price), all.end());
  core::Int128 sold = 0;
  auto offer = offers.begin();
  for (Crossing& one : all) {
    for (; offer != offers.end() && offer->price <= one.price; ++offer) sold += offer->quantity.raw;
    one.sold = sold;
  }
  core::Int128 bought = 0;
  auto bid = bids.begin();
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    for (; bid != bids.end() && bid->price >= one->price; ++bid) bought += bid->quantity.raw;
    one->bought = bought;
  }
  return all;
}

}  // namespace

std::optional<AuctionResult> auction(const std::vector<PriceLevel>& bids, const std::vector<PriceLevel>& offers,
                                     core::Price reference) {
  std::vector<Crossing> left = crossings(bids, offers, reference);
  const auto keep = [&left](auto rank, core::Int128 best) {
    std::erase_if(left, [&](const Crossing& one) { return rank(one) != best; });
  };
  core::Int128 volume = 0;
  for (const Crossing& one : left) volume = std::max(volume, one.volume());
  if (volume == 0) return std::nullopt;
  keep([](const Crossing& one) { return one.volume(); }, volume);
  core::Int128 imbalance = left.front().imbalance();
  for (const Crossing& one : left) imbalance = std::min(imbalance, one.imbalance());
  keep([](const Crossing& one) { return one.imbalance(); }, imbalance);

  // The surplus of buyers never grows with the price, so the ends tell of all between.
  core::Price price;
  if (left.back().surplus() > 0) {
    price = left.back().price;
  } else if (left.front().surplus() < 0) {
    price = left.front().price;
  } else {
    price = std::clamp(reference, left.front().price, left.back().price);
  }
  constexpr core::Int128 largest = std::numeric_limits<std::int64_t>::max();
  return AuctionResult{price, core::Quantity{static_cast<std::int64_t>(std::min(volume, largest))}};
}

}  // namespace simulator

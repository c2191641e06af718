#include "gateway/engine/price_requests.hpp"

#include <iterator>
#include <utility>

namespace gateway {

void PriceRequests::begin(const core::SessionName& broker, std::vector<core::Symbol> symbols, const Send& send) {
  Broker& fresh = brokers_[broker];
  fresh.requests.clear();
  ask(fresh, std::move(symbols), send);
}

void PriceRequests::add(const core::SessionName& broker, std::vector<core::Symbol> symbols, const Send& send) {
  ask(brokers_[broker], std::move(symbols), send);
}

core::Symbol PriceRequests::refused(const core::SessionName& broker, const std::string& request_id, const Send& send) {
  Broker& asked = brokers_[broker];
  auto found = asked.requests.extract(request_id);
  if (found.empty()) return {};
  std::vector<core::Symbol> first_half = std::move(found.mapped().symbols);
  if (first_half.size() == 1) return first_half.front();
  const auto middle = first_half.begin() + static_cast<std::ptrdiff_t>(first_half.size() / 2);
  std::vector<core::Symbol> second_half(std::make_move_iterator(middle), std::make_move_iterator(first_half.end()));
  first_half.erase(middle, first_half.end());
  ask(asked, std::move(first_half), send);
  ask(asked, std::move(second_half), send);
  return {};
}

void PriceRequests::missed(const core::SessionName& broker, int first, int last, const Send& send) {
  Broker& asked = brokers_[broker];
  std::vector<std::vector<core::Symbol>> again;
  for (auto each = asked.requests.begin(); each != asked.requests.end();) {
    const bool is_missed = each->second.seq_num >= first && (last == 0 || each->second.seq_num <= last);
    if (!is_missed) {
      ++each;
      continue;
    }
    again.push_back(std::move(each->second.symbols));
    each = asked.requests.erase(each);
  }
  for (std::vector<core::Symbol>& symbols : again) ask(asked, std::move(symbols), send);
}

void PriceRequests::ask(Broker& broker, std::vector<core::Symbol> symbols, const Send& send) {
  if (symbols.empty()) return;
  fix::MarketDataRequest request{
      .request_id = "PRICES-" + std::to_string(++broker.last_id),
      .subscription = fix::MarketDataSubscription::subscribe,
      .depth = 1,
      .incremental = false,
      .entry_types = {fix::MarketDataEntryType::bid, fix::MarketDataEntryType::offer, fix::MarketDataEntryType::trade},
      .symbols = std::move(symbols)};
  const core::Result<int> seq_num = send(request);
  if (seq_num) broker.requests[request.request_id] = {*seq_num, std::move(request.symbols)};
}

}  // namespace gateway

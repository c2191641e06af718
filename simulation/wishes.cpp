#include "simulation/wishes.hpp"

#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"

namespace simulation {

namespace {

using namespace gateway;
using portfolio::Operation;

class Wisher {
 public:
  Wisher(core::Random random, const State& state, bool is_calm) : random_(random), state_(state), is_calm_(is_calm) {}

  std::optional<DeskWish> draw() {
    if (state_.account_groups().empty() && random_.below(8) == 0) return group();
    switch (random_.below(is_calm_ ? 8 : 12)) {
      case 0: return CreateModel{"NEW" + std::to_string(random_.below(4)), "A new model", "USD"};
      case 1: return targets();
      case 2:
      case 3: return propose();
      case 4:
      case 5:
      case 6: return transmit();
      case 7: return MoveClientCash{account(), std::to_string(random_.between(1, 20'000)), ""};
      default: return move_on();
    }
  }

 private:
  core::AccountId account() {
    const auto index = static_cast<alloc::AccountIndex>(random_.below(state_.book().account_count()));
    return state_.book().account_id(index);
  }
  // Mostly one that is there.
  core::ModelCode model() {
    const auto& all = state_.models().all();
    if (all.empty() || random_.below(20) == 0) return core::ModelCode("NEW0");
    auto at = all.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_.below(all.size())));
    return at->first;
  }

  DeskWish group() {
    GroupAccounts group{"SOME", {}};
    for (std::size_t i = 0; i < state_.book().account_count(); i += 2) {
      group.accounts.push_back(state_.book().account_id(static_cast<alloc::AccountIndex>(i)));
    }
    return group;
  }

  DeskWish targets() {
    SaveTargets wish{model(), {}, "drawn"};
    if (random_.below(5) == 0) return wish;
    for (const auto& [symbol, instrument] : state_.instruments()) {
      const auto percent = static_cast<std::int64_t>(random_.below(51));
      const bool is_short = instrument.is_shortable && percent % 3 == 0;
      wish.targets.push_back({symbol.text(), std::to_string(is_short ? -percent : percent)});
    }
    return wish;
  }

  DeskWish propose() {
    Propose wish;
    // What is small is filled before the night.
    wish.operation = is_calm_ ? Operation::invest : static_cast<Operation>(random_.below(6));
    if (wish.operation != Operation::reallocate) wish.model = model();
    switch (wish.operation) {
      case Operation::invest:
        wish.accounts.push_back(
            {is_calm_ ? account().text() : whom(), std::to_string(random_.between(1, is_calm_ ? 4'000 : 40'000))});
        break;
      case Operation::divest:
        wish.accounts.push_back({whom(), random_.below(3) == 0 ? "all" : std::to_string(random_.between(1, 40'000))});
        wish.keep_model = random_.below(2) == 0;
        break;
      case Operation::reallocate:
        wish.accounts.push_back({account().text(), ""});
        for (const auto& [code, each] : state_.models().all()) {
          if (random_.below(2) == 0) wish.allocations.push_back({code, std::to_string(random_.below(40))});
        }
        break;
      case Operation::withdraw: wish.percent = std::to_string(random_.between(1, 100)); break;
      default: break;
    }
    const bool moves = wish.operation == Operation::invest || wish.operation == Operation::divest;
    wish.transfer_positions = moves && random_.below(3) == 0;
    if (!is_calm_ && random_.below(3) == 0) wish.type = core::OrderType::limit;
    return wish;
  }
  std::string whom() {
    return random_.below(4) == 0 && state_.account_groups().contains("SOME") ? "SOME" : account().text();
  }

  const Staged* any_open() {
    std::vector<const Staged*> open;
    for (const auto& [number, staged] : state_.proposals()) {
      if (!is_over(staged.stage)) open.push_back(&staged);
    }
    return open.empty() ? nullptr : open[random_.below(open.size())];
  }

  std::optional<DeskWish> transmit() {
    const Staged* staged = any_open();
    if (staged == nullptr) return std::nullopt;
    TransmitProposal wish{staged->id, staged->hash.text(), {}, {}};
    if (!is_calm_ && random_.below(4) == 0 && !staged->places.empty()) {
      wish.places.push_back(1 + static_cast<std::int64_t>(random_.below(staged->places.size())));
    }
    return wish;
  }

  std::optional<DeskWish> move_on() {
    const Staged* staged = any_open();
    if (staged == nullptr) return std::nullopt;
    switch (random_.below(5)) {
      case 0: return SaveProposal{staged->id, staged->hash.text()};
      case 1: return DiscardProposal{staged->id};
      case 2: return CloseProposal{staged->id};
      case 3: return FinishProposal{staged->id};
      default: {
        EditProposal edit{staged->id, staged->hash.text(), {}, {}};
        OrderChange& change = edit.orders.emplace_back();
        change.place = 1;
        change.quantity = core::Quantity::whole(random_.between(0, 60));
        return edit;
      }
    }
  }

  core::Random random_;
  const State& state_;
  bool is_calm_;
};

}  // namespace

std::optional<gateway::DeskWish> draw_wish(std::uint64_t a, std::uint64_t b, const gateway::State& state,
                                           bool is_calm) {
  return Wisher(core::Random(core::mix(a) ^ b), state, is_calm).draw();
}

}  // namespace simulation

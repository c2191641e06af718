#include <algorithm>
#include <map>
#include <utility>

#include "core/check.hpp"
#include "files/text.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/engine/proposing.hpp"
#include "portfolio/edit.hpp"
#include "portfolio/proposal_changes.hpp"
#include "portfolio/remaining.hpp"
#include "portfolio/standing.hpp"

// People's commands about proposals: staged, edited, saved, discarded, finished, closed. How their orders go out is in
// transmitting.cpp.
namespace gateway {

namespace {

constexpr std::size_t most_told = 20;  // of what has moved

Answer refuse(RefusalCode code, std::string place, std::string message) {
  Answer answer;
  answer.refusals.push_back({code, std::move(place), std::move(message)});
  return answer;
}

Answer refuse(const core::Error& error) { return refuse(RefusalCode::not_possible, error.place, error.message); }

// Those that are gone when the account is left out.
void drop_orders_of(alloc::AccountIndex account, const portfolio::Proposal& content,
                    std::vector<portfolio::KeptOrder>& kept) {
  for (std::size_t i = content.orders.size(); i > 0; --i) {
    const portfolio::BlockOrder& order = content.orders[i - 1];
    const bool is_its_own = std::all_of(order.legs.begin(), order.legs.end(),
                                        [&](const portfolio::Leg& leg) { return leg.account == account; });
    if (is_its_own && !order.has_gone) kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i - 1));
  }
}

// How a person goes on from a proposal that stands on what is no more.
std::string way_out_of(const Staged& staged) {
  const std::string command = "prorata proposal ";
  if (staged.stage == Stage::staged && !staged.is_edited && staged.asked != nullptr) {
    return "to compute it again as things are now: " + command + "refresh " + staged.id;
  }
  if (staged.stage == Stage::staged) {
    return "it was edited, so it is not computed again: " + command + "discard " + staged.id + ", and make it anew";
  }
  if (staged.stage == Stage::saved) {
    return "its transfers are booked: edit one of its orders to compute it again, or take it as it is: " + command +
           "close " + staged.id;
  }
  return std::string(staged.stage == Stage::working ? "once its orders that are out are finished: "
                                                    : "part of it is booked: ") +
         command + "finish " + staged.id + " computes what is left again";
}

}  // namespace

Answer refuse_stage(const Staged& staged, std::string_view wish) {
  std::string way_out;
  switch (staged.stage) {
    case Stage::staged: way_out = "transmit it, save it, or discard it"; break;
    case Stage::saved: way_out = "its transfers are booked: transmit its orders, or close it as it is"; break;
    case Stage::working:
      way_out = "its orders are out; wait for them or cancel them: prorata proposal show " + staged.id;
      break;
    case Stage::incomplete:
      way_out = "part of it is booked: finish it, transmit what is still staged, or close it as it is";
      break;
    default: way_out = "it is over; make a new one"; break;
  }
  return refuse(
      RefusalCode::proposal_stage, "proposal",
      staged.id + " is " + std::string(text(staged.stage)) + " and cannot be " + std::string(wish) + ": " + way_out);
}

Answer Engine::told(const std::string& proposal) const {
  const Staged* staged = state_.find_proposal(proposal);
  CHECK(staged != nullptr);
  Answer answer;
  answer.proposal = staged->id;
  answer.hash = staged->hash.text();
  answer.stage = text(staged->stage);
  for (const Staged::Place& place : staged->places) {
    if (!place.order.empty()) answer.orders.push_back(place.order);
  }
  if (!staged->why_held.empty()) {
    answer.warnings.push_back({RefusalCode::proposal_stage, staged->id, staged->why_held});
  }
  return answer;
}

tl::expected<const Staged*, Answer> Engine::find_staged(const std::string& id, const std::string& hash) const {
  const Staged* staged = state_.find_proposal(id);
  if (staged == nullptr) {
    return tl::unexpected(refuse(RefusalCode::unknown_proposal, "proposal",
                                 "there is no proposal '" + files::shown(id) + "'; see: prorata proposals"));
  }
  if (!hash.empty() && hash != staged->hash.text()) {
    return tl::unexpected(refuse(RefusalCode::preview_differs, "hash",
                                 "is not that of " + id + " as it is staged now, version " +
                                     std::to_string(staged->version) + "; look at it again: prorata proposal show " +
                                     id));
  }
  return staged;
}

// Once orders of it were out, its holdings are no longer those that were previewed, by its own doing: prices and
// targets are all that can be compared then, and each order is checked against its sleeves when it goes out.
std::optional<Answer> Engine::has_moved(const Staged& staged, core::Time now) const {
  const Ground ground(state_, live_, settings_.models, now);
  const auto standing = portfolio::standing_now(*staged.content, ground.desk(), staged.is_applied);
  if (!standing) return refuse(standing.error());
  const bool was_out = staged.is_any_transmitted();
  std::vector<Refusal> moved;
  for (const portfolio::Moved& each :
       portfolio::what_moved(*staged.content, *standing, settings_.models.price_tolerance, state_.book())) {
    const bool by_itself =
        was_out && each.what != portfolio::Moved::What::price && each.what != portfolio::Moved::What::targets;
    if (!by_itself) moved.push_back({RefusalCode::world_moved, std::string(portfolio::text(each.what)), each.text});
  }
  if (moved.empty()) return std::nullopt;
  if (moved.size() > most_told) {
    const std::size_t more = moved.size() - most_told;
    moved.resize(most_told);
    moved.push_back({RefusalCode::world_moved, "", "and " + std::to_string(more) + " more"});
  }
  moved.push_back({RefusalCode::world_moved, "", way_out_of(staged)});
  Answer answer;
  answer.refusals = std::move(moved);
  return answer;
}

std::string Engine::stage(const std::string& id, std::int64_t version, std::string title, portfolio::Proposal content,
                          Provenance from, const Origin& by, core::Time now) {
  std::string name = id;
  if (name.empty()) {
    name = "P-" + std::to_string(state_.proposals().size() + 1);
    if (!state_.name_tag().empty()) name += "-" + state_.name_tag();
  }
  record(
      ProposalStaged{name, version, std::move(title), std::make_shared<const portfolio::Proposal>(std::move(content)),
                     by, std::move(from.asked), std::move(from.kept)},
      now);
  return name;
}

Answer Engine::decide(const Propose& wish, const Origin& by, core::Time now) {
  return propose_as("", 1, wish, by, now);
}

Answer Engine::propose_as(const std::string& id, std::int64_t version, const Propose& wish, const Origin& by,
                          core::Time now) {
  const Ground ground(state_, live_, settings_.models, now);
  auto content = propose(wish, state_, ground.desk());
  if (!content) {
    Answer answer;
    answer.refusals.push_back(content.error());
    return answer;
  }
  if (content->does_nothing()) {
    return refuse(RefusalCode::not_possible, "model",
                  "there is nothing to do: every sleeve is where it would be brought");
  }
  const core::SessionName& broker = settings_.default_broker;
  if (!content->orders.empty() && !brokers_.is_logged_on(broker)) {
    content->warnings.push_back({portfolio::WarningKind::market_closed,
                                 "the session " + broker.text() +
                                     " is not logged on: its orders cannot go out now; see: "
                                     "prorata sessions",
                                 {},
                                 {}});
  }
  std::string title = title_of(wish, *content);
  return told(stage(id, version, std::move(title), *std::move(content),
                    {.asked = std::make_shared<const Propose>(wish), .kept = {}}, by, now));
}

Answer Engine::decide(const RefreshProposal& wish, const Origin& by, core::Time now) {
  const auto found = find_staged(wish.proposal, "");
  if (!found) return found.error();
  const Staged& staged = **found;
  if (staged.stage != Stage::staged) return refuse_stage(staged, "refreshed");
  if (staged.asked == nullptr) {
    return refuse(RefusalCode::proposal_stage, "proposal",
                  "what " + staged.id + " was computed from is not known: an older version staged it; discard it and " +
                      "make it anew");
  }
  if (staged.is_edited) {
    return refuse(RefusalCode::proposal_stage, "proposal",
                  staged.id + " was edited, and its edits would be lost: discard it and make it anew");
  }
  const std::shared_ptr<const Propose> asked = staged.asked;
  return propose_as(staged.id, staged.version + 1, *asked, by, now);
}

Answer Engine::decide(const EditProposal& wish, const Origin& by, core::Time now) {
  const auto found = find_staged(wish.proposal, wish.hash);
  if (!found) return found.error();
  const Staged& staged = **found;
  if (is_over(staged.stage)) return refuse_stage(staged, "edited");
  if (wish.orders.empty() && wish.leave_out.empty()) {
    return refuse(RefusalCode::malformed, "orders", "nothing is to be changed");
  }
  const Ground ground(state_, live_, settings_.models, now);
  portfolio::Proposal content = *staged.content;
  Provenance from;
  if (staged.is_applied) {
    auto next = portfolio::carry_on(content, progress_of(staged), staged.moved, false, ground.desk());
    if (!next) return refuse(next.error());
    content = std::move(next->proposal);
    from.kept = std::move(next->kept);
  }
  // From the last place to the first: an order that goes away moves those behind it.
  std::map<std::int64_t, const OrderChange*, std::greater<>> changes;
  for (const OrderChange& change : wish.orders) {
    if (!changes.emplace(change.place, &change).second) {
      return refuse(RefusalCode::malformed, "order " + std::to_string(change.place), "is there twice");
    }
  }
  for (const auto& [place, change] : changes) {
    if (place < 1 || place > static_cast<std::int64_t>(content.orders.size())) {
      return refuse(RefusalCode::malformed, "order " + std::to_string(place),
                    "there is none; the proposal has " + std::to_string(content.orders.size()));
    }
    const std::size_t orders = content.orders.size();
    auto edited = portfolio::edit_order(content,
                                        {.order = static_cast<std::size_t>(place - 1),
                                         .quantity = change->quantity,
                                         .type = change->type,
                                         .limit = change->limit,
                                         .time_in_force = change->time_in_force},
                                        ground.desk());
    if (!edited) {
      return refuse(RefusalCode::not_possible, "order " + std::to_string(place), edited.error().message);
    }
    content = *std::move(edited);
    // An order of 0 is not there any more.
    if (from.kept && content.orders.size() < orders) from.kept->erase(from.kept->begin() + (place - 1));
  }
  for (std::size_t i = 0; i < wish.leave_out.size(); ++i) {
    const auto accounts = accounts_named(wish.leave_out[i], state_, files::item("leave_out", i));
    if (!accounts) {
      Answer answer;
      answer.refusals.push_back(accounts.error());
      return answer;
    }
    for (const alloc::AccountIndex account : *accounts) {
      if (from.kept) drop_orders_of(account, content, *from.kept);
      auto edited = portfolio::leave_out(content, account, ground.desk());
      if (!edited) return refuse(edited.error());
      content = *std::move(edited);
    }
  }
  if (content.does_nothing()) {
    return refuse(RefusalCode::not_possible, "orders", "nothing would be left; discard the proposal instead");
  }
  return told(stage(staged.id, staged.version + 1, staged.title, std::move(content), std::move(from), by, now));
}

Answer Engine::decide(const SaveProposal& wish, const Origin& by, core::Time now) {
  const auto found = find_staged(wish.proposal, wish.hash);
  if (!found) return found.error();
  const Staged& staged = **found;
  if (staged.stage != Stage::staged) return refuse_stage(staged, "saved");
  if (auto moved = has_moved(staged, now)) return *std::move(moved);
  const std::string id = staged.id;
  record(ProposalSaved{id, by}, now);
  end_if_complete(staged, now);
  return told(id);
}

Answer Engine::decide(const DiscardProposal& wish, const Origin& by, core::Time now) {
  const auto found = find_staged(wish.proposal, "");
  if (!found) return found.error();
  if ((*found)->stage != Stage::staged) return refuse_stage(**found, "discarded");
  record(ProposalEnded{(*found)->id, ProposalEnd::discarded, by}, now);
  return told(wish.proposal);
}

Answer Engine::decide(const CloseProposal& wish, const Origin& by, core::Time now) {
  const auto found = find_staged(wish.proposal, "");
  if (!found) return found.error();
  const Staged& staged = **found;
  if (staged.stage != Stage::saved && staged.stage != Stage::incomplete) return refuse_stage(staged, "closed");
  end(staged, ProposalEnd::closed, by, now);
  return told(wish.proposal);
}

Answer Engine::decide(const FinishProposal& wish, const Origin& by, core::Time now) {
  const auto found = find_staged(wish.proposal, "");
  if (!found) return found.error();
  const Staged& staged = **found;
  if (staged.stage != Stage::incomplete) return refuse_stage(staged, "finished");
  const Ground ground(state_, live_, settings_.models, now);
  auto next = portfolio::carry_on(*staged.content, progress_of(staged), staged.moved, true, ground.desk());
  if (!next) return refuse(next.error());
  const auto is_staged = [](const portfolio::BlockOrder& order) { return !order.has_gone; };
  const auto& orders = next->proposal.orders;
  if (std::none_of(orders.begin(), orders.end(), is_staged)) {
    return refuse(RefusalCode::not_possible, "proposal",
                  "nothing is left of " + staged.id +
                      " that its accounts can sell or pay: take it as it is: prorata proposal close " + staged.id);
  }
  return told(stage(staged.id, staged.version + 1, staged.title, std::move(next->proposal),
                    {.asked = {}, .kept = std::move(next->kept)}, by, now));
}

void Engine::drop_proposals_of(const core::ModelCode& model, const std::string& but, core::Time now) {
  std::vector<std::pair<std::string, ProposalEnd>> ended;
  for (const auto& [number, staged] : state_.proposals()) {
    if (is_over(staged.stage) || staged.id == but) continue;
    const auto& models = staged.content->models;
    const bool is_of_it =
        std::any_of(models.begin(), models.end(), [&](const auto& each) { return each.model == model; });
    if (is_of_it && staged.stage != Stage::working) {
      ended.emplace_back(staged.id, staged.stage == Stage::staged ? ProposalEnd::discarded : ProposalEnd::closed);
    }
  }
  for (const auto& [id, as] : ended) end(*state_.find_proposal(id), as, {}, now);
}

std::vector<portfolio::Progress> Engine::progress_of(const Staged& staged) {
  std::vector<portfolio::Progress> progress;
  for (std::size_t i = 0; i < staged.places.size(); ++i) {
    const Staged::Place& place = staged.places[i];
    portfolio::Progress& at = progress.emplace_back();
    at.is_out = place.is_transmitted;
    at.is_followed = place.is_followed;
    at.got.resize(staged.content->orders[i].legs.size());
    if (place.order.empty()) continue;
    const Order& order = *state_.orders().find(place.order);
    state_.bring_back(order);
    at.got = got_by_legs(staged.content->orders[i], order, state_);
  }
  return progress;
}

std::vector<core::Quantity> got_by_legs(const portfolio::BlockOrder& asked, const Order& order, const State& state) {
  std::map<std::pair<alloc::GroupIndex, alloc::AccountIndex>, core::Quantity> by_sleeve;
  for (const Leg& leg : order.legs()) {
    const auto accounts = state.book().accounts_of(leg.group);
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      by_sleeve[{leg.group, accounts[static_cast<std::size_t>(order.slots()[i])]}] =
          core::Quantity{order.parts.split().units()[i] * order.parts.unit().raw};
    }
  }
  std::vector<core::Quantity> got;
  for (const portfolio::Leg& leg : asked.legs) got.push_back(by_sleeve[{leg.group, leg.account}]);
  return got;
}

}  // namespace gateway

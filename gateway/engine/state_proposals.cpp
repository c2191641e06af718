#include <algorithm>

#include "core/check.hpp"
#include "gateway/engine/state.hpp"
#include "portfolio/apply.hpp"

// The part of State that keeps proposals, and does what they do beside their orders.
namespace gateway {

std::string_view text(Stage stage) {
  switch (stage) {
    case Stage::staged: return "STAGED";
    case Stage::saved: return "SAVED";
    case Stage::working: return "WORKING";
    case Stage::incomplete: return "INCOMPLETE";
    case Stage::done: return "DONE";
    case Stage::closed: return "CLOSED";
    case Stage::discarded: return "DISCARDED";
  }
  return "";
}

void State::on(const ProposalStaged& event) {
  const auto known = proposal_numbers_.find(event.proposal);
  const bool is_new = known == proposal_numbers_.end();
  const std::int64_t number = is_new ? static_cast<std::int64_t>(proposals_.size()) + 1 : known->second;
  proposal_numbers_.emplace(event.proposal, number);
  Staged& staged = proposals_[number];
  const Staged before = std::move(staged);
  staged = {.id = event.proposal,
            .number = number,
            .version = event.version,
            .seq = last_seq_,
            .time = now_,
            .who = event.by.who,
            .title = event.title,
            .operation = event.content->operation,
            .hash = event.content->hash,
            .content = event.content,
            .stage = Stage::staged,
            .is_applied = false,
            .are_sales_done = false,
            .places = std::vector<Staged::Place>(event.content->orders.size()),
            .why_held = {},
            .is_edited = event.asked == nullptr && event.version > 1,
            .moved = std::vector<std::int64_t>(event.content->cash_moves.size()),
            .brought = {},
            .asked = event.asked ? event.asked : before.asked};
  remember(event.by, event.proposal);
  if (!event.kept) return touch(staged);
  // It goes on: what it did stays.
  staged.is_applied = true;
  staged.are_sales_done = before.are_sales_done;
  staged.brought = before.brought;
  for (std::size_t i = 0; i < event.kept->size(); ++i) {
    const portfolio::KeptOrder& kept = (*event.kept)[i];
    if (kept.place == 0) continue;
    staged.places.at(i) = before.places.at(kept.place - 1);
    staged.places.at(i).is_followed = kept.is_followed;
  }
  restage(staged);
}

void State::on(const ProposalSaved& event) {
  Staged& saved = staged(event.proposal);
  apply(saved);
  remember(event.by, event.proposal);
  restage(saved);
}

void State::on(const ProposalTransmitted& event) {
  Staged& transmitted = staged(event.proposal);
  apply(transmitted);
  transmitted.why_held.clear();
  transmitted.are_purchases_due = false;
  for (const std::int64_t place : event.places) {
    transmitted.places.at(static_cast<std::size_t>(place - 1)).is_transmitted = true;
  }
  remember(event.by, event.proposal);
  restage(transmitted);
  stirred_.insert(transmitted.number);
}

void State::on(const OrdersHeld& event) {
  Staged& held = staged(event.proposal);
  for (const std::int64_t place : event.places) {
    held.places.at(static_cast<std::size_t>(place - 1)).is_transmitted = false;
  }
  held.why_held = event.why;
  restage(held);
}

void State::on(const ProposalSalesDone& event) {
  Staged& proposal = staged(event.proposal);
  settle();
  portfolio::MovesMade made;
  if (event.moves) {
    portfolio::make_moves(*proposal.content, *event.moves, proposal.moved, models_, book_, &made);
    for (const portfolio::MoveDue& due : *event.moves) proposal.moved.at(due.move) += due.minor;
  } else {
    portfolio::apply_after_sales(*proposal.content, book_, &made);
    for (std::size_t i = 0; i < proposal.moved.size(); ++i) {
      const portfolio::CashMove& move = proposal.content->cash_moves[i];
      if (move.when == portfolio::When::after_sales) proposal.moved[i] = move.amount.minor;
    }
  }
  note_moves(made);
  proposal.are_sales_done = true;
  proposal.are_purchases_due = true;
  touch(proposal);
}

void State::on(const ProposalEnded& event) {
  Staged& proposal = staged(event.proposal);
  if (event.as == ProposalEnd::discarded) {
    end(proposal, Stage::discarded);
  } else {
    settle();
    portfolio::MovesMade made;
    if (event.moves) {
      portfolio::make_moves(*proposal.content, *event.moves, proposal.moved, models_, book_, &made);
      portfolio::finish_leaving(*proposal.content, models_, book_, &made);
    } else {
      if (!proposal.are_sales_done) portfolio::apply_after_sales(*proposal.content, book_, &made);
      portfolio::apply_after_orders(*proposal.content, models_, book_, &made);
    }
    note_moves(made);
    end(proposal, event.as == ProposalEnd::done ? Stage::done : Stage::closed);
  }
  remember(event.by, event.proposal);
}

void State::apply(Staged& proposal) {
  if (proposal.is_applied) return;
  settle();
  portfolio::MovesMade made;
  portfolio::apply(*proposal.content, models_, book_, &made);
  note_moves(made);
  proposal.is_applied = true;
}

// What it was about is in the journal; nobody needs it here any more.
void State::end(Staged& proposal, Stage stage) {
  const std::optional<core::ModelCode> closed = proposal.content->closes;
  if (closed && models_.find(*closed) == nullptr) changes_.closed_models.push_back(*closed);
  proposal.stage = stage;
  proposal.content.reset();
  proposal.asked.reset();
  proposal.moved.clear();
  proposal.brought.clear();
  stirred_.erase(proposal.number);
  touch(proposal);
}

void State::note_sent(const OrderEntered& event) {
  Staged& proposal = staged(event.proposal);
  proposal.places.at(static_cast<std::size_t>(event.place - 1)).order = event.order;
  restage(proposal);
}

void State::stir(const Order& order) {
  const auto known = proposal_numbers_.find(order.entered.proposal);
  CHECK(known != proposal_numbers_.end());
  Staged& proposal = proposals_.at(known->second);
  if (is_over(proposal.stage)) return;
  const auto is_of = [&](const Staged::Place& place) { return place.order == order.id(); };
  if (std::none_of(proposal.places.begin(), proposal.places.end(), is_of)) return;  // of an earlier version of it
  restage(proposal);
  if (is_finished(state_of(order))) stirred_.insert(proposal.number);
}

// What cash moves that wait for sales may move.
void State::note_brought(const Order& order, alloc::AccountIndex account, core::Money brought) {
  Staged& proposal = staged(order.entered.proposal);
  if (is_over(proposal.stage)) return;
  const auto waits = [](const portfolio::CashMove& move) {
    return move.when == portfolio::When::after_sales || move.was_after_sales;
  };
  const auto& moves = proposal.content->cash_moves;
  if (std::none_of(moves.begin(), moves.end(), waits)) return;
  proposal.brought[{account, brought.currency}] += brought.minor;
  touch(proposal);
}

void State::stir_proposals() {
  for (const auto& [number, proposal] : proposals_) {
    if (proposal.stage == Stage::working) stirred_.insert(number);
  }
}

void State::restage(Staged& proposal) {
  bool is_any_out = false;
  bool is_any_open = false;
  for (const Staged::Place& place : proposal.places) {
    if (!place.is_transmitted) continue;
    is_any_out = true;
    is_any_open = is_any_open || place.order.empty() || !is_finished(state_of(*orders_.find(place.order)));
  }
  if (is_any_open) {
    proposal.stage = Stage::working;
  } else if (is_any_out) {
    proposal.stage = Stage::incomplete;
  } else {
    proposal.stage = proposal.is_applied ? Stage::saved : Stage::staged;
  }
  touch(proposal);
}

void State::touch(Staged& proposal) {
  if (is_over(proposal.stage)) {
    live_proposals_.erase(proposal.number);
  } else {
    live_proposals_.insert(proposal.number);
  }
  touched_proposals_.insert(proposal.number);
  unsaved_proposals_.insert(proposal.number);
}

Staged& State::staged(const std::string& id) {
  const auto known = proposal_numbers_.find(id);
  CHECK(known != proposal_numbers_.end());
  return proposals_.at(known->second);
}

const Staged* State::find_proposal(const std::string& id) const {
  const auto known = proposal_numbers_.find(id);
  return known == proposal_numbers_.end() ? nullptr : &proposals_.at(known->second);
}

}  // namespace gateway

#include "gateway/gateway.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/check.hpp"

namespace gateway {

namespace {

Refusal refusal(const NotDurable& why) {
  const bool is_full = why.why == NotDurable::Why::no_room;
  const std::string advice = is_full ? "Make room there" : "End that program";
  return {is_full ? RefusalCode::disk_full : RefusalCode::database_locked, why.error.place,
          why.error.message + ". Nothing was done, and nothing leaves until it can be written. " + advice +
              "; the gateway tries again every second"};
}

}  // namespace

Gateway::Gateway(GatewaySettings settings, Journal& journal, const core::Clock& clock, fix::MessageLog& log,
                 GatewayEvents& events, Outbox::Post post)
    : settings_(std::move(settings)),
      journal_(journal),
      clock_(clock),
      events_(events),
      watch_(log, [this](const auto& session, const std::string& why) { events_.session_trouble(session, why); }),
      post_(std::move(post)),
      engine_(settings_.engine, *this),
      outbox_(journal, post_, *this) {}

core::Result<void> Gateway::start(std::vector<Event> desk) {
  auto sessions = load();
  if (!sessions) return tl::unexpected(sessions.error());
  if (!engine_.state().desk_imported()) engine_.import_desk(std::move(desk), clock_.now());
  if (settings_.copied_at) engine_.take_over_copy(*settings_.copied_at, clock_.now());
  if (!engine_.state().book().balanced()) return core::fail("", "the book that the journal gives does not balance");

  for (const BrokerSettings& broker : settings_.brokers) {
    const auto known = sessions->find(broker.session.name);
    const fix::SequenceNumbers fresh{.created = clock_.now()};
    auto opened = open_line(broker, known == sessions->end() ? fresh : known->second);
    if (!opened) return opened;
  }
  for (const auto* numbers : {&settings_.next_out, &settings_.next_in}) {
    for (const auto& [name, number] : *numbers) {
      if (!lines_.contains(name)) return core::fail(name.text(), "there is no such session to go on with");
    }
  }
  outbox_.step_done();
  return {};
}

core::Result<std::map<core::SessionName, fix::SequenceNumbers>> Gateway::load() {
  engine_.set_archive(journal_.archive(), [this](const core::Error& error) { events_.journal_damaged(error); });
  const core::Result<void> restored =
      journal_.load_snapshot().and_then([this](const Snapshot& snapshot) { return engine_.restore(snapshot); });
  const std::int64_t snapshot = engine_.state().last_seq();
  const auto visit = [this](const Entry& entry) { engine_.replay(entry); };
  auto sessions = restored ? journal_.load_after_snapshot(visit) : journal_.load(visit);
  if (!sessions) return sessions;
  engine_.replay_done();
  events_.journal_loaded(snapshot, engine_.state().last_seq() - snapshot, restored ? "" : restored.error().text());
  return sessions;
}

core::Result<void> Gateway::open_line(const BrokerSettings& broker, fix::SequenceNumbers numbers) {
  const core::SessionName& name = broker.session.name;
  if (fix::begins_anew(broker.session, numbers.created, clock_.now())) numbers = {.created = clock_.now()};
  const core::Result<bool> was_set = set_numbers(name, numbers);
  if (!was_set) return tl::unexpected(was_set.error());
  if (*was_set) outbox_.session(name).numbers = numbers;
  auto line = BrokerLine::open(broker.session, numbers, outbox_, *this, watch_, clock_);
  if (!line) return tl::unexpected(line.error());
  lines_.emplace(name, std::move(*line));
  return {};
}

core::Result<bool> Gateway::set_numbers(const core::SessionName& name, fix::SequenceNumbers& numbers) const {
  const auto out = settings_.next_out.find(name);
  const auto in = settings_.next_in.find(name);
  if (out != settings_.next_out.end()) {
    if (out->second < numbers.next_sender) {
      return core::fail(name.text(), "cannot go on sending with number " + std::to_string(out->second) + ": " +
                                         std::to_string(numbers.next_sender) + " is due, and lower ones are used");
    }
    numbers.next_sender = out->second;
  }
  if (in != settings_.next_in.end()) {
    if (in->second > numbers.next_target) {
      return core::fail(name.text(), "cannot expect number " + std::to_string(in->second) + ": " +
                                         std::to_string(numbers.next_target) +
                                         " is due, and what lies between, such as fills, would never be asked for");
    }
    numbers.next_target = in->second;
  }
  return out != settings_.next_out.end() || in != settings_.next_in.end();
}

fix::Peer& Gateway::peer(const core::SessionName& session) {
  const auto line = lines_.find(session);
  CHECK(line != lines_.end());
  return *line->second;
}

bool Gateway::is_any_connected() const {
  return std::any_of(lines_.begin(), lines_.end(),
                     [](const auto& line) { return line.second->session().is_connected(); });
}

void Gateway::tick() {
  if (!std::exchange(looked_back_, true)) {
    // The connections of the life before are lost; those that came about at once have been asked already.
    for (const auto& [name, line] : lines_) {
      if (!line->session().logged_on()) engine_.on_connection_lost(name, clock_.now());
    }
    outbox_.step_done();
  }
  outbox_.try_again();
}

void Gateway::log_out() {
  stopping_ = true;
  for (const auto& [name, line] : lines_) {
    line->session().log_out("the gateway is stopping");
    line->tick();  // closes a batch, with a last snapshot
  }
}

// ---- commands

void Gateway::submit(EnterOrders command, std::function<void(Answer)> done) {
  const bool dry_run = command.dry_run;
  step([this, command = std::move(command)] { return engine_.enter(command, clock_.now()); },
       [this, dry_run, done = std::move(done)](Answer answer) {
         // Made now, when the orders are out, and not while the market waits for them.
         if (!dry_run) answer.previews = engine_.previews(answer.orders);
         done(std::move(answer));
       });
}

void Gateway::submit(CancelOrder command, std::function<void(Answer)> done) {
  step([this, command = std::move(command)] { return engine_.cancel(command, clock_.now()); }, std::move(done));
}

void Gateway::submit(SettleBreak command, std::function<void(Answer)> done) {
  step([this, command = std::move(command)] { return engine_.settle(command, clock_.now()); }, std::move(done));
}

void Gateway::submit(DeskCommand command, std::function<void(Answer)> done) {
  step([this, command = std::move(command)] { return engine_.carry_out(command, clock_.now()); }, std::move(done));
}

void Gateway::look(ViewRequest request, std::function<void(Viewed)> done) {
  post_([this, request = std::move(request), done = std::move(done)] { done(engine_.look(request, clock_.now())); });
}

void Gateway::step(std::function<Answer()> decide, std::function<void(Answer)> done) {
  post_([this, decide = std::move(decide), done = std::move(done)] {
    Answer answer;
    if (outbox_.waits()) {
      // At once: it has nothing to wait for, and a cancel could not leave either.
      answer.refusals.push_back(refusal(*outbox_.waits()));
      return done(answer);
    }
    if (stopping_) {
      answer.refusals.push_back({RefusalCode::busy, "", "the gateway is stopping"});
    } else {
      answer = decide();
      engine_.advance_proposals(clock_.now());
    }
    outbox_.after([done, answer = std::move(answer)] { done(answer); });
    outbox_.step_done();
  });
}

void Gateway::status(std::function<void(DeskStatus)> done) {
  post_([this, done = std::move(done)] {
    done({.sessions = sessions_now(),
          .waits = why_it_waits(),
          .open_breaks = static_cast<std::int64_t>(engine_.state().open_break_count())});
  });
}

std::vector<SessionStatus> Gateway::sessions_now() const {
  std::vector<SessionStatus> all;
  for (const BrokerSettings& broker : settings_.brokers) {
    const fix::Session& session = lines_.at(broker.session.name)->session();
    const fix::SequenceNumbers numbers = session.numbers();
    all.push_back({.name = broker.session.name,
                   .state = state_of(session),
                   .role = broker.session.role == fix::Role::dialling ? "dialling" : "listening",
                   .begin_string = fix::begin_string(broker.session.version),
                   .sender_comp_id = broker.session.sender_comp_id,
                   .target_comp_id = broker.session.target_comp_id,
                   .address = broker.address,
                   .next_sender = numbers.next_sender,
                   .next_target = numbers.next_target,
                   .closed_until = session.closed_until(),
                   .trouble = watch_.trouble(broker.session.name)});
  }
  return all;
}

std::string Gateway::why_it_waits() const {
  const auto& waits = outbox_.waits();
  if (!waits) return "";
  return waits->why == NotDurable::Why::no_room ? "disk full" : "database locked";
}

std::string Gateway::state_of(const fix::Session& session) const {
  if (const std::string waits = why_it_waits(); !waits.empty()) return "waits: " + waits;
  if (session.is_connected()) return session.logged_on() ? "logged on" : "connected";
  const auto closed_until = session.closed_until();
  return closed_until ? "closed until " + session.settings().schedule->local_text(*closed_until) : "not connected";
}

// ---- sessions, as the engine sees them

bool Gateway::is_known(const core::SessionName& broker) const { return lines_.contains(broker); }

bool Gateway::is_logged_on(const core::SessionName& broker) const {
  const auto line = lines_.find(broker);
  return line != lines_.end() && line->second->session().logged_on();
}

core::Result<int> Gateway::send(const core::SessionName& broker, const fix::Message& message) {
  const auto line = lines_.find(broker);
  if (line == lines_.end()) return core::fail(broker.text(), "there is no such session");
  return line->second->session().send(message);
}

void Gateway::has_no_price(const core::SessionName& broker, const core::Symbol& symbol, const std::string& why) {
  watch_.event(broker, fix::EventKind::trouble, "no prices of " + symbol.text() + (why.empty() ? "" : ": " + why));
}

// ---- what sessions say

// A decision that was left half-way may not be recorded, nor may anything follow from it; and a session that is told of
// it would go on. The next start begins with what is durable, and brokers are asked for what was not.
template <class Decide>
void Gateway::decide_whole(Decide decide) {
  try {
    decide();
    engine_.advance_proposals(clock_.now());
  } catch (const std::exception& error) {
    const std::string what = std::string("the engine left a decision half-way: ") + error.what();
    core::check_failed(what.c_str(), __FILE__, __LINE__);
  }
}

void Gateway::on_logon(const core::SessionName& session) {
  watch_.logged_on(session);
  events_.session_changed(session, "logged on");
  decide_whole([&] { engine_.on_logon(session, clock_.now()); });
}

void Gateway::on_logout(const core::SessionName& session, std::string_view reason) {
  events_.session_changed(session, reason.empty() ? "logged out" : "logged out: " + std::string(reason));
  decide_whole([&] { engine_.on_connection_lost(session, clock_.now()); });
}

void Gateway::on_message(const core::SessionName& session, const fix::Header&, const fix::Message& message) {
  decide_whole([&] { engine_.on_message(session, message, clock_.now()); });
}

void Gateway::on_unreadable(const core::SessionName& session, const fix::UnreadableMessage& message) {
  decide_whole([&] { engine_.on_unreadable(session, message, clock_.now()); });
}

void Gateway::on_resend_asked(const core::SessionName& session, int first, int last) {
  decide_whole([&] { engine_.on_resend_asked(session, first, last, clock_.now()); });
}

void Gateway::on_repeated(const core::SessionName& session, const fix::Header&, const fix::Message& message) {
  decide_whole([&] { engine_.on_repeated(session, message, clock_.now()); });
}

void Gateway::on_passed_over(const core::SessionName& session, int first, int last, bool is_gap_fill) {
  if (!is_gap_fill) events_.messages_passed_over(session, first, last);
  decide_whole([&] { engine_.on_passed_over(session, clock_.now()); });
}

void Gateway::complete(Batch& batch) {
  batch.entries = engine_.take_entries();
  for (const Entry& entry : batch.entries) {
    if (const auto* kept = std::get_if<BreakKept>(&entry.event)) events_.break_kept(*kept);
  }
  // Rows are taken when the batch closes, so that each is written at most once a batch.
  batch.changes = engine_.take_changes();
  batch.snapshot = engine_.take_snapshot(stopping_);
}

}  // namespace gateway

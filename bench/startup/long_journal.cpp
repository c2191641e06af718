#include "bench/startup/long_journal.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "core/random.hpp"
#include "gateway/engine/planning.hpp"
#include "portfolio/models.hpp"

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t models = 10;
constexpr std::int64_t accounts = 1'000;
constexpr std::int64_t fills_per_order = 1'000;
constexpr std::int64_t units_per_fill = 730;
constexpr std::size_t entries_per_batch = 5'000;
const core::Currency usd = core::Currency::of("USD");
const core::SessionName broker("SIM");

core::ModelCode model_code(std::size_t model) { return core::ModelCode(fmt::format("M{}", model)); }
core::Symbol symbol(std::size_t number) { return core::Symbol(fmt::format("STOCK{}", number % 40)); }

}  // namespace

LongJournal::LongJournal(const std::filesystem::path& file) : open_(models) {
  auto opened = gateway::SqliteStore::open(file.string());
  if (!opened) throw std::runtime_error(opened.error().text());
  store_ = std::move(*opened);
  state_.set_archive(&store_->archive());
  set_up();
}

void LongJournal::set_up() {
  using namespace gateway;
  for (std::size_t i = 0; i < 40; ++i) {
    add(InstrumentAdded{.symbol = symbol(i),
                        .security_type = "STK",
                        .exchange = "XNAS",
                        .currency = usd,
                        .unit = core::Quantity::whole(1),
                        .reference = *core::Price::parse("187.50"),
                        .reference_date = "2026-11-20"});
  }
  for (std::size_t i = 0; i < models; ++i) add(ModelCreated{model_code(i), "Model", usd});
  for (std::int64_t i = 0; i < accounts; ++i) {
    const core::AccountId account(fmt::format("C-{}", 10'000 + i));
    const std::int64_t cents = 1'000'000'00 + i * 12'345'67;
    add(AccountOpened{account, "Client", usd});
    add(CashDeposited{account, usd, cents * static_cast<std::int64_t>(models)});
    for (std::size_t model = 0; model < models; ++model) add(CashInvested{account, model_code(model), usd, cents});
  }
  add(DeskImported{"bench"});
  write(false);
}

void LongJournal::add(gateway::Event event) {
  entries_.push_back(
      {state_.last_seq() + 1, core::Time{std::chrono::nanoseconds{1'795'000'000'000'000'000}}, std::move(event)});
  state_.apply(entries_.back());
}

void LongJournal::enter(std::size_t model) {
  state_.settle();
  const std::size_t number = state_.orders().all().size() + 1;
  const portfolio::Model& of = *state_.models().find(model_code(model));
  const core::Symbol traded = symbol(number * 7);
  portfolio::Shares shares;
  const bool may_sell = number % 5 == 0 && state_.book().instruments_of(of.group).contains(traded);
  if (may_sell) shares = portfolio::sell_shares(of, state_.book(), traded, core::Quantity::whole(1), {});
  const core::Side side = shares.slots.empty() ? core::Side::buy : core::Side::sell;
  if (side == core::Side::buy) shares = portfolio::buy_shares(of);
  const gateway::SealedShares* last = state_.last_shares(of.group, side);
  if (last == nullptr || last->slots != shares.slots || last->table->weights() != shares.weights) {
    gateway::SharesSealed sealed{model_code(model), side, {}};
    for (std::size_t i = 0; i < shares.slots.size(); ++i) {
      sealed.shares.push_back({static_cast<std::uint32_t>(shares.slots[i]), shares.weights[i]});
    }
    add(std::move(sealed));
  }
  add(gateway::OrderEntered{.order = core::OrderId(fmt::format("20261121-{}", number)),
                            .model = model_code(model),
                            .side = side,
                            .quantity = core::Quantity::whole(fills_per_order * units_per_fill),
                            .symbol = traded,
                            .type = core::OrderType::limit,
                            .limit = *core::Price::parse("190"),
                            .broker = broker,
                            .exchange = "XNAS",
                            .shares_seq = state_.last_shares(of.group, side)->seq,
                            .seq_num = static_cast<int>(number),
                            .key = fmt::format("bench {}", number),
                            .command = number,
                            .who = "bench"});
  open_[model] = state_.orders().all().back().get();
}

void LongJournal::fill(std::size_t model) {
  if (open_[model] == nullptr || open_[model]->leaves().raw == 0) enter(model);
  const gateway::Order& order = *open_[model];
  ++fills_;
  const core::Quantity quantity = core::Quantity::whole(units_per_fill);
  add(gateway::FillBooked{.order = order.id(),
                          .broker_order_id = fmt::format("BROKER-{}", order.number),
                          .exec_id = fmt::format("EXEC-{:010}", fills_),
                          .trade_date = "20261121",
                          .digest = core::mix(static_cast<std::uint64_t>(fills_)),
                          .quantity = quantity,
                          .price = {18'750'000'000 + fills_ % 100 * 1'000'000},
                          .commission = {685'000},
                          .cumulative = order.parts.filled() + quantity,
                          .exchange = "XNAS",
                          .transact_time = core::Time{std::chrono::nanoseconds{1'795'000'000'000'000'000}}});
}

void LongJournal::write(bool is_stopping) {
  state_.settle();
  gateway::Batch batch{.entries = std::exchange(entries_, {}), .changes = state_.take_changes(), .sessions = {}};
  const std::int64_t due = is_stopping ? 1 : gateway::EngineSettings{}.entries_per_snapshot;
  if (state_.last_seq() - snapshot_seq_ >= due) {
    const Clock::time_point start = Clock::now();
    batch.snapshot = state_.take_snapshot();
    pauses_us_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
    snapshot_seq_ = state_.last_seq();
  }
  const gateway::CommitResult written = store_->write(batch);
  if (!written) throw std::runtime_error(written.error().error.text());
}

void LongJournal::grow_to(std::int64_t fills) {
  while (fills_ < fills) {
    fill(static_cast<std::size_t>(fills_) % models);
    if (entries_.size() >= entries_per_batch) write(false);
  }
  write(false);
}

void LongJournal::grow_to_the_next_snapshot() {
  const std::int64_t due = snapshot_seq_ + gateway::EngineSettings{}.entries_per_snapshot;
  grow_to(fills_ + due - state_.last_seq() - 2'000);  // not quite: orders are entries too
}

void LongJournal::stop() { write(true); }

}  // namespace bench

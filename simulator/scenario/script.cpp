#include "simulator/scenario/script.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace simulator {

namespace {

constexpr int cxl_rej_duplicate_id = 6;
constexpr int cxl_rej_other_terms = 2;
constexpr int cxl_rej_other = 99;
constexpr int ord_rej_duplicate = 6;
constexpr int ord_rej_unknown = 5;

std::chrono::seconds time_of_day(core::Time now) {
  return std::chrono::floor<std::chrono::seconds>(now - std::chrono::floor<std::chrono::days>(now));
}

// So that no sum leaves its type, whatever steps follow.
bool is_within_bounds(const fix::NewOrderSingle& order) {
  const bool has_price = !order.limit || (order.limit->raw > 0 && *order.limit <= max_price);
  return has_price && order.quantity.raw > 0 && order.quantity <= max_order_quantity;
}

// An instruction that nobody wrote a scenario for.
const Steps& usual_answer_to_allocation() {
  static const Steps steps{Step{.what = Do::receive}, Step{.what = Do::accept}};
  return steps;
}

}  // namespace

core::Result<void> check_fill(const std::string& order_id, const Step& step, std::size_t fills) {
  const bool names_fill = step.what == Do::bust || step.what == Do::correct || step.what == Do::repeat;
  const auto wanted = static_cast<std::size_t>(step.fill.value_or(1));
  if (!names_fill || wanted <= fills) return {};
  return core::fail("order " + order_id,
                    "has " + std::to_string(fills) + " fills; there is no fill " + std::to_string(wanted));
}

Script::Script(std::vector<Scenario> scenarios, const ExchangeSettings& settings, std::string id_prefix,
               MarketPrice price)
    : settings_(settings), id_prefix_(std::move(id_prefix)), market_price_(std::move(price)) {
  load(std::move(scenarios));
}

// ----------------------------------------------------------------------------------------------------------- Choosing

// The first one that fits. Each counts what would fit it, so that "the third order" means the same whichever scenarios
// stand before.
const Scenario* Script::choose(On on, const Facts& facts) {
  const Scenario* chosen = nullptr;
  for (Listed& listed : listed_) {
    const When& when = listed.scenario->when;
    const auto is = [](const auto& wanted, const auto& there) { return !wanted || *wanted == there; };
    const bool fits = listed.scenario->on == on && (when.client.empty() || when.client == facts.client) &&
                      (when.symbol.empty() || (facts.symbol && when.symbol == *facts.symbol)) &&
                      (!when.least || *when.least <= facts.quantity) && (!when.most || facts.quantity <= *when.most) &&
                      (when.account.empty() ||
                       std::find(facts.accounts.begin(), facts.accounts.end(), when.account) != facts.accounts.end()) &&
                      is(when.side, facts.side) && is(when.type, facts.type) &&
                      (!when.from || *when.from <= time_of_day(facts.now)) &&
                      (!when.to || time_of_day(facts.now) < *when.to);
    if (fits && is(when.nth, ++listed.fitted) && chosen == nullptr) chosen = listed.scenario;
  }
  return chosen;
}

void Script::load(std::vector<Scenario> scenarios) {
  std::vector<Listed> listed;
  for (Scenario& scenario : scenarios) {
    std::erase_if(listed_, [&](const Listed& each) { return each.scenario->name == scenario.name; });
    listed.push_back({&scenarios_.emplace_back(std::move(scenario))});
  }
  listed_.insert(listed_.begin(), listed.begin(), listed.end());
}

std::vector<const Scenario*> Script::scenarios() const {
  std::vector<const Scenario*> all;
  for (const Listed& listed : listed_) all.push_back(listed.scenario);
  return all;
}

Script::Run* Script::find(const std::string& client, const std::string& cl_ord_id) {
  const auto found = by_id_.find({client, cl_ord_id});
  return found == by_id_.end() ? nullptr : found->second;
}

bool Script::is_used(const std::string& client, const std::string& cl_ord_id) {
  return by_id_.contains({client, cl_ord_id});
}

// ----------------------------------------------------------------------------------------------- What a client may ask

bool Script::take(const std::string& client, const fix::NewOrderSingle& request, core::Time now) {
  if (!is_within_bounds(request)) return false;  // the market says why not
  const bool repeated = is_used(client, request.cl_ord_id);
  const Scenario* const scenario = repeated ? nullptr
                                            : choose(On::order, {.client = client,
                                                                 .now = now,
                                                                 .symbol = &request.symbol,
                                                                 .quantity = request.quantity,
                                                                 .accounts = {request.account},
                                                                 .side = request.side,
                                                                 .type = request.type});
  if (scenario == nullptr && !repeated) return false;
  Run& run = runs_.emplace_back();
  run.scenario = scenario;
  Order& order = run.order;
  order.client = client;
  order.order_id = id_prefix_ + "S" + std::to_string(++orders_);
  order.received = now;
  order.request = request;
  order.cl_ord_id = request.cl_ord_id;
  if (const auto symbol = listing(settings_, request.symbol)) order.request.currency = symbol->currency;
  by_order_id_.emplace(order.order_id, &run);
  if (repeated) {
    order.status = fix::OrdStatus::rejected;
    run.ended = true;
    fix::ExecutionReport rejected = report_of(run, fix::ExecType::rejected, now);
    rejected.reject_reason = ord_rej_duplicate;
    rejected.text = "ClOrdID(11) " + request.cl_ord_id + " was used before";
    send(run, std::move(rejected), now);
    return true;
  }
  by_id_.emplace(std::pair{client, request.cl_ord_id}, &run);
  begin({client, &run, scenario->steps, {}}, now);
  return true;
}

bool Script::cancel(const std::string& client, const fix::OrderCancelRequest& request, core::Time now) {
  Run* const run = find(client, request.orig_cl_ord_id);
  if (run == nullptr) return false;
  const bool is_new = by_id_.emplace(std::pair{client, request.cl_ord_id}, run).second;
  if (!is_new) {
    refuse(*run, request, cxl_rej_duplicate_id, "ClOrdID(11) " + request.cl_ord_id + " was used before", now);
  } else if (request.symbol != run->order.request.symbol || request.side != run->order.request.side) {
    refuse(*run, request, cxl_rej_other_terms, "Symbol(55) or Side(54) is not that of the order", now);
  } else {
    static const Steps accepted{Step{.what = Do::accept}};
    begin({client, run, run->scenario ? run->scenario->on_cancel : accepted, request}, now);
  }
  return true;
}

bool Script::replace(const std::string& client, const fix::OrderCancelReplaceRequest& request, core::Time now) {
  Run* const run = find(client, request.orig_cl_ord_id);
  if (run == nullptr) return false;
  const std::string& cl_ord_id = request.order.cl_ord_id;
  const bool is_new = by_id_.emplace(std::pair{client, cl_ord_id}, run).second;
  if (!is_new) {
    refuse(*run, request, cxl_rej_duplicate_id, "ClOrdID(11) " + cl_ord_id + " was used before", now);
  } else if (!is_within_bounds(request.order)) {
    refuse(*run, request, cxl_rej_other, "OrderQty(38) or Price(44) is too large, or not above zero", now);
  } else if (request.order.symbol != run->order.request.symbol || request.order.side != run->order.request.side) {
    refuse(*run, request, cxl_rej_other_terms, "Symbol(55) or Side(54) is not that of the order", now);
  } else {
    static const Steps accepted{Step{.what = Do::accept}};
    begin({client, run, run->scenario ? run->scenario->on_replace : accepted, request}, now);
  }
  return true;
}

bool Script::status(const std::string& client, const fix::OrderStatusRequest& request, core::Time now) {
  Run* const run = find(client, request.cl_ord_id);
  if (run == nullptr) return false;
  const OnStatus how = run->scenario ? run->scenario->on_status : OnStatus::answer;
  if (how == OnStatus::ignore) return true;
  fix::ExecutionReport answer = report_of(*run, fix::ExecType::order_status, now);
  answer.exec_id = "0";  // FIX 4.4 volume 4
  if (how == OnStatus::unknown) {
    answer.ord_status = fix::OrdStatus::rejected;
    answer.reject_reason = ord_rej_unknown;
    answer.leaves_quantity = answer.cumulative_quantity = {};
    answer.average_price = {};
    answer.text = "ClOrdID(11) " + request.cl_ord_id + " is not an order of yours";
  }
  send(*run, std::move(answer), now);
  return true;
}

void Script::allocate(const std::string& client, const fix::AllocationInstruction& instruction, core::Time now) {
  Facts facts{.client = client,
              .now = now,
              .symbol = &instruction.symbol,
              .quantity = instruction.quantity,
              .side = instruction.side};
  for (const fix::Allocated& each : instruction.accounts) facts.accounts.emplace_back(each.account);
  const Scenario* const scenario = choose(On::allocation, facts);
  begin({client, nullptr, scenario ? scenario->steps : usual_answer_to_allocation(), instruction}, now);
}

void Script::logged_on(const std::string& client, core::Time now) {
  const Scenario* const scenario = choose(On::logon, {.client = client, .now = now});
  if (scenario) begin({client, nullptr, scenario->steps, {}}, now);
}

// ------------------------------------------------------------------------------------------------ What a person may do

// The fills are made again on the order as it was before them, so that each has its counts back.
void Script::adopt(Order order, const std::vector<Traded>& fills) {
  Run& run = runs_.emplace_back();
  run.acknowledged = order.status != fix::OrdStatus::rejected;
  run.ended = !order.is_open() && order.status != fix::OrdStatus::filled;
  Run before{.order = order, .scenario = nullptr, .fills = {}, .acknowledged = true};
  before.order.filled = {};
  before.order.notional = 0;
  before.order.bill = {};
  for (const Traded& each : fills) {
    before.order.filled += each.quantity;
    before.order.notional += core::notional(each.quantity, each.price);
    before.order.status = status_of(before);
    fix::ExecutionReport report = trade_of(before, before.order.bill, each.quantity, each.price, each.time);
    report.exec_id = each.exec_id;
    run.fills.push_back({std::move(report), each.exec_id, each.quantity, each.price});
  }
  run.order = std::move(order);
  by_order_id_.emplace(run.order.order_id, &run);
  by_id_.emplace(std::pair{run.order.client, run.order.request.cl_ord_id}, &run);
  by_id_.emplace(std::pair{run.order.client, run.order.cl_ord_id}, &run);
}

void Script::note_fill(const fix::ExecutionReport& report) {
  by_order_id_.at(report.order_id)->fills.push_back({report, report.exec_id, report.last_quantity, report.last_price});
}

core::Result<void> Script::can_act(const std::string& order_id, const Step& step) const {
  const auto found = by_order_id_.find(order_id);
  if (found == by_order_id_.end()) return core::fail("order " + order_id, "is not known here");
  return check_fill(order_id, step, found->second->fills.size());
}

SeenOrder Script::seen(const Run& run) {
  SeenOrder order{.order = &run.order,
                  .is_scripted = true,
                  .is_holding = run.holding,
                  .scenario = run.scenario,
                  .unfilled = left_of(run),
                  .leaves = run.ended ? core::Quantity{} : left_of(run)};
  for (const Made& made : run.fills) {
    order.fills.push_back({made.report.exec_id, made.quantity, made.price, made.report.transact_time});
  }
  return order;
}

std::vector<SeenOrder> Script::orders() const {
  std::vector<SeenOrder> all;
  for (const Run& run : runs_) {
    if (!run.handed_over) all.push_back(seen(run));
  }
  return all;
}

std::optional<SeenOrder> Script::order(const std::string& order_id) const {
  const auto found = by_order_id_.find(order_id);
  return found == by_order_id_.end() ? std::nullopt : std::optional(seen(*found->second));
}

core::Result<void> Script::act(const std::string& order_id, const Step& step, core::Time now) {
  if (auto can = can_act(order_id, step); !can) return can;
  Run& run = *by_order_id_.at(order_id);
  acted_.push_back(step);
  begin({run.order.client, &run, {&acted_.back(), 1}, {}}, now);
  return {};
}

void Script::act_on_session(const std::string& client, const Step& step, core::Time now) {
  CHECK(is_about_session(step.what));
  acted_.push_back(step);
  begin({client, nullptr, {&acted_.back(), 1}, {}}, now);
}

// --------------------------------------------------------------------------------------------------------------- Time

void Script::begin(Course course, core::Time now) {
  if (course.steps.empty()) return;
  const core::Time due = now + course.steps.front().after;
  agenda_.emplace(std::pair{due, ++begun_}, std::move(course));
}

std::optional<core::Time> Script::next_due() const {
  return agenda_.empty() ? std::nullopt : std::optional(agenda_.begin()->first.first);
}

// One step at a time, so that the market can be brought to its moment before.
void Script::advance() {
  CHECK(!agenda_.empty());
  auto next = agenda_.extract(agenda_.begin());
  Course& course = next.mapped();
  const core::Time now = next.key().first;
  perform(course, course.steps.front(), now);
  course.steps = course.steps.subspan(1);
  begin(std::move(course), now);
}

void Script::send(Run& run, fix::Message message, core::Time now) {
  if (run.holding) {
    run.held.push_back(std::move(message));
  } else {
    leaving_.push_back({now, run.order.client, std::move(message)});
  }
}

}  // namespace simulator

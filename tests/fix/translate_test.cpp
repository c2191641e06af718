#include <rapidcheck.h>

#include "fix/field_names.hpp"
#include "tests/fix/pair.hpp"

namespace fix::test {
namespace {

std::string word() {
  return *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::oneOf(
      rc::gen::inRange<char>('A', 'Z'), rc::gen::inRange<char>('0', '9'), rc::gen::elementOf(std::string("-_./ =|")))));
}
std::string maybe_word() { return *rc::gen::arbitrary<bool>() ? word() : std::string(); }
std::int64_t raw(std::int64_t low) {
  return *rc::gen::inRange<std::int64_t>(low, std::numeric_limits<std::int64_t>::max());
}
core::Quantity quantity(std::int64_t low = 0) { return {raw(low)}; }
core::Price price() { return {*rc::gen::arbitrary<std::int64_t>() / 2}; }
core::Side side() { return *rc::gen::element(core::Side::buy, core::Side::sell); }
std::optional<core::Currency> maybe_currency() {
  return *rc::gen::element(std::optional<core::Currency>(), std::optional(core::Currency::of("USD")),
                           std::optional(core::Currency::of("JPY")));
}
core::Time time() {  // to the microsecond, as FIX has it here, from 1970 to 2096
  return core::Time(std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(1, 4'000'000'000'000'000)));
}
std::optional<int> maybe_int() {
  return *rc::gen::arbitrary<bool>() ? std::optional(*rc::gen::inRange(0, 1000)) : std::nullopt;
}

// Sends over the line, bytes and all, and expects the same on the other side.
void expect_round_trip(Pair& pair, Side& from, Side& to, const Message& message) {
  to.owner.messages.clear();
  to.owner.unreadable.clear();
  const auto sent = from.session->send(message);
  RC_ASSERT(sent.has_value());
  pair.pump();
  if (!to.owner.unreadable.empty()) RC_FAIL(to.owner.unreadable[0].reason);
  RC_ASSERT(to.owner.messages.size() == 1U);
  RC_ASSERT(to.owner.messages[0] == message);
}

// In every version: what all of them have codes for is told in each.
class RoundTrip : public testing::TestWithParam<Version> {
 protected:
  RoundTrip() { pair_.connect(); }
  [[nodiscard]] static bool is_old() { return GetParam() == Version::fix42; }
  // A reason that has a code in the version.
  static std::optional<int> maybe_reason(int highest_of_fix42) {
    if (!*rc::gen::arbitrary<bool>()) return std::nullopt;
    return *rc::gen::inRange(0, is_old() ? highest_of_fix42 + 1 : 1000);
  }
  static NewOrderSingle order();
  Pair pair_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Versions, RoundTrip, testing::Values(Version::fix42, Version::fix44, Version::fix50sp2),
                         [](const auto& each) {
                           return "Fix" + std::string(words_of(each.param).text).replace(1, 1, "");
                         });

std::optional<core::Time> maybe_time() { return *rc::gen::arbitrary<bool>() ? std::optional(time()) : std::nullopt; }

NewOrderSingle RoundTrip::order() {
  NewOrderSingle order;
  order.cl_ord_id = word();
  order.account = maybe_word();
  order.symbol = core::Symbol(word());
  order.security_type = maybe_word();
  order.exchange = maybe_word();
  order.currency = maybe_currency();
  order.side = side();
  order.quantity = quantity(1);
  order.time_in_force = *rc::gen::element(core::TimeInForce::day, core::TimeInForce::good_till_cancel,
                                          core::TimeInForce::at_the_opening, core::TimeInForce::immediate_or_cancel,
                                          core::TimeInForce::fill_or_kill, core::TimeInForce::at_the_close);
  const bool no_stop = is_old() && order.time_in_force == core::TimeInForce::at_the_close;
  order.type = no_stop ? *rc::gen::element(core::OrderType::market, core::OrderType::limit)
                       : *rc::gen::element(core::OrderType::market, core::OrderType::limit, core::OrderType::stop,
                                           core::OrderType::stop_limit);
  if (has_limit(order.type)) order.limit = price();
  if (has_stop(order.type)) order.stop = price();
  if (*rc::gen::arbitrary<bool>()) order.least = quantity();
  order.strategy = maybe_int();
  order.begins = maybe_time();
  order.ends = maybe_time();
  order.transact_time = time();
  return order;
}

TEST_P(RoundTrip, OfOrders) {
  EXPECT_TRUE(rc::check([&] { expect_round_trip(pair_, pair_.desk, pair_.broker, order()); }));
}

TEST_P(RoundTrip, OfReplacements) {
  EXPECT_TRUE(rc::check([&] {
    expect_round_trip(pair_, pair_.desk, pair_.broker, OrderCancelReplaceRequest{word(), maybe_word(), order()});
  }));
}

TEST_P(RoundTrip, OfMassCancels) {
  if (is_old()) {
    const auto sent = pair_.desk.session->send(OrderMassCancelRequest{.cl_ord_id = "C1"});
    ASSERT_FALSE(sent.has_value());
    EXPECT_EQ(sent.error().text(), "MsgType(35): FIX 4.2 has no mass cancels; cancel order by order");
    return;
  }
  EXPECT_TRUE(rc::check([&] {
    OrderMassCancelRequest request{.cl_ord_id = word(), .transact_time = time()};
    request.scope = *rc::gen::element(MassCancelScope::symbol, MassCancelScope::all);
    if (request.scope == MassCancelScope::symbol) request.symbol = core::Symbol(word());
    if (*rc::gen::arbitrary<bool>()) request.side = side();
    expect_round_trip(pair_, pair_.desk, pair_.broker, request);
    OrderMassCancelReport report{.cl_ord_id = maybe_word(), .order_id = word(), .asked = request.scope};
    report.answer = *rc::gen::element(MassCancelScope::rejected, MassCancelScope::symbol, MassCancelScope::all);
    report.reject_reason = maybe_int();
    report.affected = *rc::gen::inRange(0, 1000);
    report.symbol = core::Symbol(maybe_word());
    report.side = request.side;
    report.text = maybe_word();
    expect_round_trip(pair_, pair_.broker, pair_.desk, report);
  }));
}

TEST_P(RoundTrip, OfCancelAndStatusRequests) {
  EXPECT_TRUE(rc::check([&] {
    expect_round_trip(pair_, pair_.desk, pair_.broker,
                      OrderCancelRequest{.cl_ord_id = word(),
                                         .orig_cl_ord_id = word(),
                                         .order_id = maybe_word(),
                                         .symbol = core::Symbol(word()),
                                         .side = side(),
                                         .quantity = quantity(1),
                                         .transact_time = time()});
    expect_round_trip(
        pair_, pair_.desk, pair_.broker,
        OrderStatusRequest{
            .cl_ord_id = word(), .order_id = maybe_word(), .symbol = core::Symbol(word()), .side = side()});
  }));
}

TEST_P(RoundTrip, OfExecutionReports) {
  EXPECT_TRUE(rc::check([&] {
    ExecutionReport report;
    report.order_id = word();
    report.exec_id = word();
    report.exec_ref_id = maybe_word();
    report.cl_ord_id = maybe_word();
    report.orig_cl_ord_id = maybe_word();
    report.exec_type = static_cast<ExecType>(*rc::gen::elementOf(std::string("03456789ABCDEFGHIZ")));
    report.ord_status = static_cast<OrdStatus>(*rc::gen::elementOf(std::string("0123456789ABCDEZ")));
    report.symbol = core::Symbol(word());
    report.side = side();
    if (*rc::gen::arbitrary<bool>()) report.order_quantity = quantity();
    if (*rc::gen::arbitrary<bool>()) report.limit = price();
    if (*rc::gen::arbitrary<bool>()) report.stop = price();
    report.last_quantity = quantity(1);
    report.last_price = price();
    report.leaves_quantity = quantity();
    report.cumulative_quantity = quantity();
    report.average_price = price();
    report.commission = {*rc::gen::arbitrary<std::int64_t>() / 2};
    report.currency = maybe_currency();
    report.last_market = maybe_word();
    report.trade_date = "20261121";
    report.transact_time = time();
    report.text = maybe_word();
    report.reject_reason = maybe_reason(8);
    report.restatement_reason = maybe_int();
    expect_round_trip(pair_, pair_.broker, pair_.desk, report);
  }));
}

std::vector<MarketDataEntry> market_data_entries(bool increment) {
  return *rc::gen::nonEmpty(rc::gen::container<std::vector<MarketDataEntry>>(rc::gen::exec([increment] {
    MarketDataEntry entry;
    entry.type = static_cast<MarketDataEntryType>(*rc::gen::inRange('0', '9'));
    if (*rc::gen::arbitrary<bool>()) entry.price = price();
    if (*rc::gen::arbitrary<bool>()) entry.size = quantity();
    if (*rc::gen::arbitrary<bool>()) entry.time = time();
    if (!increment) return entry;
    entry.action = *rc::gen::element(MarketDataAction::add, MarketDataAction::change, MarketDataAction::remove);
    entry.entry_id = maybe_word();
    entry.symbol = core::Symbol(maybe_word());
    return entry;
  })));
}

TEST_P(RoundTrip, OfMarketData) {
  EXPECT_TRUE(rc::check([&] {
    MarketDataRequest request{.request_id = word()};
    request.subscription = *rc::gen::element(MarketDataSubscription::snapshot, MarketDataSubscription::subscribe,
                                             MarketDataSubscription::unsubscribe);
    request.depth = *rc::gen::inRange(0, 100);
    request.incremental = request.subscription == MarketDataSubscription::subscribe && *rc::gen::arbitrary<bool>();
    request.entry_types = *rc::gen::nonEmpty(rc::gen::container<std::vector<MarketDataEntryType>>(
        rc::gen::element(MarketDataEntryType::bid, MarketDataEntryType::offer, MarketDataEntryType::trade)));
    request.symbols = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<core::Symbol>>(rc::gen::exec([] { return core::Symbol(word()); })));
    expect_round_trip(pair_, pair_.desk, pair_.broker, request);
    expect_round_trip(pair_, pair_.broker, pair_.desk,
                      MarketDataSnapshot{maybe_word(), core::Symbol(word()), market_data_entries(false)});
    expect_round_trip(pair_, pair_.broker, pair_.desk, MarketDataIncrement{maybe_word(), market_data_entries(true)});
    const char reason = *rc::gen::inRange('0', '9');
    expect_round_trip(pair_, pair_.broker, pair_.desk, MarketDataReject{word(), reason, maybe_word()});
  }));
}

TEST_P(RoundTrip, OfWhatIsTradedAndWhen) {
  EXPECT_TRUE(rc::check([&] {
    const auto subscription = *rc::gen::element(MarketDataSubscription::snapshot, MarketDataSubscription::subscribe,
                                                MarketDataSubscription::unsubscribe);
    expect_round_trip(pair_, pair_.desk, pair_.broker,
                      SecurityStatusRequest{word(), core::Symbol(word()), subscription});
    expect_round_trip(pair_, pair_.desk, pair_.broker, TradingSessionStatusRequest{word(), maybe_word(), subscription});
    SecurityStatus status{
        .request_id = maybe_word(), .symbol = core::Symbol(word()), .transact_time = time(), .text = {}};
    status.status = *rc::gen::element(SecurityTradingStatus::halted, SecurityTradingStatus::ready,
                                      SecurityTradingStatus::not_available, SecurityTradingStatus::unknown);
    expect_round_trip(pair_, pair_.broker, pair_.desk, status);
    TradingSessionStatus session{.request_id = maybe_word(), .trading_session_id = word(), .text = maybe_word()};
    session.status = static_cast<TradSesStatus>(*rc::gen::inRange(0, 6));
    if (!is_old()) session.reject_reason = maybe_int();
    expect_round_trip(pair_, pair_.broker, pair_.desk, session);
    if (is_old()) return;  // FIX 4.2 has no lists
    SecurityListRequest asked{.request_id = word(), .symbol = {}};
    if (*rc::gen::arbitrary<bool>()) {
      asked.scope = SecurityListScope::symbol;
      asked.symbol = core::Symbol(word());
    }
    expect_round_trip(pair_, pair_.desk, pair_.broker, asked);
    SecurityList list{.request_id = word(), .response_id = word(), .total = maybe_int(), .securities = {}};
    list.is_last = *rc::gen::arbitrary<bool>();
    list.securities = *rc::gen::container<std::vector<ListedSecurity>>(rc::gen::exec([] {
      ListedSecurity security{core::Symbol(word()), maybe_word(), maybe_word(), maybe_currency(),
                              quantity(),           {},           maybe_word()};
      return security;
    }));
    if (GetParam() == Version::fix50sp2) {
      for (ListedSecurity& security : list.securities) security.tick = price();
    }
    expect_round_trip(pair_, pair_.broker, pair_.desk, list);
  }));
}

// 21, pre-open, came with FIX 4.3.
TEST_P(RoundTrip, OfAStatusInTheWordsOfTheVersion) {
  const SecurityStatus status{"R", core::Symbol("AAPL"), SecurityTradingStatus::pre_open, {}, ""};
  ASSERT_TRUE(pair_.broker.session->send(status).has_value());
  pair_.pump();
  const auto& read = std::get<SecurityStatus>(pair_.desk.owner.messages.back());
  EXPECT_EQ(read.status, is_old() ? SecurityTradingStatus::not_available : SecurityTradingStatus::pre_open);
}

TEST_P(RoundTrip, OfAllocations) {
  if (GetParam() != Version::fix44) return;
  EXPECT_TRUE(rc::check([&] {
    AllocationInstruction instruction{.alloc_id = word(), .trans_type = *rc::gen::inRange('0', '3'), .type = 1};
    instruction.ref_alloc_id = maybe_word();
    instruction.orders = *rc::gen::container<std::vector<AllocatedOrder>>(rc::gen::exec([] {
      return AllocatedOrder{word(), maybe_word()};
    }));
    instruction.side = side();
    instruction.symbol = core::Symbol(word());
    instruction.quantity = quantity(1);
    instruction.average_price = price();
    instruction.trade_date = "20261124";
    if (*rc::gen::arbitrary<bool>()) instruction.transact_time = time();
    instruction.accounts = *rc::gen::container<std::vector<Allocated>>(rc::gen::exec([] {
      Allocated account{.account = word(), .quantity = quantity()};
      if (*rc::gen::arbitrary<bool>()) account.price = price();
      account.commission = {*rc::gen::arbitrary<std::int64_t>() / 2};
      return account;
    }));
    instruction.text = maybe_word();
    expect_round_trip(pair_, pair_.desk, pair_.broker, instruction);
    AllocationInstructionAck ack{.alloc_id = word(), .transact_time = time()};
    ack.status = static_cast<AllocStatus>(*rc::gen::inRange('0', '6'));
    ack.reason = maybe_int();
    ack.text = maybe_word();
    ack.accounts = *rc::gen::container<std::vector<RejectedAccount>>(rc::gen::exec([] {
      return RejectedAccount{word(), maybe_int()};
    }));
    expect_round_trip(pair_, pair_.broker, pair_.desk, ack);
  }));
}

TEST_P(RoundTrip, OfRejects) {
  EXPECT_TRUE(rc::check([&] {
    expect_round_trip(pair_, pair_.broker, pair_.desk,
                      OrderCancelReject{.order_id = word(),
                                        .cl_ord_id = word(),
                                        .orig_cl_ord_id = word(),
                                        .ord_status = OrdStatus::filled,
                                        .response_to = *rc::gen::element('1', '2'),
                                        .reason = maybe_reason(3),
                                        .text = maybe_word()});
    MessageReject reject;
    reject.business = *rc::gen::arbitrary<bool>();
    reject.ref_seq_num = *rc::gen::inRange(1, 100000);
    reject.ref_msg_type = "D";
    if (reject.business) reject.ref_id = maybe_word();
    if (!reject.business) reject.ref_tag = maybe_int();
    const int codes_of_fix42 = reject.business ? 6 : 12;
    reject.reason = *rc::gen::inRange(0, is_old() ? codes_of_fix42 : 99);
    reject.text = maybe_word();
    expect_round_trip(pair_, pair_.broker, pair_.desk, reject);
  }));
}

// What a field of a fill must not be, and what is said about it.
struct BadField {
  int tag;
  const char* value;
  const char* reason;
};

class BadFill : public testing::TestWithParam<BadField> {};

TEST_P(BadFill, IsKeptWithFieldAndTagNamed) {
  const auto [tag, value, reason] = GetParam();
  Pair pair;
  pair.connect();
  pair.to_desk(from_broker("8", 2, fill_fields("E1", tag, value)));
  pair.to_desk(from_broker("8", 3, fill_fields("E2")));
  EXPECT_EQ(pair.desk.owner.log, (std::vector<std::string>{"unreadable 2", "read 3"}));
  ASSERT_EQ(pair.desk.owner.unreadable.size(), 1U);
  EXPECT_EQ(pair.desk.owner.unreadable[0].reason, reason);
}

INSTANTIATE_TEST_SUITE_P(
    Translate, BadFill,
    testing::Values(
        BadField{31, "", "LastPx(31): is missing, but the message requires it"},
        BadField{31, "0x10", "LastPx(31): '0x10' is not a decimal number such as 187.50"},
        BadField{31, "+1", "LastPx(31): '+1' is not a decimal number such as 187.50"},
        BadField{31, "nan", "LastPx(31): 'nan' is not a decimal number such as 187.50"},
        BadField{31, "1.123456789", "LastPx(31): '1.123456789' has more than 8 digits after the point"},
        BadField{32, "-1e2", "LastQty(32): '-1e2' is not a decimal number such as 187.50"},
        BadField{151, "-1", "LeavesQty(151): '-1' is less than zero"},
        BadField{14, " 5", "CumQty(14): ' 5' is not a decimal number such as 187.50"},
        BadField{54, "9", "Side(54): '9' is not known here; known are 1 (BUY), 2 (SELL), 5 (SELL SHORT)"},
        BadField{150, "FF", "ExecType(150): 'FF' is not a single character"},
        BadField{37, "B1|15=XXX", "Currency(15): 'XXX' is not a currency code that is known here, such as USD"},
        BadField{37, "B1|12=1", "CommType(13): is missing, but the message requires it"},
        BadField{37, "B1|12=0.05|13=2", "CommType(13): '2' is not known here; known are 1 (per unit), 3 (absolute)"},
        BadField{32, "0.5|12=0.000001|13=1",
                 "Commission(12): '0.000001' per unit for 0.5 units is no exact amount of six decimals"},
        // Found by fuzzing: the product is the lowest int64, which has no text that is read back.
        BadField{32, "8388608|12=-1099511.627776|13=1",
                 "Commission(12): '-1099511.627776' per unit for 8388608 units is no exact amount of six decimals"},
        BadField{37, "B1|75=2026-11-21", "TradeDate(75): '2026-11-21' is not a date such as 20261121"},
        BadField{37, "B1|75=99999999", "TradeDate(75): '99999999' is not a date such as 20261121"},
        BadField{37, "B1|75=20260231", "TradeDate(75): '20260231' is not a date such as 20261121"},
        BadField{37, "B1|103=x", "OrdRejReason(103): Incorrect data format for value"}));

TEST(Translate, TakesNoIdBeyondItsLimit) {
  const std::string longest(max_id_bytes, 'x');
  for (const Field field : {field::order_id, field::exec_id, field::cl_ord_id, field::last_mkt, field::trade_date}) {
    Pair pair;
    pair.connect();
    const int place = field.tag == 30 || field.tag == 75 ? 37 : field.tag;  // tags that fill_fields does not write
    const std::string before = place == field.tag ? "" : "B1|" + std::to_string(field.tag) + "=";
    pair.to_desk(from_broker("8", 2, fill_fields("E1", place, before + longest + "x")));
    pair.to_desk(from_broker("8", 3, fill_fields("E2", place, place == field.tag ? longest : "B1")));
    EXPECT_EQ(pair.desk.owner.log, (std::vector<std::string>{"unreadable 2", "read 3"}));
    ASSERT_EQ(pair.desk.owner.unreadable.size(), 1U);
    EXPECT_EQ(pair.desk.owner.unreadable[0].reason, field.text() + ": has 257 characters; at most 256 are taken");
    EXPECT_NE(pair.desk.owner.unreadable[0].raw.find(longest + "x"), std::string::npos) << "kept whole";
  }
}

ExecutionReport read_fill(const std::string& order_id_and_more) {
  Pair pair;
  pair.connect();
  pair.to_desk(from_broker("8", 2, fill_fields("E1", 37, order_id_and_more)));
  if (pair.desk.owner.messages.empty()) return {};
  return std::get<ExecutionReport>(pair.desk.owner.messages[0]);
}

TEST(Translate, ComputesCommissionPerUnitExactly) {
  EXPECT_EQ(read_fill("B1|12=0.0035|13=1").commission.text(), "0.35");
  EXPECT_EQ(read_fill("B1|12=-0.002|13=3").commission.text(), "-0.002");
  EXPECT_EQ(read_fill("B1|12=0").commission.text(), "0");
}

TEST(Translate, TakesTransactTimeFromSendingTimeAndInventsNoTradeDate) {
  EXPECT_EQ(read_fill("B1|75=20261120").trade_date, "20261120");
  Pair pair;
  pair.connect();
  pair.to_desk(from_broker("8", 2, fill_fields("E1", 60, "")));
  ASSERT_EQ(pair.desk.owner.messages.size(), 1U);
  const auto& report = std::get<ExecutionReport>(pair.desk.owner.messages[0]);
  EXPECT_EQ(report.transact_time, pair.desk.owner.headers[0].sending_time);
  EXPECT_EQ(report.trade_date, "") << "absent is not the same as today";
}

TEST(Translate, CutsALongTextBetweenCharactersAndSaysSo) {
  const std::string longest(max_text_bytes, 't');
  EXPECT_EQ(read_fill("B1|58=" + longest).text, longest);
  for (const std::string character : {"t", "\xc3\xa4", "\xe2\x82\xac"}) {
    std::string text;
    while (text.size() <= max_text_bytes) text += character;
    const std::string cut = read_fill("B1|58=" + text).text;
    const std::string note = " ... (cut; it has " + std::to_string(text.size()) + " characters)";
    EXPECT_LE(cut.size(), max_text_bytes);
    EXPECT_GT(cut.size(), max_text_bytes - character.size());
    EXPECT_TRUE(cut.ends_with(note)) << cut;
    EXPECT_EQ((cut.size() - note.size()) % character.size(), 0U);
    EXPECT_TRUE(text.starts_with(cut.substr(0, cut.size() - note.size())));
  }
}

struct BadOrder {
  const char* fields;
  const char* reason;
};

class BadOrders : public testing::TestWithParam<BadOrder> {};

TEST_P(BadOrders, AreKeptWithFieldAndTagNamed) {
  Pair pair;
  pair.connect();
  pair.broker.session->received(frame("35=D|34=2|49=DESK|52=" + core::fix_timestamp(pair.clock.now()) +
                                      "|56=BROKER|11=O1|55=AAPL|60=20261121-10:00:00|" + GetParam().fields));
  ASSERT_EQ(pair.broker.owner.unreadable.size(), 1U);
  EXPECT_EQ(pair.broker.owner.unreadable[0].reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Translate, BadOrders,
    testing::Values(BadOrder{"54=1|38=0|40=1|", "OrderQty(38): '0' is not greater than zero"},
                    BadOrder{"54=1|38=-1|40=1|", "OrderQty(38): '-1' is not greater than zero"},
                    BadOrder{"54=1|38=5|40=2|", "Price(44): is missing; a limit order, OrdType(40) = 2 or 4, needs it"},
                    BadOrder{"54=1|38=5|40=3|", "StopPx(99): is missing; a stop order, OrdType(40) = 3 or 4, needs it"},
                    BadOrder{"54=1|38=5|40=4|99=1|",
                             "Price(44): is missing; a limit order, OrdType(40) = 2 or 4, needs it"},
                    BadOrder{"54=1|38=5|40=5|",
                             "OrdType(40): '5' is not known here; known are 1 (MKT), 2 (LMT), 3 (STP), "
                             "4 (STP LMT)"},
                    BadOrder{"54=1|38=5|40=1|110=-1|", "MinQty(110): '-1' is less than zero"},
                    BadOrder{"54=1|38=5|40=1|847=x|", "TargetStrategy(847): Incorrect data format for value"},
                    BadOrder{"54=1|38=5|40=1|126=noon|", "ExpireTime(126): Incorrect data format for value"},
                    BadOrder{"54=1|38=5|40=1|59=6|",
                             "TimeInForce(59): '6' is not known here; known are 0 (DAY), 1 (GTC), 2 (OPG), 3 (IOC), 4 "
                             "(FOK), 7 (CLS)"},
                    BadOrder{"54=1|40=1|", "OrderQty(38): Required tag missing"}));

}  // namespace
}  // namespace fix::test

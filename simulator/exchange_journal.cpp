#include "simulator/exchange_journal.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace simulator {

namespace {

// The file: a first line, then records "<bytes> <fields>\n". Fields are separated by SOH, as in FIX, so no value of a
// message can hold one; a raw message, which can, comes last.
constexpr std::string_view first_line = "prorata exchange journal 3\n";
// The same without what a person may do while it runs: read as ever, and gone on with.
constexpr std::string_view earlier_first_line = "prorata exchange journal 2\n";
static_assert(first_line.size() == earlier_first_line.size());
constexpr char separator = '\x01';

class Writer {
 public:
  explicit Writer(std::string_view kind) : text_(kind) {}
  Writer& text(std::string_view value) {
    text_.push_back(separator);
    text_.append(value);
    return *this;
  }
  Writer& number(std::int64_t value) { return text(std::to_string(value)); }
  Writer& time(core::Time value) { return number(value.time_since_epoch().count()); }
  template <class Enum>
  Writer& code(Enum value) {
    return number(static_cast<int>(value));
  }
  template <class Tag>
  Writer& id(const core::Id<Tag>& value) {
    return text(value.text());
  }
  // An empty field for nothing.
  Writer& optional_time(std::optional<core::Time> value) { return value ? time(*value) : text(""); }
  Writer& optional_number(std::optional<std::int64_t> value) { return value ? number(*value) : text(""); }
  template <class Scaled>
  Writer& optional(const std::optional<Scaled>& value) {
    return text(value ? value->text() : "");
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Takes the fields of a record one by one; once one is missing or wrong, the whole record is.
class Reader {
 public:
  explicit Reader(std::string_view fields) : rest_(fields), more_(true) {}

  std::string text() {
    if (!std::exchange(more_, false)) good_ = false;
    const std::size_t end = rest_.find(separator);
    const std::string value(rest_.substr(0, end));
    more_ = end != std::string_view::npos;
    rest_.remove_prefix(more_ ? end + 1 : rest_.size());
    return value;
  }
  std::string all_the_rest() {
    good_ = good_ && std::exchange(more_, false);
    return std::string(rest_);
  }
  std::int64_t number() { return number_in(text()); }
  core::Time time() { return core::Time{std::chrono::nanoseconds{number()}}; }
  template <class Enum>
  Enum code(Enum last) {
    const std::int64_t value = number();
    good_ = good_ && value >= 0 && value <= static_cast<int>(last);
    return static_cast<Enum>(good_ ? value : 0);
  }
  template <class Id>
  Id id() {
    return Id(text());
  }
  std::optional<std::int64_t> optional_number() {
    const std::string digits = text();
    return digits.empty() ? std::nullopt : std::optional(number_in(digits));
  }
  std::optional<core::Time> optional_time() {
    const std::optional<std::int64_t> number = optional_number();
    return number ? std::optional(core::Time{std::chrono::nanoseconds{*number}}) : std::nullopt;
  }
  // What T::parse() reads.
  template <class T>
  std::optional<T> optional() {
    const std::string value = text();
    if (value.empty()) return std::nullopt;
    const core::Result<T> parsed = T::parse(value);
    good_ = good_ && parsed.has_value();
    return parsed ? std::optional<T>(*parsed) : std::nullopt;
  }
  void fail() { good_ = false; }
  [[nodiscard]] bool is_good() const { return good_; }
  [[nodiscard]] bool is_at_end() const { return good_ && !more_; }

 private:
  std::int64_t number_in(const std::string& digits) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    good_ = good_ && error == std::errc() && end == digits.data() + digits.size();
    return value;
  }

  std::string_view rest_;
  bool more_;
  bool good_ = true;
};

struct Encode {
  std::string operator()(const Began& began) const {
    return Writer("began").text(began.id_prefix).time(began.time).text(began.settings).take();
  }
  std::string operator()(const Sent& sent) const { return Writer("sent").text(sent.client).take(); }
  std::string operator()(const Halted& halted) const {
    return Writer("halted").id(halted.symbol).time(halted.time).number(halted.is_halted ? 1 : 0).take();
  }
  std::string operator()(const Refused& refused) const {
    const fix::UnreadableMessage& message = refused.message;
    Writer out("refused");
    out.text(refused.client).time(refused.time).number(message.seq_num).text(message.msg_type);
    return out.text(message.reason).text(message.raw).take();
  }
  std::string operator()(const LoggedOn& logon) const {
    return Writer("logon").text(logon.client).time(logon.time).take();
  }
  std::string operator()(const Acted& acted) const {
    return Writer("acted").text(acted.client).time(acted.time).text(acted.order_id).text(acted.step).take();
  }
  std::string operator()(const Reseeded& reseeded) const {
    return Writer("reseeded").time(reseeded.time).text(std::to_string(reseeded.seed)).take();
  }
  std::string operator()(const Loaded& loaded) const {
    return Writer("loaded").time(loaded.time).text(loaded.name).text(loaded.toml).take();
  }
  std::string operator()(const Moved& moved) const {
    return Writer("moved").time(moved.time).number(moved.by.count()).take();
  }
  std::string operator()(const Asked& asked) const {
    return std::visit([&](const auto& request) { return encode(asked, request); }, asked.request);
  }

 private:
  static Writer begin(const char* kind, const Asked& asked) {
    Writer out(kind);
    out.text(asked.client).time(asked.time);
    return out;
  }
  static std::string encode(const Asked& asked, const fix::NewOrderSingle& order) {
    return write_order(begin("order", asked), order).take();
  }
  static std::string encode(const Asked& asked, const fix::OrderCancelReplaceRequest& replace) {
    Writer out = begin("replace", asked);
    out.text(replace.orig_cl_ord_id).text(replace.order_id);
    return write_order(std::move(out), replace.order).take();
  }
  static std::string encode(const Asked& asked, const fix::OrderMassCancelRequest& cancel) {
    Writer out = begin("mass cancel", asked);
    out.text(cancel.cl_ord_id).number(static_cast<char>(cancel.scope)).id(cancel.symbol);
    out.optional_number(cancel.side ? std::optional<std::int64_t>(static_cast<int>(*cancel.side)) : std::nullopt);
    return out.time(cancel.transact_time).take();
  }
  static Writer write_order(Writer out, const fix::NewOrderSingle& order) {
    out.text(order.cl_ord_id).text(order.account).id(order.symbol).text(order.security_type).text(order.exchange);
    out.text(order.currency ? order.currency->text() : "").code(order.side).number(order.quantity.raw);
    out.code(order.type).optional(order.limit).optional(order.stop).code(order.time_in_force).optional(order.least);
    out.optional_number(order.strategy).optional_time(order.begins).optional_time(order.ends);
    out.time(order.transact_time);
    return out;
  }
  static std::string encode(const Asked& asked, const fix::OrderCancelRequest& cancel) {
    Writer out = begin("cancel", asked);
    out.text(cancel.cl_ord_id).text(cancel.orig_cl_ord_id).text(cancel.order_id);
    return out.id(cancel.symbol).code(cancel.side).number(cancel.quantity.raw).time(cancel.transact_time).take();
  }
  static std::string encode(const Asked& asked, const fix::OrderStatusRequest& status) {
    Writer out = begin("status", asked);
    out.text(status.cl_ord_id).text(status.order_id);
    return out.id(status.symbol).code(status.side).take();
  }
  static std::string encode(const Asked& asked, const fix::AllocationInstruction& allocation) {
    Writer out = begin("allocation", asked);
    out.text(allocation.alloc_id).text(std::string(1, allocation.trans_type));
    out.number(allocation.type).text(allocation.ref_alloc_id).code(allocation.side).id(allocation.symbol);
    out.number(allocation.quantity.raw).number(allocation.average_price.raw).text(allocation.trade_date);
    out.optional_time(allocation.transact_time)
        .text(allocation.text)
        .number(static_cast<std::int64_t>(allocation.orders.size()));
    for (const fix::AllocatedOrder& order : allocation.orders) out.text(order.cl_ord_id).text(order.order_id);
    out.number(static_cast<std::int64_t>(allocation.accounts.size()));
    for (const fix::Allocated& each : allocation.accounts) {
      out.text(each.account).number(each.quantity.raw).optional(each.price).number(each.commission.raw);
    }
    return out.take();
  }
};

fix::NewOrderSingle read_order(Reader& in) {
  fix::NewOrderSingle order;
  order.cl_ord_id = in.text();
  order.account = in.text();
  order.symbol = in.id<core::Symbol>();
  order.security_type = in.text();
  order.exchange = in.text();
  order.currency = in.optional<core::Currency>();
  order.side = in.code(core::Side::sell_short);
  order.quantity.raw = in.number();
  order.type = in.code(core::OrderType::stop_limit);
  order.limit = in.optional<core::Price>();
  order.stop = in.optional<core::Price>();
  order.time_in_force = in.code(core::TimeInForce::at_the_close);
  order.least = in.optional<core::Quantity>();
  if (const auto strategy = in.optional_number()) order.strategy = static_cast<int>(*strategy);
  order.begins = in.optional_time();
  order.ends = in.optional_time();
  order.transact_time = in.time();
  return order;
}

fix::OrderCancelReplaceRequest read_replace(Reader& in) {
  fix::OrderCancelReplaceRequest replace;
  replace.orig_cl_ord_id = in.text();
  replace.order_id = in.text();
  replace.order = read_order(in);
  return replace;
}

fix::OrderMassCancelRequest read_mass_cancel(Reader& in) {
  fix::OrderMassCancelRequest cancel;
  cancel.cl_ord_id = in.text();
  cancel.scope = static_cast<fix::MassCancelScope>(in.number());
  cancel.symbol = in.id<core::Symbol>();
  if (const auto side = in.optional_number())
    cancel.side = static_cast<core::Side>(std::clamp<std::int64_t>(*side, 0, 2));
  cancel.transact_time = in.time();
  return cancel;
}

fix::OrderCancelRequest read_cancel(Reader& in) {
  fix::OrderCancelRequest cancel;
  cancel.cl_ord_id = in.text();
  cancel.orig_cl_ord_id = in.text();
  cancel.order_id = in.text();
  cancel.symbol = in.id<core::Symbol>();
  cancel.side = in.code(core::Side::sell_short);
  cancel.quantity.raw = in.number();
  cancel.transact_time = in.time();
  return cancel;
}

fix::OrderStatusRequest read_status(Reader& in) {
  fix::OrderStatusRequest status;
  status.cl_ord_id = in.text();
  status.order_id = in.text();
  status.symbol = in.id<core::Symbol>();
  status.side = in.code(core::Side::sell_short);
  return status;
}

fix::AllocationInstruction read_allocation(Reader& in) {
  fix::AllocationInstruction allocation;
  allocation.alloc_id = in.text();
  const std::string trans_type = in.text();
  if (trans_type.size() != 1) in.fail();
  if (!trans_type.empty()) allocation.trans_type = trans_type.front();
  allocation.type = static_cast<int>(in.number());
  allocation.ref_alloc_id = in.text();
  allocation.side = in.code(core::Side::sell);
  allocation.symbol = in.id<core::Symbol>();
  allocation.quantity.raw = in.number();
  allocation.average_price.raw = in.number();
  allocation.trade_date = in.text();
  allocation.transact_time = in.optional_time();
  allocation.text = in.text();
  for (std::int64_t left = in.number(); left > 0 && in.is_good(); --left) {
    std::string cl_ord_id = in.text();
    allocation.orders.push_back({std::move(cl_ord_id), in.text()});
  }
  for (std::int64_t left = in.number(); left > 0 && in.is_good(); --left) {
    fix::Allocated& each = allocation.accounts.emplace_back();
    each.account = in.text();
    each.quantity.raw = in.number();
    each.price = in.optional<core::Price>();
    each.commission.raw = in.number();
  }
  return allocation;
}

fix::UnreadableMessage read_unreadable(Reader& in) {
  fix::UnreadableMessage message;
  message.seq_num = static_cast<int>(in.number());
  message.msg_type = in.text();
  message.reason = in.text();
  message.raw = in.all_the_rest();
  return message;
}

std::optional<Record> decode(std::string_view fields) {
  Reader in(fields);
  const std::string kind = in.text();
  std::optional<Record> record;
  if (kind == "began") {
    const std::string id_prefix = in.text();
    const core::Time time = in.time();
    record = Began{id_prefix, time, in.text()};
  } else if (kind == "halted") {
    const core::Symbol symbol(in.text());
    const core::Time time = in.time();
    record = Halted{symbol, time, in.number() == 1};
  } else if (kind == "sent") {
    record = Sent{in.text()};
  } else if (kind == "reseeded") {
    const core::Time time = in.time();
    record = Reseeded{time, static_cast<std::uint64_t>(in.number())};
  } else if (kind == "loaded") {
    const core::Time time = in.time();
    std::string name = in.text();
    record = Loaded{time, std::move(name), in.all_the_rest()};
  } else if (kind == "moved") {
    const core::Time time = in.time();
    record = Moved{time, std::chrono::milliseconds(in.number())};
  } else {
    const std::string client = in.text();
    const core::Time time = in.time();
    if (kind == "order") record = Asked{client, time, read_order(in)};
    if (kind == "cancel") record = Asked{client, time, read_cancel(in)};
    if (kind == "replace") record = Asked{client, time, read_replace(in)};
    if (kind == "mass cancel") record = Asked{client, time, read_mass_cancel(in)};
    if (kind == "status") record = Asked{client, time, read_status(in)};
    if (kind == "allocation") record = Asked{client, time, read_allocation(in)};
    if (kind == "logon") record = LoggedOn{client, time};
    if (kind == "acted") {
      std::string order_id = in.text();
      record = Acted{client, time, std::move(order_id), in.text()};
    }
    if (kind == "refused") record = Refused{client, time, read_unreadable(in)};
  }
  return in.is_at_end() ? record : std::nullopt;
}

// The record at the head of `rest`, which is taken off; nothing when it is cut off or broken.
std::optional<Record> take_record(std::string_view& rest, bool& cut_off) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  const auto digits = static_cast<std::size_t>(end - rest.data());
  const bool is_short = digits == rest.size() || (rest[digits] == ' ' && rest.size() - digits - 1 < size + 1);
  cut_off = error == std::errc() && is_short;
  if (error != std::errc() || is_short || rest[digits] != ' ' || rest[digits + 1 + size] != '\n') return std::nullopt;
  std::optional<Record> record = decode(rest.substr(digits + 1, size));
  if (record) rest.remove_prefix(digits + 1 + size + 1);
  return record;
}

}  // namespace

core::Result<std::unique_ptr<ExchangeJournal>> ExchangeJournal::open(const std::string& path) {
  auto file = AppendFile::open(path);
  if (!file) return tl::unexpected(file.error());
  const std::string_view content = (*file)->found();
  std::string_view rest = content;
  std::vector<Record> found;
  if (content.size() < first_line.size() && first_line.starts_with(content)) {
    if (auto cut = (*file)->cut(0); !cut) return tl::unexpected(cut.error());
    (*file)->append(first_line);
    return std::unique_ptr<ExchangeJournal>(new ExchangeJournal(*std::move(file), {}));
  }
  if (!content.starts_with(first_line) && !content.starts_with(earlier_first_line)) {
    return core::fail(path,
                      "is not the journal of an exchange: its first line is neither 'prorata exchange journal 3' nor "
                      "'prorata exchange journal 2'");
  }
  rest.remove_prefix(first_line.size());
  while (!rest.empty()) {
    bool cut_off = false;
    auto record = take_record(rest, cut_off);
    if (!record && cut_off) break;
    if (!record) {
      return core::fail(path, "is broken at byte " + std::to_string(content.size() - rest.size()) +
                                  "; delete it, and the sessions' files beside it, to begin a new exchange");
    }
    found.push_back(*std::move(record));
  }
  if (auto cut = (*file)->cut(content.size() - rest.size()); !cut) return tl::unexpected(cut.error());
  return std::unique_ptr<ExchangeJournal>(new ExchangeJournal(*std::move(file), std::move(found)));
}

void ExchangeJournal::append(const Record& record) {
  const std::string fields = std::visit(Encode(), record);
  file_->append(std::to_string(fields.size()) + ' ' + fields + '\n');
}

}  // namespace simulator

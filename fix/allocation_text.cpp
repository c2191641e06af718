#include "fix/allocation_text.hpp"

#include "fix/reader.hpp"
#include "fix/writer.hpp"

namespace fix {
namespace {

constexpr std::size_t max_orders = 1'000;
constexpr std::size_t max_accounts = 2'000;  // more do not fit a frame

template <class Value, class Read>
std::vector<Value> group_if_there(Reader& in, Field count, std::size_t most, const Read& read) {
  return in.has(count) ? in.group<Value>(count, most, read) : std::vector<Value>{};
}

// CommType(13) is 3, the amount itself: of an allocation there is no fill that it could be per unit of.
core::Amount read_commission(Reader& in) {
  if (!in.has(field::commission)) return {};
  const auto stated = in.decimal<core::Amount>(field::commission);
  const std::string type = in.required(field::comm_type);
  if (type != "3") in.refuse(field::comm_type, "'" + type + "' is not known here; known is 3 (absolute)");
  return stated;
}

Allocated read_account(Reader& in) {
  Allocated account;
  account.account = in.required(field::alloc_account);
  account.quantity = in.not_negative(field::alloc_qty);
  account.price = in.optional_decimal<core::Price>(field::alloc_price);
  account.commission = read_commission(in);
  return account;
}

void write_account(FieldWriter& out, const Allocated& account) {
  out.required(field::alloc_account, account.account);
  if (account.price) out.decimal(field::alloc_price, *account.price);
  out.decimal(field::alloc_qty, account.quantity);
  if (account.commission.raw == 0) return;
  out.decimal(field::commission, account.commission);
  out.character(field::comm_type, '3');
}

tl::unexpected<core::Error> wrong_version() {
  return core::fail(field::msg_type.text(), "allocations are spoken in FIX 4.4 only");
}

std::string read_date(Reader& in) {
  const std::string date = in.required(field::trade_date);
  if (date.size() != 8 || !core::parse_fix_timestamp(date + "-00:00:00")) {
    in.refuse(field::trade_date, "'" + date + "' is not a date such as 20261121");
  }
  return date;
}

}  // namespace

core::Result<FIX::Message> write(const AllocationInstruction& instruction, Version version) {
  if (version != Version::fix44) return wrong_version();
  Writer out("J");
  out.required(field::alloc_id, instruction.alloc_id);
  out.character(field::alloc_trans_type, instruction.trans_type);
  out.number(field::alloc_type, instruction.type);
  out.optional(field::ref_alloc_id, instruction.ref_alloc_id);
  out.number(field::alloc_no_orders_type, instruction.orders.empty() ? 0 : 1);  // 1: they are listed
  if (!instruction.orders.empty()) {
    out.group(field::no_orders, field::cl_ord_id, instruction.orders,
              [](FieldWriter& into, const AllocatedOrder& order) {
                into.required(field::cl_ord_id, order.cl_ord_id);
                into.optional(field::order_id, order.order_id);
              });
  }
  out.character(field::side, to_code(side_codes, instruction.side));
  out.required(field::symbol, instruction.symbol.text());
  out.positive(field::quantity, instruction.quantity);
  out.decimal(field::avg_px, instruction.average_price);
  out.required(field::trade_date, instruction.trade_date);
  if (instruction.transact_time) out.time(field::transact_time, *instruction.transact_time);
  if (!instruction.accounts.empty()) {
    out.group(field::no_allocs, field::alloc_account, instruction.accounts, write_account);
  }
  out.optional(field::msg_text, instruction.text);
  return out.take();
}

core::Result<FIX::Message> write(const AllocationInstructionAck& ack, Version version) {
  if (version != Version::fix44) return wrong_version();
  Writer out("P");
  out.required(field::alloc_id, ack.alloc_id);
  out.time(field::transact_time, ack.transact_time);
  out.character(field::alloc_status, static_cast<char>(ack.status));
  out.number(field::alloc_rej_code, ack.reason);
  out.optional(field::msg_text, ack.text);
  if (!ack.accounts.empty()) {
    out.group(field::no_allocs, field::alloc_account, ack.accounts,
              [](FieldWriter& into, const RejectedAccount& account) {
                into.required(field::alloc_account, account.account);
                if (account.reason) into.number(field::individual_alloc_rej_code, *account.reason);
              });
  }
  return out.take();
}

core::Result<Message> read_allocation_instruction(const FIX::Message& message) {
  Reader in(message);
  AllocationInstruction instruction;
  instruction.alloc_id = in.required(field::alloc_id);
  instruction.trans_type = in.character(field::alloc_trans_type);
  instruction.type = in.number(field::alloc_type);
  instruction.ref_alloc_id = in.optional(field::ref_alloc_id);
  instruction.orders = group_if_there<AllocatedOrder>(in, field::no_orders, max_orders, [](Reader& order) {
    std::string cl_ord_id = order.required(field::cl_ord_id);
    return AllocatedOrder{std::move(cl_ord_id), order.optional(field::order_id)};
  });
  instruction.side = in.code(field::side, side_codes);
  instruction.symbol = core::Symbol(in.required(field::symbol));
  instruction.quantity = in.positive(field::quantity);
  instruction.average_price = in.decimal<core::Price>(field::avg_px);
  instruction.trade_date = read_date(in);
  instruction.transact_time = in.optional_time(field::transact_time);
  instruction.accounts = group_if_there<Allocated>(in, field::no_allocs, max_accounts, read_account);
  instruction.text = in.remark();
  return in.done(std::move(instruction));
}

core::Result<Message> read_allocation_ack(const FIX::Message& message) {
  Reader in(message);
  AllocationInstructionAck ack;
  ack.alloc_id = in.required(field::alloc_id);
  ack.transact_time = in.time(field::transact_time);
  ack.status = static_cast<AllocStatus>(in.character(field::alloc_status));
  ack.reason = in.optional_number(field::alloc_rej_code);
  ack.text = in.remark();
  ack.accounts = group_if_there<RejectedAccount>(in, field::no_allocs, max_accounts, [](Reader& account) {
    std::string name = account.required(field::alloc_account);
    return RejectedAccount{std::move(name), account.optional_number(field::individual_alloc_rej_code)};
  });
  return in.done(std::move(ack));
}

}  // namespace fix

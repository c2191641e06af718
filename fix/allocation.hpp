#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"

// The allocation messages of FIX 4.4 (volume 5) as plain structs: how a block trade is to be divided among accounts,
// and what the broker says to it. messages.hpp has the rest.
namespace fix {

// An order whose fills are allocated.
struct AllocatedOrder {
  std::string cl_ord_id;  // ClOrdID(11)
  std::string order_id;   // OrderID(37), the broker's; may be empty

  friend bool operator==(const AllocatedOrder&, const AllocatedOrder&) = default;
};

// What one account gets.
struct Allocated {
  std::string account;               // AllocAccount(79)
  core::Quantity quantity;           // AllocQty(80)
  std::optional<core::Price> price;  // AllocPrice(366)
  core::Amount commission;           // Commission(12), absolute: CommType(13) = 3; zero when absent

  friend bool operator==(const Allocated&, const Allocated&) = default;
};

// AllocationInstruction(J)
struct AllocationInstruction {
  std::string alloc_id;                     // AllocID(70)
  char trans_type = '0';                    // AllocTransType(71): 0 new, 1 replace, 2 cancel
  int type = 1;                             // AllocType(626): 1 calculated, with the accounts' quantities and prices
  std::string ref_alloc_id;                 // RefAllocID(72), of what is replaced or cancelled; may be empty
  std::vector<AllocatedOrder> orders;       // NoOrders(73); may be empty
  core::Side side = core::Side::buy;        // Side(54)
  core::Symbol symbol;                      // Symbol(55)
  core::Quantity quantity;                  // Quantity(53)
  core::Price average_price;                // AvgPx(6)
  std::string trade_date;                   // TradeDate(75), YYYYMMDD
  std::optional<core::Time> transact_time;  // TransactTime(60)
  std::vector<Allocated> accounts;          // NoAllocs(78); may be empty
  std::string text;                         // Text(58); may be empty

  friend bool operator==(const AllocationInstruction&, const AllocationInstruction&) = default;
};

// AllocStatus(87): what we use; a message may hold other characters, which are kept.
enum class AllocStatus : char { accepted = '0', block_rejected = '1', account_rejected = '2', received = '3' };

// What is wrong with one account.
struct RejectedAccount {
  std::string account;        // AllocAccount(79)
  std::optional<int> reason;  // IndividualAllocRejCode(776), with the codes of AllocRejCode(88)

  friend bool operator==(const RejectedAccount&, const RejectedAccount&) = default;
};

// AllocationInstructionAck(P)
struct AllocationInstructionAck {
  std::string alloc_id;                        // AllocID(70)
  core::Time transact_time;                    // TransactTime(60)
  AllocStatus status = AllocStatus::accepted;  // AllocStatus(87)
  std::optional<int> reason;                   // AllocRejCode(88): 0 unknown account, 1 quantity, 2 price, 7 other, ...
  std::string text;                            // Text(58); may be empty
  std::vector<RejectedAccount> accounts;       // NoAllocs(78); may be empty

  friend bool operator==(const AllocationInstructionAck&, const AllocationInstructionAck&) = default;
};

}  // namespace fix

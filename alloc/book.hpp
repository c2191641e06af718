#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "alloc/parts.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"

namespace core {
class ByteReader;
class ByteWriter;
}  // namespace core

namespace alloc {

// Positions in the Book's own tables; handed out by it and good for its lifetime.
enum class AccountIndex : std::uint32_t {};
enum class GroupIndex : std::uint32_t {};  // a model, or Independent
enum class SlotIndex : std::uint32_t {};   // an account's place within one group: account x group = sleeve

// What a sleeve holds of one instrument. A short position is below zero in both.
struct Holding {
  core::Quantity quantity;
  // Minor units of the instrument's currency: what was paid, less the part relieved by sales. Short: what its sale
  // brought, less the part relieved by purchases.
  std::int64_t cost = 0;

  friend bool operator==(const Holding&, const Holding&) = default;
};

// The desk's book: who holds what, account by account and sleeve by sleeve. Pure memory; the engine applies events to
// it.
//
// Law 2: every posting has two sides. What sleeves gain the street (the brokers' side) or the outside (clients' money)
// loses, so for every instrument and every currency the sum over all sleeves, street and outside is zero at every
// moment; balanced() recomputes it.
//
// A group keeps one row per instrument over all its slots, because a block order touches all accounts of one model.
class Book {
 public:
  Book();

  // The group that every account is in: what it holds outside every model.
  [[nodiscard]] static constexpr GroupIndex independent() { return GroupIndex{0}; }

  // REQUIRES (these four): names not empty and new to the book.
  AccountIndex open_account(const core::AccountId& account);  // with its Independent slot
  GroupIndex open_group(const core::ModelCode& model);
  // The account's slot in the group, made if it is not there.
  SlotIndex join(GroupIndex group, AccountIndex account);

  // Money from (or back to) the client: outside -> Independent. May be negative.
  void deposit(AccountIndex account, core::Money amount);
  // Units that the account brought along, at their cost: outside -> its sleeve. Of a short position both are below
  // zero. REQUIRES: the account is in the group; quantity and cost are not on different sides of zero
  void bring_in(AccountIndex account, GroupIndex group, const core::Symbol& symbol, core::Currency currency,
                Holding holding);
  // Cash from one sleeve of an account to another. REQUIRES: the account is in both groups
  void transfer_cash(AccountIndex account, GroupIndex from, GroupIndex to, core::Money amount);
  // Units from one sleeve of an account to another, with their cost: in proportion to the units, cut to whole minor
  // units, and all of it with the last unit. Returns what moved. A sleeve that gives more than it has is short then;
  // what it so covers in the other, it takes over with what that brought: so a short position leaves a sleeve when the
  // units come to it.
  // REQUIRES: the account is in both groups, which differ; quantity > 0; every fill of an order that touches these
  // sleeves is posted
  Holding transfer_units(AccountIndex account, GroupIndex from, GroupIndex to, const core::Symbol& symbol,
                         core::Currency currency, core::Quantity quantity);

  // Posts how a block's parts changed (before -> after), one row per slot: buys add units and cost and take cash for
  // cost and commission; sells take units, relieve cost in proportion to the units sold (exactly all of it with the
  // last unit) and bring cash. What is sold beyond what is held is short, at what it brought; buying it back relieves
  // that, likewise. A part may be restated without new units: then only cents move. A part may also lose
  // units (a bust): then the posting runs backwards. The rules are in alloc/README.md; cash and quantity come back
  // exactly.
  //
  // Postings of one order (`block.order`) to one instrument that nothing else comes between are a run, and the cost
  // that a run relieves is computed from where it began: posting after each fill or once after many gives the same.
  // REQUIRES: sizes equal; slots belong to the group; `before` is what was last posted of this order; one currency per
  // symbol and group
  struct Block {
    std::int64_t order = 0;  // its number, not 0
    GroupIndex group{};
    core::Symbol symbol;
    core::Currency currency;
    core::Side side{};
    core::Quantity unit;
    std::span<const SlotIndex> slots;
  };
  void post_parts(const Block& block, std::span<const Part> before, std::span<const Part> after);

  [[nodiscard]] std::size_t account_count() const;
  [[nodiscard]] std::size_t group_count() const;
  [[nodiscard]] const core::AccountId& account_id(AccountIndex account) const;
  [[nodiscard]] const core::ModelCode& group_code(GroupIndex group) const;  // empty for Independent
  // The account's place in the group; nothing when it is not in it. REQUIRES: both exist
  [[nodiscard]] std::optional<SlotIndex> find_slot(GroupIndex group, AccountIndex account) const;
  // Accounts of the group, by slot.
  [[nodiscard]] std::span<const AccountIndex> accounts_of(GroupIndex group) const;

  // One instrument or currency over all slots of a group. Rows may be shorter than accounts_of(): the rest holds
  // nothing.
  struct InstrumentRow {
    core::Currency currency;
    std::vector<Holding> by_slot;
    // What was sold so far of units that were held, and the cost that left with it: as long as nobody was ever short,
    // by_slot and sold_by_slot together hold every cent ever paid. Likewise what was bought back of short units, and
    // what they had brought (a cost below zero); shorter than the others where nobody was.
    std::vector<Holding> sold_by_slot;
    std::vector<Holding> covered_by_slot;

    // Where the postings of the order that posted last began.
    struct Run {
      std::int64_t order = 0;
      std::vector<Holding> held, sold, covered;  // by slot
      std::vector<Part> parts;                   // of the order, one for each of its slots
    };
    Run run;
  };
  struct CashRow {
    std::vector<std::int64_t> by_slot;  // minor units
  };
  [[nodiscard]] const std::map<core::Symbol, InstrumentRow>& instruments_of(GroupIndex group) const;
  [[nodiscard]] const std::map<core::Currency, CashRow>& cash_of(GroupIndex group) const;
  [[nodiscard]] Holding holding(GroupIndex group, const core::Symbol& symbol, SlotIndex slot) const;
  [[nodiscard]] std::int64_t cash(GroupIndex group, core::Currency currency, SlotIndex slot) const;

  // Law 2, recomputed from all rows: true when everything sums to zero.
  [[nodiscard]] bool balanced() const;

  // For snapshots: everything but the instruments' rows, and each of those, since few of them change. Reading goes into
  // a book that is new, the rows after the rest. False: these are no bytes of a book, which is not to be used then.
  void write(core::ByteWriter& bytes) const;
  [[nodiscard]] bool read(core::ByteReader& bytes);
  // REQUIRES: the group has the instrument
  void write_row(core::ByteWriter& bytes, GroupIndex group, const core::Symbol& symbol) const;
  [[nodiscard]] bool read_row(core::ByteReader& bytes, GroupIndex group, const core::Symbol& symbol);

 private:
  friend struct BookBytes;
  struct Group {
    core::ModelCode code;
    std::vector<AccountIndex> accounts;
    std::unordered_map<std::uint32_t, SlotIndex> slot_of;
    std::map<core::Symbol, InstrumentRow> instruments;
    std::map<core::Currency, CashRow> cash;
  };
  // The other side of every posting: units by instrument, minor units by currency.
  struct Contra {
    std::map<core::Symbol, core::Int128> quantity;
    std::map<core::Currency, core::Int128> cash;
  };

  [[nodiscard]] Group& group_at(GroupIndex group);
  [[nodiscard]] const Group& group_at(GroupIndex group) const;
  [[nodiscard]] std::int64_t& cash_cell(GroupIndex group, core::Currency currency, SlotIndex slot);
  [[nodiscard]] SlotIndex slot_of(GroupIndex group, AccountIndex account) const;
  [[nodiscard]] static InstrumentRow& row_of(Group& group, const core::Symbol& symbol, core::Currency currency);

  std::vector<core::AccountId> accounts_;
  std::unordered_set<core::AccountId> account_names_;
  std::vector<Group> groups_;
  std::unordered_set<core::ModelCode> group_names_;
  Contra street_;
  Contra outside_;
};

}  // namespace alloc

#include <algorithm>

#include "alloc/book.hpp"
#include "core/bytes.hpp"

// The book as bytes, for snapshots: the frame, and one row for each instrument of a group.
namespace alloc {

struct BookBytes {
  template <class Bytes, class T>
  static void contra(Bytes& bytes, T& contra) {
    bytes(contra.quantity), bytes(contra.cash);
  }
  template <class Bytes, class T>
  static void frame(Bytes& bytes, T& book) {
    bytes(book.accounts_);
    contra(bytes, book.street_);
    contra(bytes, book.outside_);
  }
  template <class Bytes, class T>
  static void group(Bytes& bytes, T& group) {
    bytes(group.code), bytes(group.accounts);
  }
  template <class Bytes, class T>
  static void row(Bytes& bytes, T& row) {
    bytes(row.currency), slots(bytes, row.by_slot), slots(bytes, row.sold_by_slot), slots(bytes, row.covered_by_slot);
    bytes(row.run.order), slots(bytes, row.run.held), slots(bytes, row.run.sold), slots(bytes, row.run.covered);
    bytes(row.run.parts);
  }

  // How many empty cells a row ends with depends on when it was posted to; they say nothing and are left out.
  template <class Cell>
  static void slots(core::ByteWriter& bytes, const std::vector<Cell>& cells) {
    const auto last = std::find_if(cells.rbegin(), cells.rend(), [](const Cell& cell) { return cell != Cell{}; });
    bytes(std::vector<Cell>(cells.begin(), last.base()));
  }
  template <class Cell>
  static void slots(core::ByteReader& bytes, std::vector<Cell>& cells) {
    bytes(cells);
  }

  // What is derived from the rest, once it is all there. False: names that come twice, or accounts that are not there.
  static bool index(Book& book) {
    book.account_names_ = {book.accounts_.begin(), book.accounts_.end()};
    if (book.account_names_.size() != book.accounts_.size() || book.groups_.empty()) return false;
    book.group_names_.clear();
    for (Book::Group& group : book.groups_) {
      const bool is_new = book.group_names_.insert(group.code).second;
      if (!is_new) return false;
      for (std::size_t slot = 0; slot < group.accounts.size(); ++slot) {
        const auto account = static_cast<std::uint32_t>(group.accounts[slot]);
        if (account >= book.accounts_.size()) return false;
        if (!group.slot_of.emplace(account, SlotIndex{static_cast<std::uint32_t>(slot)}).second) return false;
      }
      for (const auto& [currency, cash] : group.cash) {
        if (cash.by_slot.size() > group.accounts.size()) return false;
      }
    }
    book.group_names_.erase(core::ModelCode());  // Independent has no name
    return true;
  }
};

void Book::write(core::ByteWriter& bytes) const {
  BookBytes::frame(bytes, *this);
  bytes(std::uint64_t{groups_.size()});
  for (const Group& group : groups_) {
    BookBytes::group(bytes, group);
    bytes(std::uint64_t{group.cash.size()});
    for (const auto& [currency, row] : group.cash) {
      bytes(currency);
      BookBytes::slots(bytes, row.by_slot);
    }
  }
}

bool Book::read(core::ByteReader& bytes) {
  BookBytes::frame(bytes, *this);
  groups_.clear();
  std::uint64_t groups = 0;
  for (bytes(groups); groups > 0 && bytes.ok(); --groups) {
    Group& group = groups_.emplace_back();
    BookBytes::group(bytes, group);
    std::uint64_t rows = 0;
    for (bytes(rows); rows > 0 && bytes.ok(); --rows) {
      core::Currency currency = core::Currency::of("USD");
      bytes(currency);
      BookBytes::slots(bytes, group.cash[currency].by_slot);
    }
  }
  return bytes.ok() && BookBytes::index(*this);
}

void Book::write_row(core::ByteWriter& bytes, GroupIndex group, const core::Symbol& symbol) const {
  BookBytes::row(bytes, group_at(group).instruments.at(symbol));
}

bool Book::read_row(core::ByteReader& bytes, GroupIndex group, const core::Symbol& symbol) {
  if (static_cast<std::size_t>(group) >= groups_.size()) return false;
  InstrumentRow row{core::Currency::of("USD"), {}, {}, {}, {}};
  BookBytes::row(bytes, row);
  const std::size_t slots = groups_[static_cast<std::size_t>(group)].accounts.size();
  const bool fits = row.by_slot.size() <= slots && row.sold_by_slot.size() <= slots &&
                    row.covered_by_slot.size() <= slots && row.run.held.size() <= slots &&
                    row.run.sold.size() <= slots && row.run.covered.size() <= slots;
  return bytes.ok() && fits &&
         groups_[static_cast<std::size_t>(group)].instruments.emplace(symbol, std::move(row)).second;
}

}  // namespace alloc

#include "portfolio/models.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "core/check.hpp"

namespace portfolio {
namespace {

constexpr std::size_t longest_code = 16;
constexpr std::size_t longest_name = 100;

bool is_code_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

// Characters of UTF-8 text; nullopt: bytes that are none, or a control character.
std::optional<std::size_t> printable_length(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t size = byte < 0x80                   ? 1
                             : byte >= 0xC2 && byte < 0xE0 ? 2
                             : byte >= 0xE0 && byte < 0xF0 ? 3
                             : byte >= 0xF0 && byte < 0xF5 ? 4
                                                           : 0;
    if (size == 0 || i + size > text.size()) return std::nullopt;
    std::uint32_t point = size == 1 ? byte : byte & (0xFFU >> (size + 1));
    for (std::size_t j = 1; j < size; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if ((next & 0xC0U) != 0x80) return std::nullopt;
      point = (point << 6U) | (next & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = point >= 0xD800 && point < 0xE000;
    const bool is_control = point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029;
    if (point < least[size] || point > 0x10FFFF || is_surrogate || is_control) return std::nullopt;
    i += size;
  }
  return count;
}

}  // namespace

std::int64_t Model::stake_of(alloc::AccountIndex account) const {
  for (const Investor& investor : investors) {
    if (investor.account == account) return investor.invested;
  }
  return 0;
}

std::int64_t Model::total_stake() const {
  std::int64_t sum = 0;
  for (const Investor& investor : investors) sum += investor.invested;
  return sum;
}

core::Result<void> check_name(const std::string& place, std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
  if (upper == "ALL" || upper == "TOTAL" || upper == "INDEPENDENT") {
    return core::fail(place, "'" + std::string(text) + "' means something else in views; take another");
  }
  if ((!text.empty() && text.find_first_not_of('.') == std::string_view::npos) ||
      text.find_first_of("/\\") != std::string_view::npos) {
    return core::fail(
        place, "'" + std::string(text.substr(0, 32)) + "' is no name in a path: it has a slash, or nothing but dots");
  }
  return {};
}

core::Result<core::ModelCode> parse_model_code(std::string_view text) {
  const auto wrong = std::find_if_not(text.begin(), text.end(), is_code_character);
  if (text.empty() || text.size() > longest_code || wrong != text.end()) {
    return core::fail("code", "'" + std::string(text.substr(0, 24)) +
                                  "' is no code of a model: 1 to 16 characters of A-Z, 0-9, '.', '_' and '-'");
  }
  if (auto good = check_name("code", text); !good) return tl::unexpected<core::Error>(good.error());
  return core::ModelCode(std::string(text));
}

core::Result<std::string> parse_model_name(std::string_view text) {
  const std::optional<std::size_t> length = printable_length(text);
  if (!length || *length == 0 || *length > longest_name || text.front() == ' ' || text.back() == ' ') {
    return core::fail("name", "a model's name is 1 to 100 characters that can be printed, without blanks around them");
  }
  return std::string(text);
}

void Models::create(const core::ModelCode& code, std::string name, core::Currency currency, alloc::Book& book) {
  CHECK(!models_.contains(code));
  models_.emplace(code, Model{code, std::move(name), currency, book.open_group(code), {}, {}});
}

core::Result<core::ModelCode> Models::check_is_new(const core::ModelCode& code, const alloc::Book& book) const {
  if (models_.contains(code)) return core::fail("code", "there is a model " + code.text() + " already");
  for (std::size_t group = 0; group < book.group_count(); ++group) {
    if (book.group_code(static_cast<alloc::GroupIndex>(group)) != code) continue;
    return core::fail("code", "there was a model " + code.text() + " once, and its trades bear the code; take another");
  }
  return code;
}

void Models::rename(const core::ModelCode& code, std::string name) { model_at(code).name = std::move(name); }

void Models::save_targets(const core::ModelCode& code, core::Time time, std::string who, std::string why,
                          Targets targets) {
  model_at(code).targets.add(time, std::move(who), std::move(why), std::move(targets));
}

void Models::change_stake(const core::ModelCode& code, alloc::AccountIndex account, std::int64_t by,
                          alloc::Book& book) {
  Model& model = model_at(code);
  const alloc::SlotIndex slot = book.join(model.group, account);
  auto investor =
      std::find_if(model.investors.begin(), model.investors.end(), [&](const Investor& i) { return i.slot == slot; });
  if (investor == model.investors.end()) {
    if (by == 0) return;
    investor = model.investors.insert(model.investors.end(), {account, slot, 0});
  }
  CHECK(!__builtin_add_overflow(investor->invested, by, &investor->invested) && investor->invested >= 0);
  if (investor->invested == 0) model.investors.erase(investor);
}

void Models::remove(const core::ModelCode& code, const alloc::Book& book) {
  const Model& model = model_at(code);
  for (const auto& [symbol, row] : book.instruments_of(model.group)) {
    for (const alloc::Holding& held : row.by_slot) CHECK(held.quantity.raw == 0);
  }
  for (const auto& [currency, row] : book.cash_of(model.group)) {
    for (const std::int64_t minor : row.by_slot) CHECK(minor == 0);
  }
  models_.erase(code);
}

void Models::invest(const core::ModelCode& code, alloc::AccountIndex account, core::Money amount, alloc::Book& book) {
  const Model& model = model_at(code);
  CHECK(amount.currency == model.currency && amount.minor > 0);
  change_stake(code, account, amount.minor, book);
  book.transfer_cash(account, alloc::Book::independent(), model.group, amount);
}

const Model* Models::find(const core::ModelCode& code) const {
  const auto found = models_.find(code);
  return found == models_.end() ? nullptr : &found->second;
}

const Model* Models::find(alloc::GroupIndex group) const {
  for (const auto& [code, model] : models_) {
    if (model.group == group) return &model;
  }
  return nullptr;
}

Model& Models::model_at(const core::ModelCode& code) {
  const auto found = models_.find(code);
  CHECK(found != models_.end());
  return found->second;
}

std::int64_t Shares::total() const { return std::accumulate(weights.begin(), weights.end(), std::int64_t{0}); }

Shares buy_shares(const Model& model) {
  Shares shares;
  for (const Investor& investor : model.investors) {
    if (investor.invested <= 0) continue;
    shares.slots.push_back(investor.slot);
    shares.weights.push_back(investor.invested);
  }
  return shares;
}

namespace {

// By what each account has of the units, times `sign`, less what orders take of them already.
Shares shares_by_units(const Model& model, const alloc::Book& book, const core::Symbol& symbol, core::Quantity unit,
                       std::span<const std::int64_t> taken, std::int64_t sign) {
  Shares shares;
  const std::size_t slots = book.accounts_of(model.group).size();
  for (std::size_t i = 0; i < slots; ++i) {
    const auto slot = static_cast<alloc::SlotIndex>(i);
    const std::int64_t units = sign * (book.holding(model.group, symbol, slot).quantity.raw / unit.raw);
    const std::int64_t free = units - (i < taken.size() ? taken[i] : 0);
    if (free <= 0) continue;
    shares.slots.push_back(slot);
    shares.weights.push_back(free);
  }
  return shares;
}

}  // namespace

Shares sell_shares(const Model& model, const alloc::Book& book, const core::Symbol& symbol, core::Quantity unit,
                   std::span<const std::int64_t> being_sold) {
  return shares_by_units(model, book, symbol, unit, being_sold, 1);
}

Shares cover_shares(const Model& model, const alloc::Book& book, const core::Symbol& symbol, core::Quantity unit,
                    std::span<const std::int64_t> being_bought) {
  return shares_by_units(model, book, symbol, unit, being_bought, -1);
}

}  // namespace portfolio

#include "gateway/engine/importing.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "files/text.hpp"
#include "gateway/engine/terms.hpp"
#include "gateway/risk/limits.hpp"

namespace gateway {

namespace {

constexpr std::size_t longest_name = 32;
constexpr std::size_t longest_account = 64;
constexpr std::size_t longest_title = 200;
constexpr const char* outside = "Independent";

class Importer {
 public:
  Importer(const ImportFile& file, const State& state, const portfolio::Prices& prices, const Origin& by,
           core::Time now)
      : file_(file), state_(state), prices_(prices), by_(by), now_(now) {}

  Import read() {
    if (file_.rows.empty()) {
      import_.refusals.push_back({RefusalCode::malformed, file_.name, "has no lines behind its header"});
    }
    switch (file_.kind) {
      case FileKind::accounts: accounts(); break;
      case FileKind::groups: groups(); break;
      case FileKind::instruments: instruments(); break;
      case FileKind::models: models(); break;
      case FileKind::positions: positions(); break;
      case FileKind::prices: prices(); break;
    }
    if (!import_.refusals.empty()) import_.events.clear();
    return std::move(import_);
  }

 private:
  // ---- cells

  [[nodiscard]] const std::string& cell(std::string_view column) const {
    static const std::string none;
    const auto columns = columns_of(file_.kind);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name == column) return row_->cells.at(i);
    }
    return none;
  }
  void wrong(std::string_view column, std::string message, RefusalCode code = RefusalCode::malformed) {
    import_.refusals.push_back({code, row_->place + ": " + std::string(column), std::move(message)});
  }
  [[nodiscard]] std::string name(std::string_view column, std::size_t longest) {
    const std::string& given = cell(column);
    if (given.empty()) wrong(column, "is empty");
    if (given.size() > longest) wrong(column, "is longer than " + std::to_string(longest) + " bytes");
    if (files::cleaned(given) != given)
      wrong(column, "'" + files::shown(given) + "' holds characters that are not text");
    return given;
  }
  template <class T>
  [[nodiscard]] std::optional<T> parsed(std::string_view column, core::Result<T> read) {
    if (read) return *std::move(read);
    const std::string& why = read.error().message;
    const bool names_it = !cell(column).empty() && why.find(cell(column)) != std::string::npos;
    wrong(column, names_it ? why : "'" + files::shown(cell(column)) + "': " + why);
    return std::nullopt;
  }
  [[nodiscard]] std::optional<core::Currency> currency(std::string_view column) {
    return parsed(column, core::Currency::parse(cell(column)));
  }
  // Nothing where the cell is empty.
  template <class Scaled>
  [[nodiscard]] Scaled above_zero_or(std::string_view column, Scaled fallback) {
    if (cell(column).empty()) return fallback;
    const auto value = parsed(column, Scaled::parse(cell(column)));
    if (value && value->raw <= 0) wrong(column, "is " + value->text() + "; it should be above zero");
    return value.value_or(fallback);
  }
  void changed_since(std::string_view column, const std::string& was, const std::string& is) {
    wrong(column, "was " + was + " when this was exported and is " + is + " now; export again, and edit that",
          RefusalCode::not_possible);
  }
  // A second line about the same would add up, or undo the first, without a word.
  [[nodiscard]] bool is_first(std::string_view column, const std::string& key) {
    const auto [first, is_new] = seen_.emplace(key, row_->place);
    if (!is_new) wrong(column, "stands here a second time; the first is " + first->second);
    return is_new;
  }
  template <class Each>
  void each_row(const Each& each) {
    for (const FileRow& row : file_.rows) {
      row_ = &row;
      each();
    }
  }
  [[nodiscard]] Origin origin() {
    // The key belongs to the command as a whole, and stands in its first event.
    return {import_.events.empty() ? by_.key : "", import_.events.empty() ? by_.command : 0, by_.who};
  }
  void change(Event event, std::string words) {
    import_.events.push_back(std::move(event));
    import_.changes.push_back(std::move(words));
  }

  // ---- the files

  void accounts() {
    each_row([this] {
      const core::AccountId id(name("Account", longest_account));
      if (const auto good = portfolio::check_name("Account", id.text()); !good) wrong("Account", good.error().message);
      const std::string& title = cell("Name");
      if (title.size() > longest_title || files::cleaned(title) != title)
        wrong("Name", "is no text of 200 bytes at most");
      const auto money = currency("Currency");
      if (!is_first("Account", id.text()) || !money) return;
      const auto known = state_.find_account(id);
      if (!known) {
        if (state_.account_groups().contains(id.text())) wrong("Account", "'" + id.text() + "' is a group");
        return change(AccountOpened{id, title, *money, origin()}, "opens account " + id.text() + " (" + title + ")");
      }
      const AccountOpened& opened = state_.account_of(*known);
      if (opened.currency != *money) {
        wrong("Currency",
              "is " + money->text() + "; " + id.text() + " is in " + opened.currency.text() +
                  ", and that does not change",
              RefusalCode::not_possible);
      }
      if (opened.name == title) return;
      change(AccountRenamed{id, title, origin()}, "calls account " + id.text() + " " + title + ", not " + opened.name);
    });
  }

  static std::string words(const std::vector<core::AccountId>& accounts) {
    std::string text;
    for (const core::AccountId& account : accounts) text += (text.empty() ? "" : " ") + account.text();
    return text;
  }
  void groups() {
    struct Wanted {
      const FileRow* first = nullptr;
      std::vector<core::AccountId> accounts;
      std::string was;
    };
    std::map<std::string, Wanted> wanted;
    each_row([&] {
      const std::string group = name("Group", longest_name);
      if (const auto good = portfolio::check_name("Group", group); !good) wrong("Group", good.error().message);
      const core::AccountId account(name("Account", longest_account));
      if (!state_.find_account(account)) {
        wrong("Account", "there is no account '" + files::shown(account.text()) + "'", RefusalCode::unknown_account);
      }
      if (state_.find_account(core::AccountId(group))) wrong("Group", "'" + group + "' is an account");
      Wanted& whole = wanted[group];
      if (whole.first == nullptr) whole.first = row_;
      if (!cell("Was").empty()) whole.was = cell("Was");
      if (is_first("Account", group + '\n' + account.text())) whole.accounts.push_back(account);
    });
    for (auto& [group, whole] : wanted) {
      std::vector<core::AccountId>& accounts = whole.accounts;
      std::vector<core::AccountId> now;
      const auto known = state_.account_groups().find(group);
      if (known != state_.account_groups().end()) {
        for (const alloc::AccountIndex account : known->second) now.push_back(state_.book().account_id(account));
      }
      if (now == accounts || (!whole.was.empty() && words(accounts) == whole.was)) continue;
      if (!whole.was.empty() && words(now) != whole.was) {
        row_ = whole.first;
        changed_since("Group", whole.was, words(now));
        continue;
      }
      change(AccountsGrouped{group, accounts, origin()}, "group " + group + " is " + std::to_string(accounts.size()) +
                                                             " accounts, was " + std::to_string(now.size()));
    }
  }

  void instruments() {
    each_row([this] {
      InstrumentAdded added = instrument();
      if (!is_first("Symbol", added.symbol.text())) return;
      const InstrumentAdded* known = state_.instrument(added.symbol);
      if (known == nullptr) return change(std::move(added), "adds instrument " + cell("Symbol"));
      const std::string differs = difference(*known, added);
      if (differs.empty()) return;
      if (is_used(added.symbol)) check_unchanged(*known, added);
      change(std::move(added), "changes instrument " + cell("Symbol") + ": " + differs);
    });
  }
  [[nodiscard]] InstrumentAdded instrument() {
    InstrumentAdded added{
        .symbol = core::Symbol(name("Symbol", longest_name)),
        .security_type = cell("SecType"),
        .exchange = cell("Exchange"),
        .currency = currency("Currency").value_or(core::Currency::of("USD")),
        .unit = above_zero_or<core::Quantity>("Unit", core::Quantity::whole(1)),
        .reference = std::nullopt,
        .reference_date = cell("ReferenceDate"),
        .round_lot = above_zero_or<core::Quantity>("RoundLot", {}),
        .tick = above_zero_or<core::Price>("Tick", {}),
        .multiplier = above_zero_or<portfolio::Multiplier>("Multiplier", portfolio::Multiplier::whole(1)),
        .is_shortable = cell("Shortable") == "yes",
        .last_trading_date = cell("LastTradingDate"),
        .by = origin()};
    if (!cell("ReferencePrice").empty()) added.reference = above_zero_or<core::Price>("ReferencePrice", {});
    for (const AgainstTerms& each : contradictions(added, !cell("Multiplier").empty())) wrong(each.field, each.message);
    const auto is_market = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    if (added.exchange.size() != 4 || !std::all_of(added.exchange.begin(), added.exchange.end(), is_market)) {
      wrong("Exchange", "'" + files::shown(added.exchange) + "' is not a MIC such as XNAS (ISO 10383)");
    }
    const std::string& shortable = cell("Shortable");
    if (!shortable.empty() && shortable != "yes" && shortable != "no") wrong("Shortable", "should be yes or no");
    for (const char* column : {"ReferenceDate", "LastTradingDate"}) {
      if (!cell(column).empty() && !core::parse_iso(cell(column) + "T00:00:00Z")) {
        wrong(column, "'" + files::shown(cell(column)) + "' is not a date such as 2026-11-20");
      }
    }
    return added;
  }
  // Somebody holds it, or it was traded: what its units are and what they cost cannot be another from here on.
  [[nodiscard]] bool is_used(const core::Symbol& symbol) const {
    for (std::size_t i = 0; i < state_.book().group_count(); ++i) {
      if (state_.book().instruments_of(static_cast<alloc::GroupIndex>(i)).contains(symbol)) return true;
    }
    const auto& orders = state_.orders().all();
    return std::any_of(orders.begin(), orders.end(),
                       [&](const auto& order) { return order->entered.symbol == symbol; });
  }
  void check_unchanged(const InstrumentAdded& was, const InstrumentAdded& is) {
    const auto check = [&](const char* column, bool is_same) {
      if (!is_same) {
        wrong(column, "of " + is.symbol.text() + " cannot change: it is held, or was traded",
              RefusalCode::not_possible);
      }
    };
    check("SecType", was.security_type == is.security_type);
    check("Currency", was.currency == is.currency);
    check("Unit", was.unit == is.unit);
    check("Multiplier", was.multiplier == is.multiplier);
  }

  // One line for each target; a model without targets has one line without a symbol.
  void models() {
    struct Wanted {
      const FileRow* first = nullptr;
      std::string title;
      std::optional<core::Currency> currency;
      std::vector<portfolio::TargetRow> targets;
      std::string version;  // of the targets, at the export
    };
    std::map<std::string, Wanted> wanted;
    each_row([&] {
      const std::string code = name("Model", longest_name);
      Wanted& model = wanted[code];
      if (model.first == nullptr) {
        model = {row_, cell("Name"), currency("Currency"), {}, cell("Version")};
      } else if (model.title != cell("Name") || model.currency != currency("Currency")) {
        wrong("Model", "has another name or currency here than in " + model.first->place);
      }
      if (!is_first("Symbol", code + '\n' + cell("Symbol"))) return;
      if (cell("Symbol").empty() != cell("Percent").empty()) {
        wrong("Percent",
              "stands beside no symbol, or a symbol without it; leave both empty for a model without targets");
      }
      if (!cell("Symbol").empty()) {
        model.targets.push_back({cell("Symbol"), cell("Percent"), row_->place + ": Percent: " + cell("Symbol")});
      }
    });
    for (const auto& [code, model] : wanted) {
      row_ = model.first;
      if (model.currency) this->model(code, model.title, *model.currency, model.targets, model.version);
    }
  }
  void model(const std::string& text, const std::string& title, core::Currency currency,
             const std::vector<portfolio::TargetRow>& rows, const std::string& version) {
    const auto code = portfolio::parse_model_code(text);
    if (!code) return wrong("Model", code.error().message);
    const auto named = portfolio::parse_model_name(title);
    if (!named) return wrong("Name", named.error().message);
    const portfolio::Model* known = state_.models().find(*code);
    if (known == nullptr) {
      if (const auto is_new = state_.models().check_is_new(*code, state_.book()); !is_new) {
        return wrong("Model", is_new.error().message, RefusalCode::code_taken);
      }
      change(ModelCreated{*code, *named, currency, origin()}, "creates model " + text);
    } else {
      if (known->currency != currency) {
        return wrong("Currency", "of " + text + " is " + known->currency.text() + " and does not change",
                     RefusalCode::not_possible);
      }
      if (known->name != *named) change(ModelRenamed{*code, *named, origin()}, "calls model " + text + " " + *named);
    }
    const auto targets = portfolio::parse_targets(rows, state_.instruments(), currency, now_);
    if (!targets) {
      import_.refusals.push_back({RefusalCode::not_possible, targets.error().place, targets.error().message});
      return;
    }
    const portfolio::Targets before = known == nullptr ? portfolio::Targets{} : known->targets.current();
    if (before == *targets || is_unedited_or_stale(known, version, *targets)) return;
    std::string words;
    for (const portfolio::TargetChange& each : portfolio::changes(before, *targets)) {
      words += (words.empty() ? "" : ", ") + each.symbol.text() + " " + each.before.text() + " to " + each.after.text();
    }
    change(TargetsSaved{*code, targets->of, "imported", origin()}, "targets of " + text + ": " + words);
  }

  // Whether an export gave these targets, or others have been saved since, which is told.
  bool is_unedited_or_stale(const portfolio::Model* known, const std::string& version,
                            const portfolio::Targets& targets) {
    if (known == nullptr || version.empty()) return false;
    const std::int64_t exported = core::parse_decimal(version, 0).value_or(-1);
    if (exported < 0 || exported > known->targets.number()) {
      wrong("Version", "'" + files::shown(version) + "' is no version of these targets");
      return true;
    }
    const auto& all = known->targets.all();
    const portfolio::Targets was =
        exported == 0 ? portfolio::Targets{} : all[static_cast<std::size_t>(exported) - 1].targets;
    if (was == targets) return true;
    if (exported == known->targets.number()) return false;
    changed_since("Version", version, std::to_string(known->targets.number()));
    return true;
  }

  // What the sleeve had of it when the file was exported.
  struct Was {
    std::string quantity;
    std::string cost;
  };
  [[nodiscard]] std::optional<Was> was() const {
    const std::string& text = cell("Was");
    const std::size_t blank = text.find(' ');
    if (text.empty() || blank == std::string::npos) return std::nullopt;
    return Was{text.substr(0, blank), text.substr(blank + 1)};
  }

  // Cash and units that clients bring: what the file has more than the desk. Units are never taken away by a file.
  void positions() {
    each_row([this] {
      const core::AccountId id(name("Account", longest_account));
      const auto account = state_.find_account(id);
      if (!account) {
        return wrong("Account", "there is no account '" + files::shown(id.text()) + "'", RefusalCode::unknown_account);
      }
      const std::string& sleeve = cell("Sleeve");
      const portfolio::Model* model = state_.models().find(core::ModelCode(sleeve));
      if (sleeve != outside && model == nullptr) {
        return wrong("Sleeve", "there is no model '" + files::shown(sleeve) + "'; outside of all is Independent",
                     RefusalCode::unknown_model);
      }
      if (!is_first("Symbol", id.text() + '\n' + sleeve + '\n' + cell("Symbol"))) return;
      const alloc::GroupIndex group = model == nullptr ? alloc::Book::independent() : model->group;
      const auto slot = state_.book().find_slot(group, *account);
      const auto money = currency("Currency");
      if (!money) return;
      if (cell("Symbol") == money->text()) return cash(id, group, slot, *money);
      units(id, group, slot, *money);
    });
  }
  void cash(const core::AccountId& id, alloc::GroupIndex group, std::optional<alloc::SlotIndex> slot,
            core::Currency currency) {
    const auto wanted = parsed("Quantity", core::Money::parse(cell("Quantity"), currency));
    if (!wanted) return;
    const std::int64_t now = slot ? state_.book().cash(group, currency, *slot) : 0;
    const auto exported = was();
    if (wanted->minor == now || (exported && core::Money::parse(exported->quantity, currency) == *wanted)) return;
    if (exported && core::Money::parse(exported->quantity, currency) != core::Money{now, currency}) {
      return changed_since("Quantity", exported->quantity, core::Money{now, currency}.text());
    }
    if (!cell("Cost").empty() && core::Money::parse(cell("Cost"), currency) != *wanted && !exported) {
      return wrong("Cost", "is not the Quantity, as it is of cash; leave it empty");
    }
    if (group != alloc::Book::independent()) {
      return wrong("Quantity", "cash of a model does not come by a file; invest it: prorata invest",
                   RefusalCode::not_possible);
    }
    const core::Money more{wanted->minor - now, currency};
    if (wanted->minor < 0 || wanted->minor > max_amount_minor)
      return wrong("Quantity", "is no amount that is booked here");
    if (more.minor < 0 && !state_.orders().open().empty()) {
      return wrong("Quantity", "cash cannot be taken out by a file while orders are open", RefusalCode::orders_working);
    }
    change(CashDeposited{id, currency, more.minor, origin()},
           "books " + more.text() + " " + currency.text() + " for " + id.text());
  }
  void units(const core::AccountId& id, alloc::GroupIndex group, std::optional<alloc::SlotIndex> slot,
             core::Currency currency) {
    const core::Symbol symbol(cell("Symbol"));
    const InstrumentAdded* instrument = state_.instrument(symbol);
    if (instrument == nullptr) {
      return wrong("Symbol", "there is no instrument '" + files::shown(symbol.text()) + "'",
                   RefusalCode::unknown_symbol);
    }
    if (instrument->currency != currency) {
      return wrong("Currency", "is " + currency.text() + "; " + symbol.text() + " trades in " +
                                   instrument->currency.text() + ", and so is its cost");
    }
    const auto quantity = parsed("Quantity", core::Quantity::parse(cell("Quantity")));
    const auto cost = parsed("Cost", core::Money::parse(cell("Cost"), instrument->currency));
    if (!quantity || !cost) return;
    const alloc::Holding now = slot ? state_.book().holding(group, symbol, *slot) : alloc::Holding{};
    if (now.quantity == *quantity && now.cost == cost->minor) return;
    if (const auto exported = was()) {
      const auto cost_then = core::Money::parse(exported->cost, currency);
      const auto quantity_then = core::Quantity::parse(exported->quantity);
      if (quantity_then == *quantity && cost_then == *cost) return;
      const core::Money cost_now{now.cost, currency};
      if (quantity_then != now.quantity || cost_then != cost_now) {
        return changed_since("Quantity", exported->quantity + " at " + exported->cost,
                             now.quantity.text() + " at " + cost_now.text());
      }
    }
    const core::Quantity more = *quantity - now.quantity;
    // A short position is below zero in both.
    const std::int64_t sign = quantity->raw < 0 ? -1 : 1;
    if (sign < 0 && !instrument->is_shortable) {
      return wrong("Quantity", "is below zero, and " + symbol.text() + " cannot be sold short");
    }
    const bool is_more = sign * more.raw > 0 && sign * now.quantity.raw >= 0 && sign * (cost->minor - now.cost) >= 0;
    if (!is_more || sign * cost->minor > max_amount_minor) {
      return wrong("Quantity",
                   "units and their cost only come by a file; the sleeve has " + now.quantity.text() + " at " +
                       core::Money{now.cost, instrument->currency}.text(),
                   RefusalCode::not_possible);
    }
    if (more.raw % instrument->unit.raw != 0) {
      return wrong("Quantity", "is not a whole number of units of " + instrument->unit.text() + " more");
    }
    if (group != alloc::Book::independent()) {
      return wrong("Sleeve",
                   "units come into Independent; from there they move into a model: prorata invest "
                   "--transfer-positions",
                   RefusalCode::not_possible);
    }
    change(HoldingBrought{id, {}, symbol, instrument->currency, more, cost->minor - now.cost, origin()},
           "brings " + more.text() + " " + symbol.text() + " for " + id.text());
  }

  void prices() {
    PricesBrought brought;
    each_row([&] {
      const std::size_t wrong_before = import_.refusals.size();
      PriceRow row{core::Symbol(name("Symbol", longest_name)), {}, now_};
      if (state_.instrument(row.symbol) == nullptr) {
        wrong("Symbol", "there is no instrument '" + files::shown(row.symbol.text()) + "'",
              RefusalCode::unknown_symbol);
      }
      row.price = above_zero_or<core::Price>("Price", {});
      if (cell("Price").empty()) wrong("Price", "is empty");
      if (!cell("Time").empty()) row.time = parsed("Time", core::parse_iso(cell("Time"))).value_or(now_);
      if (row.time > now_ + std::chrono::minutes(1)) wrong("Time", "is still to come");
      if (!is_first("Symbol", row.symbol.text()) || import_.refusals.size() > wrong_before) return;
      // As an export shows them: the latest, whoever told it.
      const auto known = prices_.all().find(row.symbol);
      const bool is_known = known != prices_.all().end();
      if (is_known && known->second.price == row.price && known->second.time == row.time) return;
      const std::string before = is_known ? known->second.price.text() : "none";
      if (is_known && known->second.time > row.time) {
        import_.changes.push_back("leaves " + row.symbol.text() + " at " + before + ", which is of " +
                                  core::iso_text(known->second.time) + " and so later than the file's");
        return;
      }
      import_.changes.push_back("price of " + row.symbol.text() + ": " + before + " to " + row.price.text());
      brought.prices.push_back(std::move(row));
    });
    if (brought.prices.empty()) return;
    brought.by = origin();
    import_.events.emplace_back(std::move(brought));
  }

  const ImportFile& file_;
  const State& state_;
  const portfolio::Prices& prices_;
  const Origin& by_;
  core::Time now_;
  const FileRow* row_ = nullptr;
  std::map<std::string, std::string> seen_;
  Import import_;
};

}  // namespace

Import read_import(const ImportFile& file, const State& state, const portfolio::Prices& prices, const Origin& by,
                   core::Time now) {
  return Importer(file, state, prices, by, now).read();
}

}  // namespace gateway

#include "gateway/config/desk_files.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "files/csv.hpp"
#include "gateway/engine/terms.hpp"
#include "gateway/risk/limits.hpp"

namespace gateway {

namespace {

constexpr std::size_t max_name_bytes = 32;  // as in orders
constexpr std::size_t max_account_bytes = 64;
constexpr std::size_t max_title_bytes = 200;

// One CSV file, read row by row; what is wrong is noted with its place, and reading goes on.
class Sheet {
 public:
  Sheet(const std::filesystem::path& path, std::vector<files::CsvColumn> columns, files::Errors& errors)
      : columns_(std::move(columns)), errors_(errors) {
    files::Errors bad_rows;
    auto csv = files::Csv::load(path, {}, bad_rows);
    note(bad_rows);
    if (!csv) {
      note(csv.error());
      return;
    }
    auto positions = csv->find_columns(columns_);
    if (!positions) {
      note(positions.error());
      return;
    }
    csv_ = std::move(*csv);
    positions_ = std::move(*positions);
    whole_ = bad_rows.empty();
  }

  // Whether every row can be read: else a name that is not found may stand in what could not be.
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] bool next() { return csv_ && ++row_ < static_cast<int>(csv_->rows().size()); }

  [[nodiscard]] std::string text(std::string_view column) {
    const auto position = position_of(column);
    return position ? std::string(files::trimmed(cell(*position))) : std::string();
  }
  [[nodiscard]] std::string name(std::string_view column, std::size_t max_bytes = max_name_bytes) {
    std::string value = text(column);
    if (value.empty()) wrong(column, "is empty");
    if (value.size() > max_bytes) {
      wrong(column, "'" + files::shown(value) + "' is longer than " + std::to_string(max_bytes) + " bytes");
    } else if (files::cleaned(value) != value) {
      wrong(column, "'" + files::shown(value) + "' holds characters that are not text");
    }
    return value;
  }
  // What a row is about must not stand in an earlier one too: amounts would add up without a word.
  void once(std::string_view column, const std::string& what, const std::string& key) {
    const int line = csv_->rows()[static_cast<std::size_t>(row_)].front().line;
    const auto [first, is_new] = lines_.emplace(key, line);
    if (is_new) return;
    wrong(column, what + " stands here a second time; the first is in line " + std::to_string(first->second));
  }
  // What people call something; may be empty.
  [[nodiscard]] std::string title(std::string_view column) {
    return text(column).empty() ? std::string() : name(column, max_title_bytes);
  }
  [[nodiscard]] std::string market(std::string_view column) {
    std::string mic = text(column);
    const auto is_right = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    if (mic.size() != 4 || !std::all_of(mic.begin(), mic.end(), is_right)) {
      wrong(column,
            "'" + files::shown(mic) + "' is not a MIC of four capital letters or digits (ISO 10383), such as XNAS");
    }
    return mic;
  }
  template <class T>
  [[nodiscard]] T read(std::string_view column, core::Result<T> value, T fallback) {
    if (value) return *value;
    wrong(column, value.error().message);
    return fallback;
  }
  [[nodiscard]] core::Currency currency(std::string_view column) {
    return read(column, core::Currency::parse(text(column)), core::Currency::of("USD"));
  }
  // A date of the calendar; may be empty.
  [[nodiscard]] std::string date(std::string_view column) {
    std::string day = text(column);
    if (!day.empty() && !core::parse_iso(day + "T00:00:00Z")) {
      wrong(column, "'" + files::shown(day) + "' is not a date such as 2026-11-20");
    }
    return day;
  }
  // Money above zero, or not below zero where zero is allowed.
  [[nodiscard]] std::int64_t minor(std::string_view column, core::Currency currency, bool zero_is_right) {
    const core::Money none{0, currency};
    const core::Money money = read(column, core::Money::parse(text(column), currency), none);
    if (money.minor < (zero_is_right ? 0 : 1)) wrong(column, zero_is_right ? "is below zero" : "should be above zero");
    if (money.minor > max_amount_minor) wrong(column, "is above any amount that is booked here");
    return money.minor;
  }
  template <class Scaled>
  [[nodiscard]] Scaled above_zero(std::string_view column) {
    const Scaled value = read(column, Scaled::parse(text(column)), Scaled::one());
    if (value.raw <= 0) wrong(column, "is " + value.text() + "; it should be above zero");
    return value;
  }
  void wrong(std::string_view column, const std::string& message) {
    const auto position = position_of(column);
    const auto row = static_cast<std::size_t>(row_);
    errors_.push_back({position ? csv_->place(row, *position) : csv_->place(row), message});
  }

 private:
  void note(const files::Errors& errors) { errors_.insert(errors_.end(), errors.begin(), errors.end()); }
  [[nodiscard]] std::optional<std::size_t> position_of(std::string_view column) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == column) return positions_[i];
    }
    return std::nullopt;
  }
  [[nodiscard]] const std::string& cell(std::size_t position) const {
    return csv_->rows()[static_cast<std::size_t>(row_)][position].text;
  }

  std::vector<files::CsvColumn> columns_;
  files::Errors& errors_;
  std::optional<files::Csv> csv_;
  std::vector<std::optional<std::size_t>> positions_;
  std::map<std::string, int> lines_;  // in which each key of once() stands
  int row_ = -1;
  bool whole_ = false;
};

// Reads the files one after the other; later ones refer to names of earlier ones.
class DeskReader {
 public:
  explicit DeskReader(const DeskFiles& desk) : desk_(desk) {}

  tl::expected<std::vector<Event>, files::Errors> read() {
    accounts();
    instruments();
    models();
    investments();
    if (!desk_.holdings.empty()) holdings();
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    events_.emplace_back(DeskImported{desk_.accounts.parent_path().string()});
    return std::move(events_);
  }

 private:
  void accounts() {
    Sheet sheet(desk_.accounts, {{"Account"}, {"Name"}, {"Currency"}, {"Cash"}}, errors_);
    all_accounts_ = sheet.whole();
    while (sheet.next()) {
      const core::AccountId id(sheet.name("Account", max_account_bytes));
      const core::Currency currency = sheet.currency("Currency");
      const std::int64_t cash = sheet.minor("Cash", currency, true);
      sheet.once("Account", "'" + id.text() + "'", id.text());
      accounts_.try_emplace(id, core::Money{cash, currency});
      events_.emplace_back(AccountOpened{id, sheet.title("Name"), currency});
      if (cash > 0) events_.emplace_back(CashDeposited{id, currency, cash});
    }
  }

  void instruments() {
    Sheet sheet(desk_.instruments,
                {{"Symbol"},
                 {"SecType"},
                 {"Exchange"},
                 {"Currency"},
                 {"Unit"},
                 {"ReferencePrice"},
                 {"ReferenceDate"},
                 {"RoundLot", false},
                 {"Tick", false},
                 {"Multiplier", false},
                 {"Shortable", false},
                 {"LastTradingDate", false}},
                errors_);
    all_instruments_ = sheet.whole();
    while (sheet.next()) {
      InstrumentAdded added{.symbol = core::Symbol(sheet.name("Symbol")),
                            .security_type = sheet.name("SecType"),
                            .exchange = sheet.market("Exchange"),
                            .currency = sheet.currency("Currency"),
                            .unit = sheet.above_zero<core::Quantity>("Unit"),
                            .reference = std::nullopt,
                            .reference_date = sheet.date("ReferenceDate")};
      if (!sheet.text("ReferencePrice").empty()) added.reference = sheet.above_zero<core::Price>("ReferencePrice");
      read_terms(sheet, added);
      sheet.once("Symbol", "'" + added.symbol.text() + "'", added.symbol.text());
      instruments_.try_emplace(added.symbol, added);
      events_.emplace_back(std::move(added));
    }
  }

  // What orders of it must keep to.
  static void read_terms(Sheet& sheet, InstrumentAdded& added) {
    if (!sheet.text("RoundLot").empty()) added.round_lot = sheet.above_zero<core::Quantity>("RoundLot");
    if (!sheet.text("Tick").empty()) added.tick = sheet.above_zero<core::Price>("Tick");
    const bool is_multiplier_given = !sheet.text("Multiplier").empty();
    if (is_multiplier_given) added.multiplier = sheet.above_zero<portfolio::Multiplier>("Multiplier");
    const std::string shortable = sheet.text("Shortable");
    added.is_shortable = shortable == "yes";
    if (!shortable.empty() && shortable != "yes" && shortable != "no") {
      sheet.wrong("Shortable", "'" + files::shown(shortable) + "' must be yes or no");
    }
    added.last_trading_date = sheet.date("LastTradingDate");
    if (added.security_type.empty()) return;  // was told
    for (const AgainstTerms& each : contradictions(added, is_multiplier_given)) sheet.wrong(each.field, each.message);
  }

  void models() {
    Sheet sheet(desk_.models, {{"Model"}, {"Name"}, {"Currency"}}, errors_);
    all_models_ = sheet.whole();
    while (sheet.next()) {
      const core::ModelCode code(sheet.name("Model"));
      const core::Currency currency = sheet.currency("Currency");
      // It would read as the name of the sleeve that holds what is in no model.
      if (code.text() == "Independent") sheet.wrong("Model", "'Independent' is what accounts hold outside every model");
      sheet.once("Model", "'" + code.text() + "'", code.text());
      models_.try_emplace(code, currency);
      events_.emplace_back(ModelCreated{code, sheet.title("Name"), currency});
    }
  }

  // The model and the account of a row, when both are known.
  bool known(Sheet& sheet, const core::AccountId& account, const core::ModelCode& model) {
    if (all_accounts_ && !accounts_.contains(account)) {
      sheet.wrong("Account", "there is no account '" + account.text() + "'");
    }
    if (all_models_ && !models_.contains(model)) sheet.wrong("Model", "there is no model '" + model.text() + "'");
    return accounts_.contains(account) && models_.contains(model);
  }

  void investments() {
    Sheet sheet(desk_.investments, {{"Account"}, {"Model"}, {"Amount"}}, errors_);
    all_investments_ = all_accounts_ && all_models_ && sheet.whole();
    while (sheet.next()) {
      const core::AccountId account(sheet.name("Account", max_account_bytes));
      const core::ModelCode model(sheet.name("Model"));
      sheet.once("Account", "'" + account.text() + "' with the model '" + model.text() + "'",
                 account.text() + '\n' + model.text());
      if (!known(sheet, account, model)) continue;
      invested_.emplace(account, model);  // whatever is wrong with the amount
      const core::Currency currency = models_.at(model);
      core::Money& cash = accounts_.at(account);
      if (cash.currency != currency) {
        sheet.wrong("Model", "its cash is in " + currency.text() + ", the account's in " + cash.currency.text());
        continue;
      }
      const std::int64_t amount = sheet.minor("Amount", currency, false);
      if (amount > cash.minor) {
        sheet.wrong("Amount", "is more than the " + cash.text() + " that the account has left");
        continue;
      }
      cash.minor -= amount;
      events_.emplace_back(CashInvested{account, model, currency, amount});
    }
  }

  void holdings() {
    Sheet sheet(desk_.holdings, {{"Account"}, {"Model"}, {"Symbol"}, {"Quantity"}, {"Cost"}}, errors_);
    while (sheet.next()) {
      const core::AccountId account(sheet.name("Account", max_account_bytes));
      const core::ModelCode model(sheet.name("Model"));
      const core::Symbol symbol(sheet.name("Symbol"));
      sheet.once("Symbol", "'" + symbol.text() + "' of '" + account.text() + "' in '" + model.text() + "'",
                 account.text() + '\n' + model.text() + '\n' + symbol.text());
      const auto instrument = instruments_.find(symbol);
      if (all_instruments_ && instrument == instruments_.end()) {
        sheet.wrong("Symbol", "there is no instrument '" + symbol.text() + "'");
      }
      const bool is_outside = model.text() == "Independent";  // of every model
      if (is_outside && all_accounts_ && !accounts_.contains(account)) {
        sheet.wrong("Account", "there is no account '" + account.text() + "'");
      }
      const bool is_known = is_outside ? accounts_.contains(account) : known(sheet, account, model);
      if (!is_known || instrument == instruments_.end()) continue;
      if (!is_outside && all_investments_ && !invested_.contains({account, model})) {
        sheet.wrong("Model", "the account has nothing invested in " + model.text());
      }
      const auto quantity = sheet.above_zero<core::Quantity>("Quantity");
      const core::Quantity unit = instrument->second.unit;
      if (unit.raw > 0 && quantity.raw % unit.raw != 0) {
        sheet.wrong("Quantity", "is not a whole number of units of " + unit.text());
      }
      const core::Currency currency = instrument->second.currency;
      events_.emplace_back(HoldingBrought{account, is_outside ? core::ModelCode() : model, symbol, currency, quantity,
                                          sheet.minor("Cost", currency, true)});
    }
  }

  const DeskFiles& desk_;
  files::Errors errors_;
  std::vector<Event> events_;
  std::map<core::AccountId, core::Money> accounts_;  // with the cash that is not invested yet
  std::map<core::Symbol, InstrumentAdded> instruments_;
  std::map<core::ModelCode, core::Currency> models_;
  std::set<std::pair<core::AccountId, core::ModelCode>> invested_;
  // Whether the file could be read to its end. When not, that is told once, and no name is missed on its account.
  bool all_accounts_ = false;
  bool all_instruments_ = false;
  bool all_models_ = false;
  bool all_investments_ = false;
};

}  // namespace

tl::expected<std::vector<Event>, files::Errors> read_desk(const DeskFiles& desk) { return DeskReader(desk).read(); }

}  // namespace gateway

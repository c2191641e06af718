#include <array>
#include <boost/json.hpp>
#include <utility>

#include "gateway/engine/state.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/journal/row_writer.hpp"
#include "gateway/proof/compare.hpp"
#include "gateway/proof/database.hpp"
#include "gateway/proof/journal_reader.hpp"
#include "gateway/proof/tasks.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

// The rows for people, made a second time: the journal of `live` is folded into a state as at a start, and the rows
// that follow go into the scratch database, where the same views make text of them.
class Rebuilt {
 public:
  explicit Rebuilt(const std::string& path)
      : database_(open_scratch_beside(path)), reader_(*database_, "live"), rows_(*database_) {}

  // One piece; true when there may be more. `wanted` is false for the first entry that is not.
  bool read(const std::function<bool(const JournalRow&)>& wanted) {
    return reader_.read(rows_at_a_time, [&](const JournalRow& row) {
      if (!wanted(row)) return false;
      core::Result<Event> event = event_from_json(row.kind, row.body);
      if (!event) {
        throw Refused("journal entry " + std::to_string(row.seq) + ": " + event.error().text());
      }
      state_.apply({row.seq, row.time, std::move(*event)});
      return true;
    });
  }
  // What the entries since the last call add up to becomes rows. Inside a transaction.
  void write(bool positions_only) {
    state_.settle();
    Changes changes = state_.take_changes();
    if (positions_only) {
      changes.orders.clear(), changes.fills.clear(), changes.fill_changes.clear(), changes.breaks.clear(),
          changes.settlements.clear();
      changes.part_log.clear(), changes.log.clear();
    }
    rows_.write(changes);
  }

  [[nodiscard]] sqlite::Database& database() { return *database_; }
  [[nodiscard]] JournalReader& reader() { return reader_; }

 private:
  std::unique_ptr<sqlite::Database> database_;
  JournalReader reader_;
  RowWriter rows_;
  State state_;
};

json::array positions(sqlite::Database& database, const ReplayTask& task) {
  sqlite::Statement select(database,
                           "SELECT account, sleeve, symbol, quantity, cost, currency FROM main.positions "
                           "WHERE (?1 = '' OR account = ?1) AND (?2 = '' OR sleeve = ?2) ORDER BY 1, 2, 3");
  select.bind(task.account.text()).bind(task.model.text());
  json::array list;
  while (select.row()) {
    json::object row;
    for (int i = 0; i < select.columns(); ++i) row[select.name(i)] = select.text(i);
    list.push_back(std::move(row));
  }
  return list;
}

void expect_known(sqlite::Database& database, const ReplayTask& task) {
  const auto is_known = [&](const char* sql, const std::string& name) {
    sqlite::Statement select(database, sql);
    select.bind(std::string_view(name));
    return name.empty() || select.row();
  };
  if (!is_known("SELECT 1 FROM live.account_row WHERE id = ?", task.account.text())) {
    throw Refused("there is no account '" + task.account.text() + "'");
  }
  if (!is_known("SELECT 1 FROM live.group_row WHERE iif(code = '', 'Independent', code) = ?", task.model.text())) {
    throw Refused("there is no model '" + task.model.text() + "'");
  }
}

json::object replay_to(const ReplayTask& task, const std::string& path, const Progress& progress) {
  Rebuilt rebuilt(path);
  JournalReader& reader = rebuilt.reader();
  expect_known(rebuilt.database(), task);
  const auto wanted = [&](const JournalRow& row) {
    return task.as_of ? row.time <= *task.as_of : row.seq <= *task.as_of_seq;
  };
  bool more = true;
  while (more) {
    more = rebuilt.read(wanted);
    rebuilt.database().run("BEGIN");
    rebuilt.write(true);
    rebuilt.database().run("COMMIT");
    tell(progress, reader.seq(), task.as_of_seq.value_or(reader.last_seq()));
  }
  if (task.as_of_seq && !reader.bad() && reader.seq() < *task.as_of_seq) {
    throw Refused("the journal ends with entry " + std::to_string(reader.seq()));
  }
  json::object answer = proof_of(path, reader);
  if (reader.bad()) return answer;
  if (task.as_of) answer["as_of"] = core::iso_text(*task.as_of);
  answer["positions"] = positions(rebuilt.database(), task);
  return answer;
}

json::object replay_and_compare(const std::string& path, const Progress& progress) {
  Rebuilt rebuilt(path);
  JournalReader& reader = rebuilt.reader();
  Comparison comparison(rebuilt.database());
  const auto all = [](const JournalRow&) { return true; };
  while (rebuilt.read(all)) {
    rebuilt.database().run("BEGIN");
    rebuilt.write(false);
    comparison.compare_appended();
    rebuilt.database().run("COMMIT");
    tell(progress, reader.seq(), reader.last_seq());
  }
  rebuilt.database().run("BEGIN");  // the last entries and the rows of one moment
  while (!reader.bad() && rebuilt.read(all)) {
  }
  rebuilt.write(false);
  if (!reader.bad()) comparison.compare_all();
  json::object answer = proof_of(path, reader);
  rebuilt.database().run("COMMIT");
  if (reader.bad()) return answer;
  answer["holds"] = comparison.holds();
  answer["rows"] = comparison.rows();
  answer["differences"] = comparison.differences();
  return answer;
}

}  // namespace

json::object replay(const ReplayTask& task, const std::string& path, const Progress& progress) {
  return task.as_of || task.as_of_seq ? replay_to(task, path, progress) : replay_and_compare(path, progress);
}

}  // namespace gateway

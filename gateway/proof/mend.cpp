#include <boost/json.hpp>

#include "gateway/engine/state.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/journal/file_lock.hpp"
#include "gateway/journal/row_writer.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/proof/compare.hpp"
#include "gateway/proof/database.hpp"
#include "gateway/proof/journal_reader.hpp"
#include "gateway/proof/tasks.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

// Of a journal that does not hold there is nothing to make rows of: then the transaction is not committed.
void make_rows_anew(sqlite::Database& database, JournalReader& reader, const Progress& progress) {
  database.run(drop_ledger_triggers_sql());
  for (const DerivedTable& table : derived_tables()) database.run(std::string("DELETE FROM ") + table.name);
  State state;
  RowWriter rows(database);
  bool more = true;
  while (more) {
    more = reader.read(rows_at_a_time, [&](const JournalRow& row) {
      core::Result<Event> event = event_from_json(row.kind, row.body);
      if (!event) throw Refused("journal entry " + std::to_string(row.seq) + ": " + event.error().text());
      state.apply({row.seq, row.time, std::move(*event)});
      return true;
    });
    state.settle();
    rows.write(state.take_changes());
    tell(progress, reader.seq(), reader.last_seq());
  }
  database.run(ledger_triggers_sql());
}

}  // namespace

json::object mend(const MendTask&, const std::string& path, const Progress& progress) {
  open_to_read(path).reset();  // is it ours?
  const core::Result<FileLock> lock = FileLock::take(path);
  if (!lock) throw Refused(lock.error().text());
  sqlite::Database database(path, sqlite::Database::Mode::read_write_create);
  database.run("PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL");
  JournalReader reader(database, "main");
  database.run("BEGIN IMMEDIATE");
  make_rows_anew(database, reader, progress);
  database.run(reader.bad() ? "ROLLBACK" : "COMMIT");
  return proof_of(path, reader);
}

}  // namespace gateway

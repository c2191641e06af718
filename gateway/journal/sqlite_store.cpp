#include "gateway/journal/sqlite_store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "gateway/journal/chain.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/journal/file_lock.hpp"
#include "gateway/journal/room.hpp"
#include "gateway/journal/row_writer.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/journal/snapshot_store.hpp"
#include "gateway/journal/sqlite.hpp"
#include "gateway/journal/sqlite_archive.hpp"
#include "gateway/journal/wal_file.hpp"

namespace gateway {

namespace {

constexpr int busy_timeout_ms = 5'000;
constexpr std::int64_t usual_page_bytes = 4'096;
constexpr int tight_checkpoint_pages = 1'000;  // 4 MB, SQLite's own default

core::Time time_of(std::int64_t ns) { return core::Time{std::chrono::nanoseconds{ns}}; }

void prepare(sqlite::Database& database, std::optional<FileLock>& lock) {
  sqlite3_busy_timeout(database.handle(), busy_timeout_ms);
  const std::int64_t id = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  const bool is_empty = database.number("SELECT count(*) FROM sqlite_master") == 0;
  if (id != application_id && !(id == 0 && is_empty)) {
    throw sqlite::Failure("this is a database, but not one of Prorata's; choose another file");
  }
  if (id == application_id && version > schema_version) {
    throw sqlite::Failure(
        fmt::format("its schema has version {}, this gateway knows {}; use the version of Prorata "
                    "that wrote it",
                    version, schema_version));
  }
  if (id == application_id && version < 2) {
    throw sqlite::Failure("its schema has version 1, of before the first release; nothing reads that any more");
  }
  if (is_empty && lock && lock->held_desk()) {
    throw sqlite::Failure(
        fmt::format("is empty, but it held a desk before ({} says so): if it was lost, or the -wal file beside it, see "
                    "docs/recovery.md; to begin a new desk, delete {}",
                    lock->lock_file(), lock->lock_file()));
  }
  database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF");
  rewrite_wal(database);
  if (is_empty || version < schema_version) {
    database.run(
        "BEGIN IMMEDIATE;" + (is_empty ? table_sql() : upgrade_sql(version)) +
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", application_id, schema_version));
  }
  database.run("BEGIN IMMEDIATE;" + view_sql() + "COMMIT");
  if (lock) lock->note_desk();
}

// The last journal entry that each of these knows of. None of them reads more than the end of an index.
struct KnownEntry {
  const char* table;
  const char* sql;
};
constexpr std::array<KnownEntry, 6> known_entries{
    {{"fill_row", "SELECT seq FROM fill_row ORDER BY log_seq DESC LIMIT 1"},
     {"fill_change_row", "SELECT seq FROM fill_change_row ORDER BY log_seq DESC LIMIT 1"},
     {"settlement_row", "SELECT max(seq) FROM settlement_row"},
     {"order_row", "SELECT shares_seq FROM order_row ORDER BY number DESC LIMIT 1"},
     {"snapshot", "SELECT journal_seq FROM snapshot"},
     {"copy_row", "SELECT max(last_seq) FROM copy_row"}}};

// Whether the same batch may be written again later.
NotDurable::Why why(const sqlite::Failure& failure) {
  switch (failure.code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return NotDurable::Why::locked;
    default: break;
  }
  return is_no_room(failure) ? NotDurable::Why::no_room : NotDurable::Why::failed;
}

std::string text_of(const sqlite::Failure& failure) {
  switch (why(failure)) {
    case NotDurable::Why::no_room: return no_room_text(failure);
    case NotDurable::Why::locked: return fmt::format("another program holds it ({})", failure.what());
    case NotDurable::Why::failed: break;
  }
  return failure_text(failure);
}

std::uintmax_t free_beside(const std::string& path) {
  std::error_code unknown;
  const auto space = std::filesystem::space(std::filesystem::absolute(path).parent_path(), unknown);
  return unknown ? least_free_bytes : space.available;
}

tl::unexpected<core::Error> not_opened(const std::string& path, const sqlite::Failure& failure) {
  if (why(failure) == NotDurable::Why::locked) return core::fail(path, text_of(failure));
  return core::fail(path, why_not_opened(failure, free_beside(path)));
}

}  // namespace

class SqliteStore::Impl {
 public:
  // Takes the lock only when all went well.
  Impl(std::optional<FileLock>& lock, const std::string& path, const std::string& vfs, int checkpoint_pages)
      : path_(path),
        checkpoint_pages_(checkpoint_pages),
        database_(path, sqlite::Database::Mode::read_write_create, vfs),
        archive_(path, vfs) {
    prepare(database_, lock);
    snapshots_.emplace(database_);
    // Instead of SQLite's own checkpoints, which keep to themselves what went wrong, a failed sync too (main.c,
    // sqlite3WalDefaultHook).
    const auto note = [](void* pages, sqlite3*, const char*, int now) {
      *static_cast<int*>(pages) = now;
      return SQLITE_OK;
    };
    sqlite3_wal_hook(database_.handle(), note, &wal_pages_);
    begin_.emplace(database_, "BEGIN IMMEDIATE");
    commit_.emplace(database_, "COMMIT");
    rows_.emplace(database_);
    insert_entry_.emplace(database_, "INSERT INTO journal VALUES(?,?,?,?,?)");
    save_session_.emplace(
        database_,
        "INSERT INTO fix_session VALUES(?,?,?,?) ON CONFLICT(name) DO UPDATE SET "
        "next_sender = excluded.next_sender, next_target = excluded.next_target, created_ns = excluded.created_ns");
    keep_sent_.emplace(database_, "INSERT OR REPLACE INTO fix_sent VALUES(?,?,?,?)");
    if (lock) lock_.emplace(std::move(*lock));
  }

  core::Result<Snapshot> load_snapshot() {
    try {
      core::Result<Snapshot> snapshot = snapshots_->load();
      if (snapshot) {
        snapshot_seq_ = snapshot->seq;
        snapshot_hash_ = snapshots_->entry_hash();
      }
      return snapshot;
    } catch (const sqlite::Failure& failure) {
      return core::fail(path_, failure.what());
    }
  }

  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load_after_snapshot(
      const std::function<void(const Entry&)>& visit) {
    return load(snapshot_seq_, snapshot_hash_, visit);
  }

  // The entries after number `after`, whose hash that is.
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(std::int64_t after, const Hash& hash,
                                                                       const std::function<void(const Entry&)>& visit) {
    last_hash_ = hash;
    try {
      if (auto whole = expect_end(); !whole) return tl::unexpected(whole.error());
      if (auto read = load_entries(after, visit); !read) return tl::unexpected(read.error());
      std::map<core::SessionName, fix::SequenceNumbers> sessions;
      sqlite::Statement select(database_, "SELECT name, next_sender, next_target, created_ns FROM fix_session");
      while (select.row()) {
        sessions[core::SessionName(std::string(select.text(0)))] = {
            static_cast<int>(select.integer(1)), static_cast<int>(select.integer(2)), time_of(select.integer(3))};
      }
      return sessions;
    } catch (const sqlite::Failure& failure) {
      return core::fail(path_, failure.what());
    }
  }

  Archive& archive() { return archive_; }

  CommitResult write(const Batch& batch) {
    if (wal_failure_) return stop(*wal_failure_);
    CommitResult result = write_once(batch);
    if (!result && result.error().why == NotDurable::Why::no_room) {
      if (CommitResult made = make_room(); !made) return made;
      result = write_once(batch);
    }
    if (!result) return result;
    return is_time_to_checkpoint() ? checkpoint() : CommitResult{};
  }

  bool lengthen_wal() {
    if (!may_lengthen_) return false;
    try {
      const WalLength length = gateway::lengthen_wal(database_, checkpoint_pages_);
      is_tight_ = length == WalLength::no_reserve;
      may_lengthen_ = length != WalLength::full;
      return length == WalLength::shorter;
    } catch (const sqlite::Failure& failure) {
      may_lengthen_ = false;  // as long as it gets: it grows with the batches
      if (why(failure) == NotDurable::Why::failed) {
        wal_failure_ = failure;
        (void)stop(failure);
      }
    }
    return false;
  }

 private:
  // Rows that know of an entry after the journal's last: its end was cut off, which no hash shows. Going on would give
  // the numbers of what is lost a second time.
  core::Result<void> expect_end() {
    const std::int64_t last = database_.number("SELECT max(seq) FROM journal");
    for (const KnownEntry& known : known_entries) {
      const std::int64_t seq = database_.number(known.sql);
      if (seq <= last) continue;
      return core::fail(path_, fmt::format("its journal ends with entry {}, but {} knows of entry {}: the end of the "
                                           "journal was cut off, or that table was changed; run `prorata verify "
                                           "--database {}`, then see docs/recovery.md",
                                           last, known.table, seq, path_));
    }
    return {};
  }

  core::Result<void> load_entries(std::int64_t after, const std::function<void(const Entry&)>& visit) {
    sqlite::Statement select(database_,
                             "SELECT seq, time_ns, kind, body, hash FROM journal WHERE seq > ? ORDER BY seq");
    select.bind(after);
    std::int64_t expected = after;
    while (select.row()) {
      const std::int64_t seq = select.integer(0);
      const std::string place = fmt::format("{}: journal entry {}", path_, seq);
      if (seq != ++expected) return core::fail(place, fmt::format("entry {} is missing before it", expected));
      const std::string_view kind = select.text(2);
      const std::string_view body = select.text(3);
      last_hash_ = chain(last_hash_, seq, select.integer(1), kind, body);
      const auto stored = select.blob(4);
      if (!std::equal(stored.begin(), stored.end(), last_hash_.begin(), last_hash_.end())) {
        return core::fail(place, "its hash does not match: this entry or the chain before it was changed");
      }
      core::Result<Event> event = event_from_json(kind, body);
      if (!event) return core::fail(place, event.error().text());
      visit(Entry{seq, time_of(select.integer(1)), std::move(*event)});
    }
    return {};
  }

  // Returns the hash of the last entry; it becomes the chain's end when the batch is durable.
  Hash write_entries(const Batch& batch) {
    Hash hash = last_hash_;
    for (const Entry& entry : batch.entries) {
      const std::string body = event_to_json(entry.event);
      const std::int64_t time_ns = entry.time.time_since_epoch().count();
      hash = chain(hash, entry.seq, time_ns, kind(entry.event), body);
      insert_entry_->bind(entry.seq).bind(time_ns).bind(kind(entry.event)).bind(body);
      insert_entry_->bind_blob(hash).execute();
    }
    return hash;
  }

  void write_sessions(const Batch& batch) {
    for (const auto& [name, change] : batch.sessions) {
      const std::int64_t created_ns = change.numbers.created.time_since_epoch().count();
      save_session_->bind(name.text()).bind(change.numbers.next_sender).bind(change.numbers.next_target);
      save_session_->bind(created_ns).execute();
      for (const auto& [seq_num, bytes] : change.sent) {
        keep_sent_->bind(name.text()).bind(created_ns).bind(seq_num);
        keep_sent_->bind_blob({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}).execute();
      }
    }
  }

  // Where there is little room, while the database can still become larger by all that is in the WAL.
  [[nodiscard]] bool is_time_to_checkpoint() const {
    if (!is_tight_) return wal_pages_ >= checkpoint_pages_;
    const std::int64_t wal_bytes = std::int64_t{wal_pages_} * usual_page_bytes;
    return wal_pages_ >= std::min(checkpoint_pages_, tight_checkpoint_pages) ||
           free_bytes(database_).value_or(0) < 2 * wal_bytes;
  }

  CommitResult write_once(const Batch& batch) {
    try {
      begin_->execute();
      const Hash hash = write_entries(batch);
      write_sessions(batch);
      rows_->write(batch.changes);
      if (batch.snapshot) snapshots_->write(*batch.snapshot, hash);
      commit_->execute();
      last_hash_ = hash;
    } catch (const sqlite::Failure& failure) {
      return not_durable(failure);
    }
    return {};
  }

  // Gives back what the WAL's file has and no entry needs: its end, and all of it when the database can take its frames
  // in. Only a broken disk is an error.
  CommitResult make_room() {
    is_tight_ = true;
    may_lengthen_ = false;  // also when a quota is full, of which free space tells nothing
    try {
      trim_wal(database_);
    } catch (const sqlite::Failure& failure) {
      if (why(failure) == NotDurable::Why::failed) return stop(failure);
    }
    sqlite3_busy_timeout(database_.handle(), 0);  // it may be read: then the file stays, and nobody waits for that
    CommitResult result = checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    sqlite3_busy_timeout(database_.handle(), busy_timeout_ms);
    return result;
  }

  // Undoes what the batch has written. SQLite says of most errors that they may or may not have rolled back already
  // (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
  CommitResult not_durable(const sqlite::Failure& failure) {
    if (why(failure) == NotDurable::Why::failed) return stop(failure);
    try {
      if (database_.is_in_transaction()) database_.run("ROLLBACK");
    } catch (const sqlite::Failure& also) {
      return stop(also);
    }
    return tl::unexpected(NotDurable{why(failure), {path_, text_of(failure)}});
  }

  // Copies the WAL into the database file. When there is no room, or somebody reads, the WAL keeps everything until the
  // next try; sqlite.org/wal.html, "Checkpointing".
  CommitResult checkpoint() {
    CommitResult result = checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    return result && found_no_room_ ? make_room() : result;
  }
  CommitResult checkpoint(int how) {
    found_no_room_ = false;
    if (sqlite3_wal_checkpoint_v2(database_.handle(), "main", how, nullptr, nullptr) == SQLITE_OK) return {};
    const sqlite::Failure failure = database_.last_failure();
    found_no_room_ = why(failure) == NotDurable::Why::no_room;
    return why(failure) == NotDurable::Why::failed ? stop(failure) : CommitResult{};
  }

  // Nothing is written any more, not even when the file is closed: the next start looks at what is there.
  CommitResult stop(const sqlite::Failure& failure) {
    sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return tl::unexpected(NotDurable{NotDurable::Why::failed, {path_, text_of(failure)}});
  }

  std::string path_;
  std::optional<FileLock> lock_;
  int checkpoint_pages_;
  int wal_pages_ = 0;  // after the last commit
  bool may_lengthen_ = true;
  bool is_tight_ = false;       // there is little room: the WAL is kept short
  bool found_no_room_ = false;  // the last checkpoint
  std::optional<sqlite::Failure> wal_failure_;
  sqlite::Database database_;
  SqliteArchive archive_;
  std::optional<SnapshotStore> snapshots_;
  std::optional<RowWriter> rows_;
  std::optional<sqlite::Statement> begin_, commit_, insert_entry_, save_session_, keep_sent_;
  Hash last_hash_{};
  std::int64_t snapshot_seq_ = 0;  // of the snapshot that was loaded
  Hash snapshot_hash_{};           // of that entry
};

core::Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, const std::string& vfs,
                                                             int checkpoint_pages) {
  std::optional<FileLock> lock;
  if (vfs.empty()) {
    auto taken = FileLock::take(path);
    if (!taken) return tl::unexpected(taken.error());
    lock.emplace(std::move(*taken));
  }
  using Opened = core::Result<std::unique_ptr<SqliteStore>>;
  const auto open_once = [&] {
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::make_unique<Impl>(lock, path, vfs, checkpoint_pages)));
  };
  const auto open_again = [&]() -> Opened {
    try {
      return open_once();
    } catch (const sqlite::Failure& failure) {
      return not_opened(path, failure);
    }
  };
  try {
    return open_once();
  } catch (const sqlite::Failure& failure) {
    if (!is_no_room_to_open(failure, free_beside(path))) return not_opened(path, failure);
  }
  try {
    trim_unopened_wal(path, vfs);
  } catch (const sqlite::Failure&) {
    return open_again();  // says what is wrong
  }
  return open_again();
}

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

core::Result<std::map<core::SessionName, fix::SequenceNumbers>> SqliteStore::load(
    const std::function<void(const Entry&)>& visit) {
  return impl_->load(0, {}, visit);
}

core::Result<Snapshot> SqliteStore::load_snapshot() { return impl_->load_snapshot(); }

core::Result<std::map<core::SessionName, fix::SequenceNumbers>> SqliteStore::load_after_snapshot(
    const std::function<void(const Entry&)>& visit) {
  return impl_->load_after_snapshot(visit);
}

Archive& SqliteStore::archive() { return impl_->archive(); }

CommitResult SqliteStore::write(const Batch& batch) { return impl_->write(batch); }

bool SqliteStore::lengthen_wal() { return impl_->lengthen_wal(); }

}  // namespace gateway

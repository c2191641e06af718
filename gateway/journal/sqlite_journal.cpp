#include "gateway/journal/sqlite_journal.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "core/check.hpp"

namespace gateway {

// The writer thread and its one place for the next batch.
class SqliteJournal::Impl {
 public:
  explicit Impl(std::unique_ptr<SqliteStore> store) : store_(std::move(store)), writer_([this] { work(); }) {}

  ~Impl() {
    {
      const std::lock_guard guard(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    writer_.join();
  }

  SqliteStore& store() { return *store_; }

  void commit(Batch batch, Done done) {
    {
      const std::lock_guard guard(mutex_);
      CHECK(!next_ && !failed_);
      next_.emplace(Work{std::move(batch), std::move(done)});
    }
    wake_.notify_one();
  }

 private:
  struct Work {
    Batch batch;
    Done done;
  };

  void work() {
    std::unique_lock guard(mutex_);
    // Not before the first batch: until then the engine's thread reads.
    bool is_wal_short = false;
    for (;;) {
      while (is_wal_short && !next_ && !stopping_) {
        guard.unlock();
        is_wal_short = store_->lengthen_wal();
        guard.lock();
      }
      wake_.wait(guard, [&] { return next_.has_value() || stopping_; });
      if (!next_) return;
      Work work = std::move(*next_);
      next_.reset();
      guard.unlock();
      const CommitResult result = store_->write(work.batch);
      const bool failed = !result && result.error().why == NotDurable::Why::failed;
      work.done(result, result ? Batch{} : std::move(work.batch));
      work = {};  // its rows are freed here, not under the lock
      is_wal_short = !failed;
      guard.lock();
      if (failed) failed_ = true;
    }
  }

  std::unique_ptr<SqliteStore> store_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<Work> next_;
  bool stopping_ = false;
  bool failed_ = false;
  std::thread writer_;  // last: it uses all of the above
};

core::Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& path) {
  auto store = SqliteStore::open(path);
  if (!store) return tl::unexpected(store.error());
  return std::unique_ptr<SqliteJournal>(new SqliteJournal(std::make_unique<Impl>(std::move(*store))));
}

SqliteJournal::SqliteJournal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteJournal::~SqliteJournal() = default;

core::Result<std::map<core::SessionName, fix::SequenceNumbers>> SqliteJournal::load(
    const std::function<void(const Entry&)>& visit) {
  return impl_->store().load(visit);
}

core::Result<Snapshot> SqliteJournal::load_snapshot() { return impl_->store().load_snapshot(); }

core::Result<std::map<core::SessionName, fix::SequenceNumbers>> SqliteJournal::load_after_snapshot(
    const std::function<void(const Entry&)>& visit) {
  return impl_->store().load_after_snapshot(visit);
}

Archive* SqliteJournal::archive() { return &impl_->store().archive(); }

void SqliteJournal::commit(Batch batch, Done done) { impl_->commit(std::move(batch), std::move(done)); }

}  // namespace gateway

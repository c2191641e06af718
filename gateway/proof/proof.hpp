#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "core/id.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

// What a database proves by itself: that its journal is whole, that the book follows from it, and a copy of it. Each
// task but the last reads over connections of its own that cannot write, so the gateway may be working on the file; the
// command line carries them out itself when there is none. Answers are JSON documents, described in README.md.
namespace gateway {

// Is the journal whole, and do the rows for people number what it says?
struct VerifyTask {
  // An entry that must be there with this hash; without a number, any entry may have it.
  std::optional<std::int64_t> expected_seq;
  std::string expected_hash;  // lower-case hex; empty: nothing is expected
};

// The book as the journal gives it. With a moment: the positions then. Without: is it what the live rows say?
struct ReplayTask {
  std::optional<core::Time> as_of;        // up to the last entry before the first that is later
  std::optional<std::int64_t> as_of_seq;  // up to this entry
  core::AccountId account;                // empty: all
  core::ModelCode model;                  // empty: all
};

// A copy of the whole database, consistent while the gateway trades.
struct BackupTask {
  std::string file;  // an absolute path at which nothing is yet
};

// Makes the rows that people read anew from the journal, all or none. No gateway may be working on the file: it is
// locked as a gateway locks it.
struct MendTask {};

using Task = std::variant<VerifyTask, ReplayTask, BackupTask, MendTask>;

// `name`: verify, replay, backup or mend. Parameters, all text: expect ("HASH" or "SEQ:HASH"); as_of (a UTC time, or a
// date: to its end), as_of_seq, account, model; file. Errors: an unknown name or parameter, or a value that is none;
// the place is the parameter's name.
[[nodiscard]] core::Result<Task> read_task(const std::string& name,
                                           const std::map<std::string, std::string, std::less<>>& parameters);

// Told now and then; returns false to stop. `total` may grow meanwhile.
using Progress = std::function<bool(std::int64_t done, std::int64_t total)>;

// Takes as long as the database is big. Errors: the file is missing, not ours, of a newer version; stopped; for a
// backup also what is at its place already, and what the disk refuses. That something does not hold is not an error:
// the answer has "holds": false.
[[nodiscard]] core::Result<std::string> carry_out(const Task& task, const std::string& database,
                                                  const Progress& progress);

// When the file was made by a backup, and no gateway has worked on it since: when it was made. Throws sqlite::Failure.
[[nodiscard]] std::optional<core::Time> copied_at(const std::string& database);

}  // namespace gateway

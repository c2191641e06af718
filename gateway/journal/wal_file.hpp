#pragma once

#include <cstdint>

#include "gateway/journal/sqlite.hpp"

// What we do to SQLite's write-ahead log ourselves, through SQLite's own files. Its format:
// sqlite.org/fileformat2.html, "The Write-Ahead Log". Both hold the database's write lock meanwhile and throw
// sqlite::Failure.
namespace gateway {

// Writes the frames that the log holds once more, in their place, and syncs them. The process before may have ended
// because a sync had failed: Linux then shows bytes that are on no platter and that no later sync puts there, and
// entries that follow them in the log would be lost with them.
void rewrite_wal(sqlite::Database& database);

// Makes the log's file longer by zeros, at most 1 MiB at once, and syncs them; true when it is `pages` pages of 4096
// bytes long. A commit that overwrites is then synced in about half the time of one that makes the file longer, which
// has blocks to find and an inode to write besides. SQLite reads no frame of zeros, as it reads none of an earlier
// round of the log. When there is no room, the file is as long as before, and that is thrown.
[[nodiscard]] bool lengthen_wal(sqlite::Database& database, std::int64_t pages);

}  // namespace gateway

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/journal/sqlite.hpp"

namespace gateway {

// What SQLite needs at a start besides the database: the first pages of a WAL and its shared memory. With less than
// this free, an error that SQLite cannot explain is one of room.
inline constexpr std::uintmax_t least_free_bytes = 256U << 10U;

// For the files of a VFS that is not the operating system's: SQLite leaves control numbers from 100 on to programs
// (sqlite3_file_control). It is given a std::int64_t*, into which go the bytes that are free.
inline constexpr int free_bytes_control = 1'701;

// What is free on the file system of the database; nothing when nobody can say.
[[nodiscard]] std::optional<std::int64_t> free_bytes(const sqlite::Database& database);

// Whether the failure is that no more bytes may be written: a full file system, a size limit, a quota.
[[nodiscard]] bool is_no_room(const sqlite::Failure& failure);

// What is full. REQUIRES: is_no_room(failure)
[[nodiscard]] std::string no_room_text(const sqlite::Failure& failure);

// What the failure is, in SQLite's words or, where those tell too little, in ours.
[[nodiscard]] std::string failure_text(const sqlite::Failure& failure);

// Whether a database could not be opened because of that; SQLite has other words for it then. `free_bytes`: of its file
// system.
[[nodiscard]] bool is_no_room_to_open(const sqlite::Failure& failure, std::uintmax_t free_bytes);

// Why the database could not be opened, and what to do when it is for want of room or of file descriptors.
// `free_bytes`: of its file system. SQLite says "disk I/O error" of the shared memory beside a WAL that finds no room,
// and "unable to open" of a file.
[[nodiscard]] std::string why_not_opened(const sqlite::Failure& failure, std::uintmax_t free_bytes);

}  // namespace gateway

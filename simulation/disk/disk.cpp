#include "simulation/disk/disk.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <set>
#include <utility>

#include "core/check.hpp"
#include "simulation/disk/file.hpp"

namespace simulation {

Disk::Plan Disk::at(Operation what, std::uint64_t number, Fault fault) {
  return [=](const Access& access) { return access.what == what && access.number == number ? fault : Fault::none; };
}

Fault Disk::judge(Operation what, std::string_view file, std::int64_t offset, std::size_t bytes) {
  const std::uint64_t number = ++counts_[static_cast<std::size_t>(what)];
  Fault fault = Fault::io_error;
  if (has_power_ && (!read_only_ || what == Operation::read)) {
    fault = plan_ ? plan_({what, number, file, offset, bytes}) : Fault::none;
  }
  if (fault == Fault::cut_power) has_power_ = false;
  if (fault == Fault::read_only) {
    read_only_ = true;
    fault = Fault::io_error;
  }
  if (fault == Fault::no_room) system_error_ = ENOSPC;
  if (fault == Fault::over_limit) system_error_ = EFBIG;
  if (fault == Fault::io_error) system_error_ = has_power_ && read_only_ ? EROFS : EIO;
  return fault;
}

void Disk::sync_name(const std::string& name) {
  if (const auto file = names_.find(name); file != names_.end()) durable_names_[name] = file->second;
}

std::unique_ptr<Disk> Disk::after_power_cut(core::Random& random) const {
  auto disk = std::make_unique<Disk>();
  std::set<std::string> names;
  for (const auto& [name, file] : names_) names.insert(name);
  for (const auto& [name, file] : durable_names_) names.insert(name);
  for (const std::string& name : names) {
    const auto now = names_.find(name);
    const auto durable = durable_names_.find(name);
    std::shared_ptr<File> file = durable == durable_names_.end() ? nullptr : durable->second;
    std::shared_ptr<File> seen = now == names_.end() ? nullptr : now->second;
    // A name that was made, removed or replaced and not synced: either.
    if (file != seen && random.below(2) == 0) file = std::move(seen);
    if (!file) continue;
    const auto found = std::make_shared<File>();
    found->inode.write(0, file->inode.after_power_cut(random));
    found->inode.sync();
    disk->names_[name] = disk->durable_names_[name] = found;
  }
  return disk;
}

std::unique_ptr<Disk> Disk::after_crash() const {
  auto disk = std::make_unique<Disk>();
  std::map<const File*, std::shared_ptr<File>> copies;
  const auto copy = [&](const Names& from, Names& to) {
    for (const auto& [name, file] : from) {
      std::shared_ptr<File>& same = copies[file.get()];
      if (!same) {
        same = std::make_shared<File>();
        same->inode = file->inode;
      }
      to[name] = same;
    }
  };
  copy(names_, disk->names_);
  copy(durable_names_, disk->durable_names_);
  return disk;
}

std::int64_t Disk::used() const {
  std::int64_t bytes = 0;
  for (const auto& [name, file] : names_) {
    bytes += static_cast<std::int64_t>(file->inode.bytes().size()) + file->sharing.memory_bytes();
  }
  return bytes;
}

std::string Disk::contents(const std::string& file) const {
  const auto found = names_.find(file);
  return found == names_.end() ? std::string() : found->second->inode.bytes();
}

}  // namespace simulation

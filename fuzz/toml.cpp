#include "files/toml.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fuzz/harness.hpp"
#include "fuzz/places.hpp"
#include "gateway/config/config.hpp"

// A configuration file: read key by key in every way that there is, and as the gateway reads it, beside the files of
// the demo's desk. Errors name a line of the file.
namespace fuzz {

namespace {

namespace fs = std::filesystem;

// A folder of this process with the files that a configuration may name, removed at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("prorata-fuzz-toml-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
    for (const char* name : {"accounts.csv", "instruments.csv", "models.csv", "investments.csv", "holdings.csv"}) {
      fs::copy_file(fs::path("config/demo") / name, path_ / name, fs::copy_options::overwrite_existing);
    }
    std::ofstream(path_ / "FIX44.xml") << "<fix/>\n";
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path file(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

void read_every_way(files::Table table, int depth) {
  for (const std::string& key : table.keys()) {
    CHECK(table.has(key) && !table.place(key).empty());
    (void)table.text(key);
    (void)table.texts(key);
    (void)table.one_of(key, {"dialling", "listening"});
    (void)table.integer(key, 1, 65535);
    (void)table.boolean(key);
    (void)table.address(key);
    (void)table.path(key);
    (void)table.decimal<core::Price>(key);
    for (const files::Table& inner : table.tables(key, "name")) {
      if (depth < 3) read_every_way(inner, depth + 1);
    }
    if (auto inner = table.optional_table(key); inner && depth < 3) read_every_way(*inner, depth + 1);
  }
}

void check_config(std::string_view given) {
  static const Folder folder;
  const fs::path path = folder.file("gateway.toml");
  std::ofstream(path, std::ios::binary) << given;
  const auto config = gateway::read_config(path);
  if (config) {
    CHECK(!config->gateway.brokers.empty() && !config->desk.empty());
    CHECK(config->addresses.contains(config->gateway.engine.default_broker));
    return;
  }
  CHECK(!config.error().empty());
  for (const core::Error& error : config.error()) {
    CHECK(!error.message.empty());
    if (error.place.starts_with(path.string())) check_place(error, path.string(), given);
  }
}

}  // namespace

int toml(const std::uint8_t* data, std::size_t size) {
  const std::string_view given = as_text(data, size);
  if (auto table = files::Table::parse(given, "gateway.toml")) {
    read_every_way(*table, 0);
    for (const core::Error& error : table->finish()) check_place(error, "gateway.toml", given);
  } else {
    check_place(table.error(), "gateway.toml", given);
  }
  check_config(given);
  return 0;
}

}  // namespace fuzz

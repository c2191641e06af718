#include "fix/dictionaries.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <tuple>

#include "fix/specification.hpp"

namespace fix {
namespace {

namespace fs = std::filesystem;

core::Result<std::string> read_text(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return core::fail(path, "is a folder; the XML of a data dictionary is wanted");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file && !text.empty()) return text;
  const int error = errno;
  if (error == EMFILE) {
    return core::fail(path, "cannot be opened: this process has too many files open; raise ulimit -n");
  }
  if (error == ENFILE) return core::fail(path, "cannot be opened: this machine has too many files open");
  if (error != 0) return core::fail(path, std::string("cannot be read: ") + std::strerror(error));
  return core::fail(path, "is empty; the XML of a data dictionary is wanted");
}

}  // namespace

core::Result<std::shared_ptr<FIX::DataDictionary>> parse_dictionary(const std::string& xml) {
  if (const auto good = check_specification(xml); !good) return tl::unexpected(good.error());
  try {
    const ConfigErrorsOnly scope;
    std::istringstream stream(xml);
    auto dictionary = std::make_shared<FIX::DataDictionary>(stream);
    // A fill is never refused for a tag that we do not know.
    dictionary->checkUserDefinedFields(false);
    dictionary->allowUnknownMsgFields(true);
    return dictionary;
  } catch (const std::exception& problem) {
    return core::fail("", problem.what());
  }
}

core::Result<FIX::DataDictionaryProvider> shared_dictionary(const std::string& begin_string, const std::string& path) {
  using Stamp = std::tuple<fs::file_time_type, std::uintmax_t>;
  struct Shared {
    Stamp stamp;
    std::shared_ptr<FIX::DataDictionary> dictionary;
  };
  // A dictionary puts things aside while it is asked, hence one for each thread.
  thread_local std::map<std::string, Shared> read;
  std::error_code ignored;  // what cannot be looked at cannot be read either, and that is told
  const Stamp stamp{fs::last_write_time(path, ignored), fs::file_size(path, ignored)};
  Shared& shared = read[path];
  if (!shared.dictionary || shared.stamp != stamp) {
    const auto xml = read_text(path);
    if (!xml) return tl::unexpected(xml.error());
    auto dictionary = parse_dictionary(*xml);
    if (!dictionary) return core::fail(path, dictionary.error().text());
    shared = {stamp, *std::move(dictionary)};
  }
  FIX::DataDictionaryProvider provider;
  const FIX::BeginString version(begin_string);
  provider.addTransportDataDictionary(version, shared.dictionary);
  provider.addApplicationDataDictionary(FIX::Message::toApplVerID(version), shared.dictionary);
  return provider;
}

}  // namespace fix

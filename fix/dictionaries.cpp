#include "fix/dictionaries.hpp"

#include <filesystem>
#include <map>
#include <tuple>

namespace fix {

FIX::DataDictionaryProvider shared_dictionary(const std::string& begin_string, const std::string& path) {
  using Key = std::tuple<std::string, std::filesystem::file_time_type, std::uintmax_t>;
  using Shared = std::shared_ptr<FIX::DataDictionary>;
  // A dictionary puts things aside while it is asked, hence one for each thread.
  thread_local std::map<Key, Shared> read;
  std::error_code ignored;  // what cannot be looked at cannot be read either, and that is told
  Shared& dictionary =
      read[{path, std::filesystem::last_write_time(path, ignored), std::filesystem::file_size(path, ignored)}];
  if (!dictionary) {
    dictionary = std::make_shared<FIX::DataDictionary>(path);
    // A fill is never refused for a tag that we do not know.
    dictionary->checkUserDefinedFields(false);
    dictionary->allowUnknownMsgFields(true);
  }
  FIX::DataDictionaryProvider provider;
  const FIX::BeginString version(begin_string);
  provider.addTransportDataDictionary(version, dictionary);
  provider.addApplicationDataDictionary(FIX::Message::toApplVerID(version), dictionary);
  return provider;
}

}  // namespace fix

#include "fix/dictionaries.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <tuple>

#include "fix/built_in.hpp"
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

using Dictionary = std::shared_ptr<FIX::DataDictionary>;

core::Result<Dictionary> built_in_once(const std::string& version, const DictionaryRules& rules) {
  thread_local std::map<std::pair<std::string, DictionaryRules>, Dictionary> read;  // one for each thread: see below
  Dictionary& shared = read[{version, rules}];
  if (shared) return shared;
  auto dictionary = parse_dictionary(std::string(built_in_dictionary(version)), rules);
  if (!dictionary) return core::fail("the built-in dictionary of " + version, dictionary.error().text());
  return shared = *std::move(dictionary);
}

core::Result<Dictionary> read_once(const std::string& path, const DictionaryRules& rules) {
  using Stamp = std::tuple<fs::file_time_type, std::uintmax_t>;
  struct Shared {
    Stamp stamp;
    Dictionary dictionary;
  };
  // A dictionary puts things aside while it is asked, hence one for each thread.
  thread_local std::map<std::pair<std::string, DictionaryRules>, Shared> read;
  std::error_code ignored;  // what cannot be looked at cannot be read either, and that is told
  const Stamp stamp{fs::last_write_time(path, ignored), fs::file_size(path, ignored)};
  Shared& shared = read[{path, rules}];
  if (!shared.dictionary || shared.stamp != stamp) {
    const auto xml = read_text(path);
    if (!xml) return tl::unexpected(xml.error());
    auto dictionary = parse_dictionary(*xml, rules);
    if (!dictionary) return core::fail(path, dictionary.error().text());
    shared = {stamp, *std::move(dictionary)};
  }
  return shared.dictionary;
}

core::Result<Dictionary> read_of(const std::string& path, const DictionaryRules& rules, const std::string& version) {
  if (path.empty()) return built_in_once(version, rules);
  auto dictionary = read_once(path, rules);
  if (!dictionary || (*dictionary)->getVersion() == version) return dictionary;
  return core::fail(path, "is a dictionary of " + (*dictionary)->getVersion() + "; one of " + version + " is wanted");
}

const FIX::DataDictionary& of_session(const FIX::DataDictionaryProvider& dictionaries, Version version) {
  return dictionaries.getSessionDataDictionary(begin_string(version));
}

const FIX::DataDictionary& of_business(const FIX::DataDictionaryProvider& dictionaries, Version version) {
  return dictionaries.getApplicationDataDictionary(FIX::ApplVerID(std::string(words_of(version).appl_ver_id)));
}

}  // namespace

core::Result<std::shared_ptr<FIX::DataDictionary>> parse_dictionary(const std::string& xml,
                                                                    const DictionaryRules& rules) {
  if (const auto good = check_specification(xml); !good) return tl::unexpected(good.error());
  try {
    const ConfigErrorsOnly scope;
    std::istringstream stream(xml);
    auto dictionary = std::make_shared<FIX::DataDictionary>(stream);
    // A fill is never refused for a tag that we do not know.
    dictionary->checkUserDefinedFields(rules.strict);
    dictionary->allowUnknownMsgFields(!rules.strict);
    if (rules.echoes) dictionary->addMsgType(FIX::MsgType_SecurityDefinition);
    return dictionary;
  } catch (const std::exception& problem) {
    return core::fail("", problem.what());
  }
}

core::Result<FIX::DataDictionaryProvider> shared_dictionary(Version version, const std::string& path,
                                                            const DictionaryRules& rules) {
  FIX::DataDictionaryProvider provider;
  const FIX::BeginString begin(begin_string(version));
  if (!has_transport(version)) {
    const auto dictionary = read_of(path, rules, begin.getString());
    if (!dictionary) return tl::unexpected(dictionary.error());
    provider.addTransportDataDictionary(begin, *dictionary);
    provider.addApplicationDataDictionary(FIX::Message::toApplVerID(begin), *dictionary);
    return provider;
  }
  const std::string beside = path.empty() ? "" : fs::path(path).replace_filename("FIXT11.xml").string();
  const auto transport = read_of(beside, rules, begin.getString());
  if (!transport) return tl::unexpected(transport.error());
  const auto business = read_of(path, rules, "FIX.5.0");  // the engine leaves service packs out
  if (!business) return tl::unexpected(business.error());
  provider.addTransportDataDictionary(begin, *transport);
  // By ApplVerID(1128) a message may be of FIX 5.0 or its SP1, which have nothing that SP2 does not.
  for (const char* id : {"7", "8", "9"}) provider.addApplicationDataDictionary(FIX::ApplVerID(id), *business);
  return provider;
}

bool is_data_field(const FIX::DataDictionaryProvider& dictionaries, Version version, int tag) {
  return of_session(dictionaries, version).isDataField(tag) || of_business(dictionaries, version).isDataField(tag);
}

std::string field_name(const FIX::DataDictionaryProvider& dictionaries, Version version, const std::string& tag) {
  const int number = std::atoi(tag.c_str());
  std::string name;
  const bool is_known = of_session(dictionaries, version).getFieldName(number, name) ||
                        of_business(dictionaries, version).getFieldName(number, name);
  return is_known ? name + "(" + tag + ")" : "field " + tag;
}

FIX::Message validated(const std::string& frame, const FIX::DataDictionaryProvider& dictionaries, Version version) {
  const FIX::DataDictionary& session = of_session(dictionaries, version);
  const FIX::DataDictionary& business = of_business(dictionaries, version);
  FIX::Message message(frame, session, business, false);
  FIX::DataDictionary::validate(message, &session, &business);
  return message;
}

}  // namespace fix

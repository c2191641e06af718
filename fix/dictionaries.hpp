#pragma once

#include <compare>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "fix/quickfix.hpp"
#include "fix/unexpected.hpp"
#include "fix/version.hpp"

// Private to fix/.
namespace fix {

// How much a dictionary lets pass.
struct DictionaryRules {
  bool strict = false;  // false: fields that it does not list, user-defined ones too
  bool echoes = false;  // SecurityDefinition(d), listed or not

  friend auto operator<=>(const DictionaryRules&, const DictionaryRules&) = default;
};

// Error: what is wrong with the XML, with its line where we saw it ourselves.
[[nodiscard]] core::Result<std::shared_ptr<FIX::DataDictionary>> parse_dictionary(const std::string& xml,
                                                                                  const DictionaryRules& rules = {});

// The data dictionary of sessions of one version, read from its XML once a thread and shared by the sessions that are
// made there: reading it takes a hundred times longer than all else that makes a session. A file that was changed since
// is read again. Without a path it is our own (built_in.hpp). That of the transport, for FIX 5.0, is FIXT11.xml in the
// same folder. Errors: the file cannot be read, and why; it is of another version; those of parse_dictionary.
[[nodiscard]] core::Result<FIX::DataDictionaryProvider> shared_dictionary(Version version, const std::string& path,
                                                                          const DictionaryRules& rules);

// Whether a tag holds data, whose length another field states.
[[nodiscard]] bool is_data_field(const FIX::DataDictionaryProvider& dictionaries, Version version, int tag);

// "OrderQty(38)" of the tag 38, as the dictionary has it.
[[nodiscard]] std::string field_name(const FIX::DataDictionaryProvider& dictionaries, Version version,
                                     const std::string& tag);

// What a frame says by the dictionary. Throws what the engine throws when it is not right.
[[nodiscard]] FIX::Message validated(const std::string& frame, const FIX::DataDictionaryProvider& dictionaries,
                                     Version version);

}  // namespace fix

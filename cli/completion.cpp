#include "cli/completion.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

namespace {

// "{DAY,GTC}" in what CLI11 tells of an option's values, as words; "" when any value will do.
std::string fixed_values(const CLI::Option& option) {
  const std::string text = option.get_type_name();
  const std::size_t open = text.find('{');
  if (open == std::string::npos) return "";
  std::string values = text.substr(open + 1, text.find('}', open) - open - 1);
  std::replace(values.begin(), values.end(), ',', ' ');
  return values;
}

// What the gateway has of it, for `prorata names`; "" when it cannot tell.
std::string_view names_of(std::string_view title) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known{{{"MODEL", "models"},
                                                                                {"ACCOUNT", "accounts"},
                                                                                {"PROPOSAL", "proposals"},
                                                                                {"ORDER", "orders"},
                                                                                {"SYMBOL", "instruments"},
                                                                                {"--model", "models"},
                                                                                {"--account", "accounts"}}};
  for (const auto& [start, names] : known) {
    if (title.starts_with(start)) return names;
  }
  return title == "--leave-out" ? "accounts" : "";
}

struct Following {
  std::set<std::string> words;  // commands, options and fixed values
  std::set<std::string> names;
};

void add_options(const CLI::App& command, Following& following) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) following.words.insert("--" + name);
    if (!option->get_positional()) continue;
    if (const auto names = names_of(option->get_name(true)); !names.empty()) following.names.emplace(names);
    std::istringstream values(fixed_values(*option));
    for (std::string value; values >> value;) following.words.insert(value);
  }
  for (const CLI::App* group : command.get_subcommands(nullptr)) {
    if (group->get_name().empty()) add_options(*group, following);  // an option group
  }
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// What may follow these words: further commands, what the command takes, and options, those of the program itself
// everywhere.
Following following(const CLI::App& command, const CLI::App& program) {
  Following all;
  for (const CLI::App* sub : command.get_subcommands(nullptr)) {
    if (!sub->get_name().empty() && !sub->get_group().empty()) all.words.insert(sub->get_name());
  }
  add_options(command, all);
  if (&command != &program) add_options(program, all);
  return all;
}

class Script {
 public:
  explicit Script(const CLI::App& program) : program_(program) { add(program, ""); }

  [[nodiscard]] std::string text() const {
    // The words before the cursor that are commands make the path; options and what they take do not.
    return "_prorata() {\n"
           "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
           "  local path='' word words='' names='' i\n"
           "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "    word=${COMP_WORDS[i]}\n"
           "    [[ $word == -* ]] && continue\n"
           "    case \"${path:+$path }$word\" in\n"
           "      " +
           joined_paths() +
           ") path=${path:+$path }$word ;;\n    esac\n  done\n"
           "  case \"$before\" in\n" +
           joined(values_) + "    *)\n      case \"$path\" in\n" + cases_ +
           "      esac ;;\n  esac\n"
           "  [[ -z $names || $current == -* ]] || words+=\" $(prorata names $names 2>/dev/null)\"\n"
           "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "  if [[ ${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then COMPREPLY=($(compgen -f -- \"$current\")); fi\n"
           "}\n"
           "complete -F _prorata prorata\n";
  }

 private:
  // A line for each command: its words, and what may follow.
  void add(const CLI::App& command, const std::string& path) {
    const Following next = following(command, program_);
    cases_ += "        '" + path + "') words='" + joined(next.words) + "' names='" + joined(next.names) + "' ;;\n";
    if (!path.empty()) paths_.push_back("'" + path + "'");
    add_values(command);
    for (const CLI::App* sub : command.get_subcommands(nullptr)) {
      if (sub->get_name().empty()) {
        add_values(*sub);
      } else {
        add(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name());
      }
    }
  }
  // Options mean the same wherever they stand, and so does what they take.
  void add_values(const CLI::App& command) {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) {
        const std::string values = fixed_values(*option);
        const std::string names(names_of("--" + name));
        if (values.empty() && names.empty()) continue;
        values_.insert("    --" + name + ") words='" + values + "' names='" + names + "' ;;\n");
      }
    }
  }
  [[nodiscard]] std::string joined_paths() const {
    std::string text;
    for (const std::string& path : paths_) text += (text.empty() ? "" : " | ") + path;
    return text;
  }

  const CLI::App& program_;
  std::string cases_;
  std::vector<std::string> paths_;
  std::set<std::string> values_;
};

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  return (shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "") + Script(app).text();
}

}  // namespace cli

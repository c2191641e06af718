#include "cli/completion.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace cli {

namespace {

// All that may follow these words: further commands, and options, those of the program itself everywhere.
std::string words_after(const CLI::App& command, const CLI::App& program) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
  for (const CLI::App* sub : command.get_subcommands(nullptr)) {
    if (!sub->get_name().empty()) add(sub->get_name());
  }
  for (const CLI::App* of : {&command, &program}) {
    for (const CLI::Option* option : of->get_options()) {
      for (const std::string& name : option->get_lnames()) add("--" + name);
    }
    for (const CLI::App* group : of->get_subcommands(nullptr)) {
      if (!group->get_name().empty()) continue;  // an option group
      for (const CLI::Option* option : group->get_options()) {
        for (const std::string& name : option->get_lnames()) add("--" + name);
      }
    }
    if (&command == &program) break;
  }
  return words;
}

// A line of the script for each command: its words, and what may follow.
void add_cases(const CLI::App& command, const CLI::App& program, const std::string& path, std::string& cases) {
  cases += "    '" + path + "') words='" + words_after(command, program) + "' ;;\n";
  for (const CLI::App* sub : command.get_subcommands(nullptr)) {
    if (sub->get_name().empty()) continue;
    add_cases(*sub, program, path.empty() ? sub->get_name() : path + " " + sub->get_name(), cases);
  }
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  std::string cases;
  add_cases(app, app, "", cases);
  std::string script;
  if (shell == "zsh") script += "autoload -U +X bashcompinit && bashcompinit\n";
  // The words before the cursor that are commands make the path; options and what they take do not.
  script +=
      "_prorata() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} path='' word words='' i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    [[ $word == -* ]] && continue\n"
      "    case \"${path:+$path }$word\" in\n";
  std::string known;
  for (std::size_t at = 0; (at = cases.find("    '", at)) != std::string::npos; ++at) {
    const std::size_t from = at + 5;
    const std::string path = cases.substr(from, cases.find('\'', from) - from);
    if (!path.empty()) known += (known.empty() ? "" : " | ") + ("'" + path + "'");
  }
  script += "      " + known + ") path=${path:+$path }$word ;;\n    esac\n  done\n  case \"$path\" in\n" + cases +
            "  esac\n"
            "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
            "  if [[ ${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then COMPREPLY=($(compgen -f -- \"$current\")); fi\n"
            "}\n"
            "complete -F _prorata prorata\n";
  return script;
}

}  // namespace cli

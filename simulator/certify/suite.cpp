#include "simulator/certify/suite.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "simulator/certify/suite_words.hpp"
#include "simulator/certify/template.hpp"

namespace simulator::certify {

namespace {

constexpr std::size_t max_errors = 100;

const std::vector<std::string>& statements() {
  static const std::vector<std::string> all = {"suite", "fields", "set",     "ignore", "case",   "note",
                                               "ask",   "check",  "connect", "logon",  "logout", "expect",
                                               "send",  "raw",    "close",   "wait",   "skip",   "by"};
  return all;
}

class Parser {
 public:
  explicit Parser(std::string file) { suite_.file = std::move(file); }

  tl::expected<Suite, files::Errors> parse(std::string_view text) {
    for (const Line& line : lines_of(text, suite_.file, errors_)) {
      line_ = &line;
      at_ = 1;
      statement(line.words.front());
      if (errors_.size() >= max_errors) break;
    }
    if (errors_.empty() && suite_.cases.empty()) {
      errors_.push_back(
          {suite_.file, "has no case; one begins with a line such as: case \"A market order is filled\""});
    }
    std::ranges::stable_sort(errors_, {}, [](const core::Error& error) { return line_of(error.place); });
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(suite_);
  }

 private:
  static int line_of(const std::string& place) { return std::atoi(place.substr(place.rfind(':') + 1).c_str()); }

  void refuse(const std::string& message) {
    if (std::exchange(refused_, true)) return;  // one for each line: the rest follows from it
    errors_.push_back({suite_.file + ":" + std::to_string(line_->number), message});
  }
  [[nodiscard]] bool more() const { return at_ < line_->words.size(); }
  std::string next(const char* what) {
    if (more()) return line_->words[at_++];
    refuse("'" + line_->words.front() + "' needs " + what);
    return {};
  }
  // The next word when it is this one.
  bool takes(std::string_view word) {
    if (!more() || line_->words[at_] != word) return false;
    ++at_;
    return true;
  }
  template <class T>
  T taken(core::Result<T> result) {
    if (!result) refuse(result.error().message);
    return result ? *std::move(result) : T{};
  }
  std::string words(const char* what) {
    const std::string word = next(what);
    return word.empty() ? word : taken(unquoted(word));
  }

  void statement(const std::string& word) {
    refused_ = false;
    if (word == "suite") {
      begin_suite();
    } else if (!std::exchange(begun_, true)) {
      refuse("a suite begins with a line such as: suite \"Order lifecycle\" version FIX.4.4");
    } else if (word == "fields") {
      define_fields();
    } else if (word == "case") {
      begin_case();
    } else {
      const bool anywhere = word == "set" || word == "ignore";
      if (suite_.cases.empty() && !anywhere && std::ranges::find(statements(), word) != statements().end()) {
        return refuse("'" + word +
                      "' stands in a case: begin one with a line such as: case \"A market order is filled\"");
      }
      add(step(word));
    }
    if (more())
      refuse("nothing is expected after '" + files::shown(line_->words[at_ - 1]) + "', but '" +
             files::shown(line_->words[at_]) + "' stands there");
  }

  void begin_suite() {
    if (std::exchange(begun_, true)) return refuse("a file has one suite, and a line with its name in front");
    suite_.name = words("the suite's name in quotes");
    if (takes("version")) suite_.version = next("a version such as FIX.4.4");
    if (!suite_.version.starts_with("FIX")) refuse("'" + suite_.version + "' is no version such as FIX.4.4");
  }

  void define_fields() {
    const std::string name = next("a name and fields, such as: fields REPORT 35=8|37=1");
    if (!refused_ && !is_name(name)) refuse("'" + files::shown(name) + "' is no name of letters, digits and _");
    const Items items = read_items(next("fields, such as 35=8|37=1"), true);
    if (!definitions_.emplace(name, items).second) refuse("'" + name + "' is defined already");
  }

  void begin_case() {
    Case next_case{.name = words("the case's name in quotes"), .line = line_->number};
    const auto same = std::ranges::find(suite_.cases, next_case.name, &Case::name);
    if (same != suite_.cases.end()) {
      refuse("the case of line " + std::to_string(same->line) + " has the same name");
    }
    suite_.cases.push_back(std::move(next_case));
    known_ = known_in_setup_;
    has_expected_ = false;
  }

  void add(Step step) {
    if (refused_) return;
    step.line = line_->number;
    step.source = line_->source();
    (suite_.cases.empty() ? suite_.setup : suite_.cases.back().steps).push_back(std::move(step));
    if (suite_.cases.empty()) known_in_setup_ = known_;
  }

  Step step(const std::string& word) {
    if (word == "note") return {.kind = Step::Kind::note, .words = words("words in quotes")};
    if (word == "ask")
      return {.kind = Step::Kind::ask, .words = words("words in quotes, for whoever handles the client")};
    if (word == "check") return check_step();
    if (word == "connect") return timed({.kind = Step::Kind::connect, .time = connect_patience});
    if (word == "logon") return exchange({.kind = Step::Kind::logon, .time = connect_patience});
    if (word == "logout") return exchange({.kind = Step::Kind::logout, .time = default_patience});
    if (word == "expect") return expect();
    if (word == "send") return send();
    if (word == "raw") return raw();
    if (word == "close") return {.kind = Step::Kind::close};
    if (word == "wait") return {.kind = Step::Kind::wait, .time = taken(duration_of(next("a time, such as 500ms")))};
    if (word == "skip") return skip();
    if (word == "set") return set();
    if (word == "ignore") return ignore();
    if (word == "by") return by();
    const std::string nearest = files::nearest(word, statements());
    refuse("'" + files::shown(word) + "' is no statement" +
           (nearest.empty() ? "; there are " + files::joined(statements()) : "; '" + nearest + "' is one"));
    at_ = line_->words.size();
    return {};
  }

  Step check_step() {
    return timed({.kind = Step::Kind::check,
                  .words = words("words in quotes, of what the client should show"),
                  .time = connect_patience});
  }
  Step timed(Step step) {
    if (takes("within")) step.time = taken(duration_of(next("a time after 'within', such as 30s")));
    return step;
  }
  Step exchange(Step step) {
    if (more() && line_->words[at_] != "within") step.items = read_items(next("fields"), false);
    has_expected_ = true;  // the other side's
    return timed(std::move(step));
  }

  Step send() {
    Step step{.kind = Step::Kind::send, .items = read_items(next("fields, such as 35=8|37=1"), false)};
    const auto type = std::ranges::find(step.items, 35, &Item::tag);
    if (!refused_ && type == step.items.end()) refuse("a message that is sent needs a type, such as 35=8");
    return step;
  }

  Step raw() {
    Step step{.kind = Step::Kind::raw, .words = words("bytes in quotes, with | for SOH")};
    check_names(step.words);
    return step;
  }

  Step skip() {
    const std::string word = next("how many numbers, such as 2");
    const bool good = !word.empty() && word.size() <= 6 && word.find_first_not_of("0123456789") == std::string::npos;
    if (!good) refuse("'" + files::shown(word) + "' is no number of numbers that are left out, such as 2");
    return {.kind = Step::Kind::skip, .count = good ? std::stoi(word) : 0};
  }

  Step set() {
    Step step{.kind = Step::Kind::set, .name = next("a name and a value")};
    const std::string value = next("a value");
    step.words = value.starts_with('"') ? taken(unquoted(value)) : value;
    if (!is_name(step.name) || std::ranges::find(built_in_names, step.name) != std::end(built_in_names)) {
      refuse("'" + files::shown(step.name) +
             "' cannot be set; take a name of letters, digits and _ that is not known yet");
    }
    check_names(step.words);
    known_.insert(step.name);
    return step;
  }

  Step ignore() {
    Step step{.kind = Step::Kind::ignore};
    do {
      step.any_of.push_back({Alternative::Kind::message, read_items(next("a message, such as 35=V"), true)});
    } while (takes("or"));
    for (const Alternative& each : step.any_of) {
      const bool captures = std::ranges::any_of(each.items, [](const Item& item) { return !item.name.empty(); });
      if (captures) refuse("what is ignored is not captured");
    }
    return step;
  }

  Step by() {
    if (takes("hand")) return {.kind = Step::Kind::by_hand};
    if (!takes("itself")) refuse("'by hand' or 'by itself' is expected");
    return {.kind = Step::Kind::automatic};
  }

  Step expect() {
    if (takes("nothing")) {
      Step step = timed({.kind = Step::Kind::nothing});
      if (step.time.count() == 0) refuse("how long nothing is expected must be said: expect nothing within 2s");
      return step;
    }
    Step step{.kind = Step::Kind::expect, .time = default_patience};
    do {
      step.any_of.push_back(alternative(next("a message such as 35=D|11=?order, 'nothing', 'logout' or 'close'")));
    } while (takes("or"));
    for (const Alternative& each : step.any_of) {
      for (const Item& item : each.items) {
        if (!item.name.empty()) known_.insert(item.name);
      }
      has_expected_ = has_expected_ || each.kind != Alternative::Kind::close;
    }
    return timed(std::move(step));
  }

  Alternative alternative(const std::string& word) {
    if (word == "logout") return {Alternative::Kind::logout, {}};
    if (word == "close") return {Alternative::Kind::close, {}};
    return {Alternative::Kind::message, read_items(word, true)};
  }

  // Fields, and names of `fields` in whose place theirs stand; a field of the line's own replaces one of those, and is
  // captured under its name.
  Items read_items(const std::string& word, bool patterns) {
    Items items;
    std::set<int> inherited;
    for (const std::string& piece : word.empty() ? std::vector<std::string>{} : pieces_of(word)) {
      if (const auto found = definitions_.find(piece); found != definitions_.end()) {
        items.insert(items.end(), found->second.begin(), found->second.end());
        for (const Item& item : found->second) inherited.insert(item.tag);
        continue;
      }
      Item item = taken(item_of(piece));
      if (refused_) return items;
      if (inherited.erase(item.tag) == 0) {
        items.push_back(std::move(item));
        continue;
      }
      const auto replaced = std::ranges::find(items, item.tag, &Item::tag);
      if (item.name.empty()) item.name = replaced->name;
      *replaced = std::move(item);
    }
    for (const Item& item : items) check(item, patterns);
    return items;
  }

  void check(const Item& item, bool patterns) {
    if (!patterns) check_sent(item);
    if (item.kind != Item::Kind::regex) check_names(item.text);
  }

  void check_sent(const Item& item) {
    const bool is_plain = item.kind == Item::Kind::text || item.kind == Item::Kind::absent;
    if (is_plain && item.name.empty()) return;
    refuse("'" + text_of(item) + "' is a pattern, for expect; what is sent as it stands is put in quotes");
  }

  // Those of `fields` are looked at where they are used: there it is known what was captured.
  void check_names(const std::string& text) {
    if (line_->words.front() == "fields") return;
    for (const std::string& name : taken(names_in(text))) {
      const bool is_field = name.find_first_not_of("0123456789") == std::string::npos;
      if (is_field && !has_expected_) refuse("$" + name + " is a field of the message expected last, but none was yet");
      if (is_field || known_.contains(name)) continue;
      const std::vector<std::string> names(known_.begin(), known_.end());
      const std::string nearest = files::nearest(name, names);
      refuse("$" + name + " is not known: nothing before captures or sets it" +
             (nearest.empty() ? "" : "; $" + nearest + " is known"));
    }
  }

  Suite suite_;
  files::Errors errors_;
  const Line* line_ = nullptr;
  std::size_t at_ = 1;  // the next word
  bool refused_ = false;
  bool begun_ = false;
  bool has_expected_ = false;
  std::map<std::string, Items> definitions_;
  std::set<std::string> known_in_setup_ = [] {
    std::set<std::string> names{std::begin(built_in_names), std::end(built_in_names)};
    names.emplace(sender_name);
    names.emplace(target_name);
    return names;
  }();
  std::set<std::string> known_ = known_in_setup_;
};

}  // namespace

tl::expected<Suite, files::Errors> parse_suite(std::string_view text, const std::string& name) {
  return Parser(name).parse(text);
}

tl::expected<Suite, files::Errors> load_suite(const std::filesystem::path& path) {
  const auto text = files::read_text(path, max_suite_bytes);
  if (!text) return tl::unexpected(files::Errors{text.error()});
  return parse_suite(*text, path.string());
}

}  // namespace simulator::certify

#include "fix/specification.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fix {
namespace {

constexpr std::string_view white = " \t\r\n";

struct Tag {
  enum class Kind { opening, closing, alone };
  Kind kind = Kind::opening;
  std::string_view element;
  std::optional<std::string_view> name;  // the attribute `name`, as it is written
};

// What a component or the whole of the rest holds: elements, and components that it asks for.
struct Contents {
  std::size_t elements = 0;
  std::vector<std::string> components;
  std::optional<std::size_t> size;  // with all components written out
  bool being_sized = false;
};

// Reads just enough XML to see elements within elements: stricter than XML where that is simpler.
class Scan {
 public:
  explicit Scan(std::string_view xml) : xml_(xml) {}

  core::Result<void> run() {
    while (true) {
      const std::size_t start = xml_.find('<', at_);
      if (start == std::string_view::npos) break;
      at_ = start;
      if (skipped("<!--", "-->") || skipped("<?", "?>")) continue;
      if (!wrong_.empty()) return wrong();
      if (rest().starts_with("<!")) return wrong("no document type and no CDATA is read here");
      const std::optional<Tag> tag = read_tag();
      if (!tag || !take(*tag)) return wrong();
    }
    if (!open_.empty()) return wrong("<" + std::string(open_.back()) + "> has no end");
    if (!size_of("")) return wrong();
    return {};
  }

 private:
  [[nodiscard]] std::string_view rest() const { return xml_.substr(at_); }

  core::Result<void> wrong(std::string why = "") {
    if (!why.empty()) wrong_ = std::move(why);
    const auto line = 1 + std::count(xml_.begin(), xml_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
    return core::fail("line " + std::to_string(line), wrong_);
  }

  bool skipped(std::string_view from, std::string_view to) {
    if (!rest().starts_with(from)) return false;
    const std::size_t end = xml_.find(to, at_ + from.size());
    if (end == std::string_view::npos) {
      wrong_ = "'" + std::string(from) + "' has no end";
      return false;
    }
    at_ = end + to.size();
    return true;
  }

  // The tag at `at_`; nothing when it is none, and then wrong_ says why.
  std::optional<Tag> read_tag() {
    std::size_t at = at_ + 1;
    Tag tag;
    if (at < xml_.size() && xml_[at] == '/') tag.kind = Tag::Kind::closing, ++at;
    const std::size_t name_end = std::min(xml_.find_first_of(" \t\r\n/>", at), xml_.size());
    tag.element = xml_.substr(at, name_end - at);
    at = name_end;
    while (true) {
      at = xml_.find_first_not_of(white, at);
      if (at == std::string_view::npos) break;
      const bool alone = xml_[at] == '/';
      if (xml_[at] == '>' || (alone && xml_.substr(at, 2) == "/>")) {
        if (alone) tag.kind = Tag::Kind::alone;
        at_ = at + (alone ? 2 : 1);
        return tag;
      }
      const std::size_t equals = xml_.find_first_of("=<>", at);
      const std::size_t quote = equals == std::string_view::npos ? equals : xml_.find_first_not_of(white, equals + 1);
      if (quote == std::string_view::npos || xml_[equals] != '=' || (xml_[quote] != '"' && xml_[quote] != '\'')) break;
      const std::size_t end = xml_.find(xml_[quote], quote + 1);
      if (end == std::string_view::npos) break;
      const std::string_view attribute = xml_.substr(at, equals - at);
      if (!tag.name && attribute.substr(0, attribute.find_last_not_of(white) + 1) == "name") {
        tag.name = xml_.substr(quote + 1, end - quote - 1);
      }
      at = end + 1;
    }
    wrong_ = "a tag is not whole";
    return std::nullopt;
  }

  // False when it is wrong where it stands.
  bool take(const Tag& tag) {
    if (tag.name && tag.name->find_first_of("'\"&<\t\r\n") != std::string_view::npos) {
      wrong_ = "a name may have no quotes, no & and no line ends";
      return false;
    }
    if (tag.element == "component" && tag.kind != Tag::Kind::closing && tag.name.value_or("").empty()) {
      wrong_ = "a component has no name";
      return false;
    }
    if (tag.kind == Tag::Kind::closing) {
      if (open_.empty() || open_.back() != tag.element) {
        wrong_ = "</" + std::string(tag.element) + "> closes nothing";
        return false;
      }
      open_.pop_back();
      return true;
    }
    count(tag);
    if (tag.kind == Tag::Kind::alone) return true;
    open_.push_back(tag.element);
    if (open_.size() <= max_specification_depth) return true;
    wrong_ = "elements stand more than " + std::to_string(max_specification_depth) + " deep";
    return false;
  }

  void count(const Tag& tag) {
    const bool definition = tag.element == "component" && open_.size() == 2 && open_[1] == "components";
    if (definition) current_ = *tag.name;
    const bool inside = open_.size() > 2 && open_[1] == "components";
    Contents& contents = contents_[inside || definition ? current_ : ""];
    ++contents.elements;
    if (tag.element == "component" && !definition) contents.components.emplace_back(*tag.name);
  }

  // Nothing when it holds itself, or too much.
  std::optional<std::size_t> size_of(const std::string& component) {
    Contents& contents = contents_[component];
    if (contents.size) return contents.size;
    if (contents.being_sized) {
      wrong_ = "component '" + component + "' holds itself";
      return std::nullopt;
    }
    if (++depth_ > max_specification_depth) {
      wrong_ = "components hold each other more than " + std::to_string(max_specification_depth) + " deep";
      return std::nullopt;
    }
    contents.being_sized = true;
    std::size_t size = contents.elements;
    for (const std::string& each : contents.components) {
      const std::optional<std::size_t> more = size_of(each);
      if (!more) return std::nullopt;
      size += *more;
      if (size > max_specification_size) {
        wrong_ =
            "with all components written out it has more than " + std::to_string(max_specification_size) + " elements";
        return std::nullopt;
      }
    }
    contents.being_sized = false;
    --depth_;
    contents.size = size;
    return size;
  }

  std::string_view xml_;
  std::size_t at_ = 0;
  std::string wrong_;
  std::vector<std::string_view> open_;
  std::string current_;                       // the component whose definition is read
  std::map<std::string, Contents> contents_;  // by component; "": all that is in none
  std::size_t depth_ = 0;
};

}  // namespace

core::Result<void> check_specification(std::string_view xml) {
  if (xml.size() > max_specification_bytes) {
    return core::fail("", "is longer than " + std::to_string(max_specification_bytes) + " bytes");
  }
  if (xml.find('\0') != std::string_view::npos) return core::fail("", "is no text: it has zero bytes");
  return Scan(xml).run();
}

}  // namespace fix

#include "simulator/certify/decoded.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "files/text.hpp"
#include "fix/built_in.hpp"
#include "fix/wire_text.hpp"
#include "simulator/certify/frame.hpp"

namespace simulator::certify {

namespace {

constexpr std::size_t max_dictionary_bytes = 8U << 20U;

// name="OrderQty" of a tag such as <field number="38" name="OrderQty" type="QTY"/>.
std::string attribute(std::string_view tag, std::string_view name) {
  for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    std::size_t quote = at + name.size();
    if (quote + 1 >= tag.size() || tag[quote] != '=' ||
        std::string_view(" \t\r\n").find(tag[at - 1]) == std::string_view::npos)
      continue;
    ++quote;
    const std::size_t end = tag.find(tag[quote], quote + 1);
    if ((tag[quote] == '"' || tag[quote] == '\'') && end != std::string_view::npos) {
      return std::string(tag.substr(quote + 1, end - quote - 1));
    }
  }
  return {};
}

bool is_element(std::string_view tag, std::string_view element) {
  return tag.starts_with(element) && tag.size() > element.size() &&
         std::string_view(" \t\r\n").find(tag[element.size()]) != std::string_view::npos;
}

int number_in(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

using Meanings = std::map<int, std::map<std::string, std::string>>;

// FIX 4.4, volumes 2 and 4. Our own dictionary, fix-specs/FIX44.xml, says nothing of values.
Meanings meanings_in_orders() {
  static const std::map<std::string, std::string> of_status = {
      {"0", "NEW"},         {"1", "PARTIALLY FILLED"}, {"2", "FILLED"},  {"3", "DONE FOR DAY"},   {"4", "CANCELED"},
      {"5", "REPLACED"},    {"6", "PENDING CANCEL"},   {"7", "STOPPED"}, {"8", "REJECTED"},       {"9", "SUSPENDED"},
      {"A", "PENDING NEW"}, {"B", "CALCULATED"},       {"C", "EXPIRED"}, {"E", "PENDING REPLACE"}};
  std::map<std::string, std::string> of_exec_type = of_status;
  of_exec_type.erase("1");
  of_exec_type.erase("2");
  for (const auto& [code, meaning] : {std::pair{"D", "RESTATED"},
                                      {"F", "TRADE"},
                                      {"G", "TRADE CORRECT"},
                                      {"H", "TRADE CANCEL"},
                                      {"I", "ORDER STATUS"}}) {
    of_exec_type[code] = meaning;
  }
  return {
      {39, of_status},
      {40, {{"1", "MARKET"}, {"2", "LIMIT"}, {"3", "STOP"}, {"4", "STOP LIMIT"}}},
      {54, {{"1", "BUY"}, {"2", "SELL"}, {"5", "SELL SHORT"}}},
      {59, {{"0", "DAY"}, {"1", "GTC"}, {"2", "OPG"}, {"3", "IOC"}, {"4", "FOK"}, {"6", "GTD"}, {"7", "AT THE CLOSE"}}},
      {150, of_exec_type}};
}

Meanings meanings_in_rejects() {
  return {
      {102, {{"0", "TOO LATE"}, {"1", "UNKNOWN ORDER"}, {"2", "BROKER"}, {"3", "PENDING ALREADY"}, {"6", "DUPLICATE"}}},
      {103,
       {{"0", "BROKER"},
        {"1", "UNKNOWN SYMBOL"},
        {"2", "EXCHANGE CLOSED"},
        {"3", "EXCEEDS LIMIT"},
        {"4", "TOO LATE"},
        {"5", "UNKNOWN ORDER"},
        {"6", "DUPLICATE"},
        {"13", "QUANTITY"},
        {"99", "OTHER"}}},
      {373,
       {{"0", "INVALID TAG"},
        {"1", "REQUIRED TAG MISSING"},
        {"2", "TAG NOT DEFINED FOR THIS MESSAGE"},
        {"4", "TAG WITHOUT A VALUE"},
        {"5", "VALUE IS INCORRECT"},
        {"6", "INCORRECT DATA FORMAT"},
        {"9", "COMPID PROBLEM"},
        {"10", "SENDINGTIME PROBLEM"},
        {"11", "INVALID MSGTYPE"}}},
      {380,
       {{"0", "OTHER"},
        {"1", "UNKNOWN ID"},
        {"2", "UNKNOWN SECURITY"},
        {"3", "UNSUPPORTED MESSAGE TYPE"},
        {"4", "APPLICATION NOT AVAILABLE"},
        {"5", "REQUIRED FIELD MISSING"}}},
      {434, {{"1", "CANCEL"}, {"2", "CANCEL/REPLACE"}}}};
}

}  // namespace

Names::Names() : meanings_(meanings_in_orders()) { meanings_.merge(meanings_in_rejects()); }

core::Result<Names> Names::parse(std::string_view xml, const std::string& file) {
  Names names;
  int field = 0;  // whose <value>s come
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return core::fail(file, "is no data dictionary: its last tag has no end");
    const std::string_view tag = xml.substr(at + 1, end - at - 1);
    if (is_element(tag, "message")) names.messages_[attribute(tag, "msgtype")] = attribute(tag, "name");
    if (is_element(tag, "field")) {
      const int number = number_in(attribute(tag, "number"));
      if (number == 0) continue;  // a field within a message
      field = number;
      names.fields_[field] = attribute(tag, "name");
    }
    if (is_element(tag, "value")) names.meanings_[field][attribute(tag, "enum")] = attribute(tag, "description");
  }
  if (names.fields_.empty()) {
    return core::fail(
        file, "is no data dictionary: it has no line such as <field number=\"38\" name=\"OrderQty\" type=\"QTY\"/>");
  }
  return names;
}

core::Result<Names> Names::load(const std::string& path) {
  const auto xml = files::read_text(path, max_dictionary_bytes);
  if (!xml) return tl::unexpected(xml.error());
  return parse(*xml, path);
}

Names Names::built_in() { return parse(fix::built_in_dictionary("FIX.4.4"), "FIX.4.4").value_or(Names()); }

std::string Names::field(int tag) const {
  const auto found = fields_.find(tag);
  if (found == fields_.end()) return std::to_string(tag);
  return found->second + "(" + std::to_string(tag) + ")";
}

std::string Names::message(const std::string& type) const {
  const auto found = messages_.find(type);
  return found == messages_.end() ? type : found->second + "(" + type + ")";
}

std::string Names::meaning(int tag, const std::string& value) const {
  const auto found = meanings_.find(tag);
  if (found == meanings_.end()) return {};
  const auto meaning = found->second.find(value);
  return meaning == found->second.end() ? std::string() : meaning->second;
}

std::vector<DecodedField> Names::decoded(std::string_view frame) const {
  std::vector<DecodedField> all;
  for (const Field& each : fields_of(fix::blank_passwords(frame))) {
    const auto known = fields_.find(each.tag);
    const std::string meaning_of_type =
        each.tag == 35 && messages_.contains(each.value) ? messages_.at(each.value) : "";
    all.push_back({each.tag, known == fields_.end() ? "" : known->second, each.value,
                   each.tag == 35 ? meaning_of_type : meaning(each.tag, each.value)});
  }
  return all;
}

std::string Names::line(std::string_view frame) const {
  const Fields fields = fields_of(fix::blank_passwords(frame));
  std::string text = message(value_of(fields, 35)) + " " + value_of(fields, 34);
  std::string before = ": ";
  for (const Field& each : fields) {
    const bool is_usual = each.tag == 8 || each.tag == 9 || each.tag == 10 || each.tag == 34 || each.tag == 35 ||
                          each.tag == 49 || each.tag == 52 || each.tag == 56;
    if (is_usual) continue;
    const std::string meaning_of_value = meaning(each.tag, each.value);
    text += std::exchange(before, ", ");
    if (each.tag != 0) text += field(each.tag) + " ";
    text += files::cleaned(each.value) + (meaning_of_value.empty() ? "" : " " + meaning_of_value);
  }
  return text;
}

}  // namespace simulator::certify

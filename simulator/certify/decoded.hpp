#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

// What people call the fields, messages and values of FIX.
namespace simulator::certify {

struct DecodedField {
  int tag = 0;
  std::string name;  // empty: not known
  std::string value;
  std::string meaning;  // of the value, such as BUY; empty: none, or not known
};

class Names {
 public:
  Names();  // those of values that every order has to do with, and no more

  // Those of a data dictionary in QuickFIX's format besides. Errors: it names no field, it cannot be read.
  [[nodiscard]] static core::Result<Names> parse(std::string_view xml, const std::string& file);
  [[nodiscard]] static core::Result<Names> load(const std::string& path);
  [[nodiscard]] static Names built_in();  // those of our own dictionary of FIX 4.4

  [[nodiscard]] std::string field(int tag) const;                    // "OrderQty(38)", "38"
  [[nodiscard]] std::string message(const std::string& type) const;  // "NewOrderSingle(D)", "D"
  [[nodiscard]] std::string meaning(int tag, const std::string& value) const;

  // Passwords are blanked.
  [[nodiscard]] std::vector<DecodedField> decoded(std::string_view frame) const;
  // "NewOrderSingle(D) 7: ClOrdID(11) A1, Side(54) 1 BUY": the type, the number, the fields of the body.
  [[nodiscard]] std::string line(std::string_view frame) const;

 private:
  std::map<int, std::string> fields_;
  std::map<std::string, std::string> messages_;
  std::map<int, std::map<std::string, std::string>> meanings_;
};

}  // namespace simulator::certify

#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace core {

// A name of something. Different tags do not mix, so an account is never looked up as a model.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

using AccountId = Id<struct AccountTag>;
using ModelCode = Id<struct ModelTag>;
using Symbol = Id<struct SymbolTag>;
using OrderId = Id<struct OrderTag>;        // ours; the ClOrdID(11) of the new order is the same text
using ExecId = Id<struct ExecTag>;          // the broker's ExecID(17)
using SessionName = Id<struct SessionTag>;  // the desk's name of a FIX session, such as SIM

}  // namespace core

template <class Tag>
struct std::hash<core::Id<Tag>> {
  std::size_t operator()(const core::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.text()); }
};

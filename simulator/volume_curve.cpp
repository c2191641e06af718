#include "simulator/volume_curve.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace simulator {

namespace {

// The volume of the day until `t`, exactly, in units of no meaning.
core::Int128 volume_until(core::Time t, const std::vector<std::int64_t>& curve, const fix::Window& day) {
  const auto parts = static_cast<std::int64_t>(curve.size());
  const core::Int128 part_length = (day.end - day.start).count();
  core::Int128 left = core::Int128{(t - day.start).count()} * parts;
  core::Int128 volume = 0;
  for (const std::int64_t weight : curve) {
    const core::Int128 inside = std::clamp<core::Int128>(left, 0, part_length);
    volume += inside * weight;
    left -= inside;
  }
  return volume;
}

}  // namespace

core::Quantity due_by(core::Time now, core::Quantity quantity, core::Quantity lot, const fix::Window& span,
                      const std::vector<std::int64_t>& curve, const fix::Window& day) {
  CHECK(day.start <= span.start && span.start < span.end && span.end <= day.end);
  if (now >= span.end) return quantity;
  if (now <= span.start) return {};
  const core::Int128 before = volume_until(span.start, curve, day);
  const core::Int128 all = volume_until(span.end, curve, day) - before;
  const core::Int128 lots = (volume_until(now, curve, day) - before) * (quantity.raw / lot.raw) / all;
  return {static_cast<std::int64_t>(lots) * lot.raw};
}

}  // namespace simulator

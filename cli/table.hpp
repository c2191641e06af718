#pragma once

#include <string>
#include <vector>

namespace cli {

// What the text is printed on.
struct Screen {
  int width = 0;  // characters; 0: as wide as it takes (a pipe or a file)
  bool colour = false;
};

// Only ever beside the word that it stands for.
enum class Tone { plain, good, bad, waiting, faint };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

struct Column {
  std::string title;
  bool number = false;  // right-aligned and never cut
  int least = 0;        // the narrowest it is shown, so that tables printed in pieces line up
  bool spare = false;   // may be left out when the screen is narrow; the last such column goes first
};

// Numbers to the right, texts to the left, two spaces between. When the screen is too narrow, texts are cut with an
// ellipsis, then spare columns are left out. Ends with a line feed; empty without rows and header.
// REQUIRES: each row has as many cells as there are columns.
[[nodiscard]] std::string render(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
                                 const Screen& screen, bool header = true);

// Characters that the text takes on a screen: code points, which is right for what instruments and accounts are called.
[[nodiscard]] int width_of(const std::string& text);

}  // namespace cli

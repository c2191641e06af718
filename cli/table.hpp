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
  bool number = false;  // right-aligned
  bool remark = false;  // free text, the only kind that is cut: half an id, a state or a time names nothing
  int least = 0;        // the narrowest it is shown, so that tables printed in pieces line up
  int spare =
      0;  // 0: always shown; of the others the highest goes first when the screen is narrow, the last among equals
};

// Numbers to the right, texts to the left, two spaces between. When the screen is too narrow, remarks are cut with an
// ellipsis, then spare columns are left out, and a line below a table with a header says which; what then is still too
// wide is left for the screen to wrap. Ends with a line feed; empty without rows and header.
// REQUIRES: each row has as many cells as there are columns.
[[nodiscard]] std::string render(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
                                 const Screen& screen, bool header = true);

// Characters that the text takes on a screen: code points, which is right for what instruments and accounts are called.
[[nodiscard]] int width_of(const std::string& text);

}  // namespace cli

// What Swift needs of ncursesw: its macros and variadic functions do not import, and its state belongs to one thread.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One cell: a Unicode scalar of width one; colours are palette entries, -1 for the terminal's own.
struct terminal_cell {
  uint32_t glyph;
  int16_t foreground;
  int16_t background;
  bool bold;
};

// Keys beyond characters.
enum terminal_key {
  TERMINAL_KEY_LEFT = 1,
  TERMINAL_KEY_RIGHT,
  TERMINAL_KEY_UP,
  TERMINAL_KEY_DOWN,
  TERMINAL_KEY_SHIFT_LEFT,
  TERMINAL_KEY_SHIFT_RIGHT,
  TERMINAL_KEY_SHIFT_UP,
  TERMINAL_KEY_SHIFT_DOWN,
  TERMINAL_KEY_PAGE_UP,
  TERMINAL_KEY_PAGE_DOWN,
  TERMINAL_KEY_HOME,
  TERMINAL_KEY_END,
  TERMINAL_KEY_ENTER,
  TERMINAL_KEY_BACKSPACE,
};

enum terminal_input { TERMINAL_INPUT_NONE, TERMINAL_INPUT_CHARACTER, TERMINAL_INPUT_KEY, TERMINAL_INPUT_MOUSE };

// What a mouse did: `code` is this in its highest 8 bits, then 12 bits of row and 12 of column.
enum terminal_mouse { TERMINAL_MOUSE_NOTHING, TERMINAL_MOUSE_PRESS, TERMINAL_MOUSE_WHEEL_UP, TERMINAL_MOUSE_WHEEL_DOWN };

enum terminal_opening { TERMINAL_OPEN, TERMINAL_UNKNOWN, TERMINAL_WITHOUT_CURSOR };

// Opens the screen on two descriptors, which stay the caller's; `type` NULL reads $TERM. Without `use_colors` no colour
// is ever written.
enum terminal_opening terminal_open(int input, int output, const char *type, bool use_colors);
// Gives the terminal back as it was.
void terminal_close(void);
// Whether the locale's characters are UTF-8.
bool terminal_has_utf8(void);
// Colours that can be shown, 0 without.
int terminal_colors(void);
// Whether the terminal's description says that it knows colours by red, green and blue.
bool terminal_has_direct_colors(void);
// Takes the mouse's events, or leaves them to the terminal.
void terminal_use_mouse(bool is_used);
// Writes bytes past ncurses, after a flush; they must leave cursor and style as they were.
void terminal_write(const uint8_t *bytes, size_t count);
// The size that ncurses works with.
void terminal_size(int *columns, int *rows);
// Takes over the size that the kernel tells; true if it changed.
bool terminal_update_size(void);
// Puts cells on a row from a column on; what lies beyond the edge is dropped.
void terminal_put(int row, int column, const struct terminal_cell *cells, int count);
// Writes what has changed since the last time.
void terminal_flush(void);
// Makes the next flush write everything.
void terminal_repaint(void);
// Gives the terminal back and takes it again with everything to be written anew; `stop` stops the process in between.
void terminal_leave_and_return(bool stop);
// One key, without waiting: `code` becomes a scalar or a `terminal_key`; a key that has no meaning here becomes key 0.
enum terminal_input terminal_read(uint32_t *code);

// Signals. Those that ask for something (HUP, INT, TERM, QUIT, TSTP, CONT, WINCH) write their number into `pipe`; one
// that ends the program ends it at once when it comes a second time before the first was obeyed, and when it is not
// obeyed within two seconds. Those that tell of a crash, and those that end a program that does not expect them, restore
// the terminal and go on to whatever handled them before.
void terminal_guard_install(int pipe, int output);
void terminal_guard_remove(void);
// Ends the process by a signal, so that its exit status is the signal's.
_Noreturn void terminal_die_by(int signal);

#endif

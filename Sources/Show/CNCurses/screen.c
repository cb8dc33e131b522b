#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#include "CNCurses.h"
#include "guard.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { MOST_COLUMNS = 1000, MOST_ROWS = 500, RUN = 256 };

// ncurses loses a press whose release comes with it, so the mouse's reports (xterm's SGR form, which every terminal of
// today sends when asked) are read here: their prefix is a key of ours, what follows are characters.
enum { MOUSE_PREFIX = KEY_MAX - 1, MOUSE_MILLISECONDS = 50 };

static SCREEN *screen;
static FILE *files[2];
// Keys are read from a pad of their own: reading from the screen's window would refresh it.
static WINDOW *keys;
static int output_descriptor = -1;
static bool colors_in_use;
static bool mouse_in_use;
// Pairs by foreground + 1 and background + 1; 0 is not yet made.
static short pairs[257][257];

static void use_kernel_size(int *columns, int *rows) {
  struct winsize size;
  *columns = COLS;
  *rows = LINES;
  if (ioctl(output_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    *columns = size.ws_col;
    *rows = size.ws_row;
  }
  if (*columns > MOST_COLUMNS) *columns = MOST_COLUMNS;
  if (*rows > MOST_ROWS) *rows = MOST_ROWS;
}

static void set_modes(void) {
  cbreak();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  curs_set(0);
  leaveok(stdscr, TRUE);
  if (keys == NULL) keys = newpad(1, 1);
  keypad(keys, TRUE);
  nodelay(keys, TRUE);
}

static void close_files(void) {
  for (int i = 0; i < 2; i++) {
    if (files[i] != NULL) fclose(files[i]);
    files[i] = NULL;
  }
}

enum terminal_opening terminal_open(int input, int output, const char *type, bool use_colors) {
  setlocale(LC_CTYPE, "");
  // The kernel knows the size; COLUMNS and LINES may say anything.
  use_env(FALSE);
  use_tioctl(FALSE);
  enum terminal_opening description = guard_look_up(type, output);
  if (description != TERMINAL_OPEN) return description;
  // ncurses refuses a terminal whose description has no size, as the Linux console's, unless it may ask the kernel.
  use_tioctl(tigetnum((char *)"lines") <= 0 || tigetnum((char *)"cols") <= 0);
  struct termios modes;
  bool has_modes = tcgetattr(output, &modes) == 0;
  int descriptors[2] = {dup(input), dup(output)};
  files[0] = fdopen(descriptors[0], "r");
  files[1] = fdopen(descriptors[1], "w");
  if (files[0] != NULL && files[1] != NULL) screen = newterm(type, files[1], files[0]);
  if (screen == NULL) {
    close_files();
    return TERMINAL_UNKNOWN;
  }
  set_term(screen);
  output_descriptor = output;
  memset(pairs, 0, sizeof pairs);
  colors_in_use = false;
  if (getenv("ESCDELAY") == NULL) set_escdelay(25);
  if (use_colors && has_colors()) {
    start_color();
    use_default_colors();
    colors_in_use = true;
  }
  set_modes();
  guard_prepare(output, fileno(files[1]), has_modes ? &modes : NULL);
  guard_set_active(true);
  terminal_update_size();
  clearok(curscr, TRUE);
  return TERMINAL_OPEN;
}

void terminal_close(void) {
  if (screen == NULL) return;
  if (mouse_in_use) terminal_use_mouse(false);
  endwin();
  guard_set_active(false);
  delwin(keys);
  keys = NULL;
  delscreen(screen);
  screen = NULL;
  close_files();
}

bool terminal_has_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

int terminal_colors(void) { return colors_in_use ? COLORS : 0; }

bool terminal_has_direct_colors(void) {
  return tigetflag((char *)"RGB") > 0 || tigetflag((char *)"Tc") > 0;
}

static void ask_for_mouse(bool is_used) {
  const char *text = is_used ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l";
  terminal_write((const uint8_t *)text, strlen(text));
}

void terminal_use_mouse(bool is_used) {
  if (is_used != mouse_in_use) ask_for_mouse(is_used);
  mouse_in_use = is_used;
  define_key("\033[<", is_used ? MOUSE_PREFIX : 0);
  guard_set_mouse(is_used);
}

void terminal_write(const uint8_t *bytes, size_t count) {
  if (screen == NULL) return;
  fwrite(bytes, 1, count, files[1]);
  fflush(files[1]);
}

void terminal_size(int *columns, int *rows) {
  *columns = COLS;
  *rows = LINES;
}

bool terminal_update_size(void) {
  int columns, rows;
  use_kernel_size(&columns, &rows);
  if (columns == COLS && rows == LINES) return false;
  resizeterm(rows, columns);
  return true;
}

static short pair_of(int foreground, int background) {
  if (!colors_in_use || (foreground < 0 && background < 0)) return 0;
  if (foreground > 255 || background > 255) return 0;
  short *pair = &pairs[foreground + 1][background + 1];
  if (*pair == 0) {
    int made = alloc_pair(foreground, background);
    *pair = made > 0 && made <= 32767 ? (short)made : 0;
  }
  return *pair;
}

void terminal_put(int row, int column, const struct terminal_cell *cells, int count) {
  cchar_t run[RUN];
  if (row < 0 || row >= LINES || column < 0) return;
  if (count > COLS - column) count = COLS - column;
  for (int start = 0; start < count; start += RUN) {
    int length = count - start < RUN ? count - start : RUN;
    for (int i = 0; i < length; i++) {
      const struct terminal_cell *cell = &cells[start + i];
      wchar_t glyph[2] = {(wchar_t)cell->glyph, 0};
      short pair = pair_of(cell->foreground, cell->background);
      setcchar(&run[i], glyph, cell->bold ? A_BOLD : A_NORMAL, pair, NULL);
    }
    mvwadd_wchnstr(stdscr, row, column + start, run, length);
  }
}

void terminal_flush(void) {
  wnoutrefresh(stdscr);
  doupdate();
}

void terminal_repaint(void) { clearok(curscr, TRUE); }

void terminal_leave_and_return(bool stop) {
  if (mouse_in_use) ask_for_mouse(false);
  endwin();
  guard_set_active(false);
  if (stop) guard_stop_process();
  guard_set_active(true);
  reset_prog_mode();
  set_modes();
  if (mouse_in_use) ask_for_mouse(true);
  terminal_update_size();
  clearok(curscr, TRUE);
}

static uint32_t key_of(wint_t code) {
  switch (code) {
  case KEY_LEFT: return TERMINAL_KEY_LEFT;
  case KEY_RIGHT: return TERMINAL_KEY_RIGHT;
  case KEY_UP: return TERMINAL_KEY_UP;
  case KEY_DOWN: return TERMINAL_KEY_DOWN;
  case KEY_SLEFT: return TERMINAL_KEY_SHIFT_LEFT;
  case KEY_SRIGHT: return TERMINAL_KEY_SHIFT_RIGHT;
  case KEY_SR: return TERMINAL_KEY_SHIFT_UP;
  case KEY_SF: return TERMINAL_KEY_SHIFT_DOWN;
  case KEY_PPAGE: return TERMINAL_KEY_PAGE_UP;
  case KEY_NPAGE: return TERMINAL_KEY_PAGE_DOWN;
  case KEY_HOME: return TERMINAL_KEY_HOME;
  case KEY_END: return TERMINAL_KEY_END;
  case KEY_ENTER: return TERMINAL_KEY_ENTER;
  case KEY_BACKSPACE: return TERMINAL_KEY_BACKSPACE;
  default: return 0;
  }
}

// The rest of a report, `BUTTON;COLUMN;ROWM` for a press, with an `m` for a release; 0 for what means nothing.
static uint32_t read_mouse(void) {
  uint32_t numbers[3] = {0, 0, 0};
  int field = 0;
  wint_t read = 0;
  wtimeout(keys, MOUSE_MILLISECONDS);
  while (wget_wch(keys, &read) == OK && ((read >= '0' && read <= '9') || read == ';')) {
    if (read == ';') field++;
    if (field > 2 || numbers[field] > 9999) break;
    if (read != ';') numbers[field] = numbers[field] * 10 + (uint32_t)(read - '0');
  }
  nodelay(keys, TRUE);
  if (read != 'M' || field != 2 || numbers[1] == 0 || numbers[2] == 0) return 0;
  uint32_t kind = numbers[0] == 0    ? TERMINAL_MOUSE_PRESS
                  : numbers[0] == 64 ? TERMINAL_MOUSE_WHEEL_UP
                  : numbers[0] == 65 ? TERMINAL_MOUSE_WHEEL_DOWN
                                     : TERMINAL_MOUSE_NOTHING;
  return kind << 24 | ((numbers[2] - 1) & 0xFFF) << 12 | ((numbers[1] - 1) & 0xFFF);
}

enum terminal_input terminal_read(uint32_t *code) {
  wint_t read = 0;
  int kind = wget_wch(keys, &read);
  if (kind == ERR) return TERMINAL_INPUT_NONE;
  if (kind == KEY_CODE_YES && read == MOUSE_PREFIX) {
    *code = read_mouse();
    return TERMINAL_INPUT_MOUSE;
  }
  if (kind == KEY_CODE_YES) {
    *code = key_of(read);
    return TERMINAL_INPUT_KEY;
  }
  *code = read;
  return TERMINAL_INPUT_CHARACTER;
}

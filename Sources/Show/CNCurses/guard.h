// Between the screen and the signal guard.
#ifndef GUARD_H
#define GUARD_H

#include "CNCurses.h"

#include <stdbool.h>

struct termios;

// Whether this system describes a terminal type (NULL: $TERM) whose cursor can be moved.
enum terminal_opening guard_look_up(const char *type, int output);
// Remembers what gives the terminal back: the modes from before, and the sequences of the terminal's description, which
// must be loaded. `descriptor` is the one that the screen is drawn through, a duplicate of `output`.
void guard_prepare(int output, int descriptor, const struct termios *modes);
// Whether the screen is up, so that the terminal is to be restored on a crash.
void guard_set_active(bool active);
// Whether the terminal sends the mouse's events, which must end with the screen.
void guard_set_mouse(bool is_used);
// Stops the process as SIGTSTP does by default; returns when it goes on.
void guard_stop_process(void);

#endif

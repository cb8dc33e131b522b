// Between the screen and the signal guard.
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>

// Remembers what gives the terminal back: its modes now, and the sequences of the terminal's description. Call after the description is
// loaded; `modes` are the ones from before.
struct termios;
void guard_prepare(int output, const struct termios *modes);
// Whether the screen is up, so that the terminal is to be restored on a crash.
void guard_set_active(bool active);
// The default action of SIGTSTP, and the guard's again.
void guard_stop_process(void);

#endif

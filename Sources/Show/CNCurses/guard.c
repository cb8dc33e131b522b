#define _GNU_SOURCE
#include "guard.h"
#include "CNCurses.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};
// What ends a program that does not expect it.
static const int stray[] = {SIGALRM, SIGPIPE, SIGUSR1,   SIGUSR2, SIGXCPU,   SIGXFSZ,
                            SIGPROF, SIGPOLL, SIGVTALRM, SIGPWR,  SIGSTKFLT};
static const int ending[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT};
static const int passing[] = {SIGTSTP, SIGCONT, SIGWINCH};
// Seconds that the program has to obey a signal: it may wait for a terminal that takes no output.
enum { GRACE = 2 };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct sigaction earlier[NSIG];
static bool installed;
static volatile sig_atomic_t active;
static volatile sig_atomic_t mouse_used;
static volatile sig_atomic_t asked_to_end;
static int pipe_end = -1;
static int tty = -1;
static int screen_descriptor = -1;
static struct termios modes_before;
static bool has_modes;
static char reset[256];
static size_t reset_length;

// Appends a capability without its padding marks `$<..>`.
static void append(const char *capability) {
  char *name = (char *)capability;
  const char *text = tigetstr(name);
  if (text == NULL || text == (const char *)-1) return;
  while (*text != 0 && reset_length + 1 < sizeof reset) {
    if (text[0] == '$' && text[1] == '<') {
      const char *end = strchr(text, '>');
      if (end == NULL) return;
      text = end + 1;
      continue;
    }
    reset[reset_length++] = *text++;
  }
}

enum terminal_opening guard_look_up(const char *type, int output) {
  int found = 0;
  if (setupterm((char *)type, output, &found) != OK) return TERMINAL_UNKNOWN;
  const char *motion = tigetstr((char *)"cup");
  return motion == NULL || motion == (const char *)-1 ? TERMINAL_WITHOUT_CURSOR : TERMINAL_OPEN;
}

void guard_prepare(int output, int descriptor, const struct termios *modes) {
  tty = output;
  screen_descriptor = descriptor;
  has_modes = modes != NULL;
  if (modes != NULL) modes_before = *modes;
  reset_length = 0;
  append("sgr0");
  append("op");
  append("rmkx");
  append("cnorm");
  append("rmcup");
}

void guard_set_active(bool is_active) { active = is_active; }

void guard_set_mouse(bool is_used) { mouse_used = is_used; }

// Only what a signal handler may call. A terminal that takes no output must not keep the program.
static void restore(void) {
  if (!active) return;
  active = 0;
  // Output that Ctrl-S stopped goes on.
  tcflow(tty, TCOOFF);
  tcflow(tty, TCOON);
  int flags = fcntl(tty, F_GETFL);
  fcntl(tty, F_SETFL, flags | O_NONBLOCK);
  static const char no_mouse[] = "\033[?1006l\033[?1000l";
  ssize_t written = mouse_used ? write(tty, no_mouse, sizeof no_mouse - 1) : 0;
  written = write(tty, reset, reset_length);
  (void)written;
  fcntl(tty, F_SETFL, flags);
  if (has_modes) tcsetattr(tty, TCSANOW, &modes_before);
}

static void unblock(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void on_fatal(int number, siginfo_t *info, void *context) {
  (void)context;
  // Other threads run on for a moment: what they still draw must not follow what gives the terminal back.
  int nowhere = active ? open("/dev/null", O_WRONLY) : -1;
  if (nowhere >= 0) dup2(nowhere, screen_descriptor);
  restore();
  // The time to obey an earlier signal is over: that one ends the process.
  if (number == SIGALRM && asked_to_end) number = asked_to_end;
  sigaction(number, &earlier[number], NULL);
  // A fault happens again when this returns. What was sent does not: it is sent again to whatever handled it before,
  // and ends the process if that handler comes back.
  if (info != NULL && info->si_code > 0) return;
  unblock(number);
  raise(number);
  signal(number, SIG_DFL);
  raise(number);
}

static void on_request(int number) {
  int before = errno;
  for (size_t i = 0; i < COUNT(ending); i++) {
    if (ending[i] != number) continue;
    if (asked_to_end) {
      restore();
      signal(number, SIG_DFL);
      unblock(number);
      raise(number);
    }
    asked_to_end = number;
    alarm(GRACE);
  }
  unsigned char byte = (unsigned char)number;
  ssize_t written = write(pipe_end, &byte, 1);
  (void)written;
  errno = before;
}

static void install(int number, void (*request)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  if (request != NULL) {
    action.sa_handler = request;
  } else {
    action.sa_sigaction = on_fatal;
    action.sa_flags |= SA_SIGINFO | SA_ONSTACK;
  }
  sigaction(number, &action, NULL);
}

void terminal_guard_install(int pipe, int output) {
  static bool registered;
  if (!registered) atexit(restore);
  registered = true;
  pipe_end = pipe;
  tty = output;
  asked_to_end = 0;
  for (size_t i = 0; i < COUNT(fatal); i++) {
    sigaction(fatal[i], NULL, &earlier[fatal[i]]);
    install(fatal[i], NULL);
  }
  // What the caller ignores (nohup) stays ignored.
  for (size_t i = 0; i < COUNT(stray); i++) {
    sigaction(stray[i], NULL, &earlier[stray[i]]);
    if (earlier[stray[i]].sa_handler != SIG_IGN) install(stray[i], NULL);
  }
  for (size_t i = 0; i < COUNT(ending); i++) {
    sigaction(ending[i], NULL, &earlier[ending[i]]);
    if (earlier[ending[i]].sa_handler != SIG_IGN) install(ending[i], on_request);
  }
  for (size_t i = 0; i < COUNT(passing); i++) {
    sigaction(passing[i], NULL, &earlier[passing[i]]);
    install(passing[i], on_request);
  }
  installed = true;
}

void terminal_guard_remove(void) {
  if (!installed) return;
  installed = false;
  alarm(0);
  for (size_t i = 0; i < COUNT(fatal); i++) sigaction(fatal[i], &earlier[fatal[i]], NULL);
  for (size_t i = 0; i < COUNT(stray); i++) sigaction(stray[i], &earlier[stray[i]], NULL);
  for (size_t i = 0; i < COUNT(ending); i++) sigaction(ending[i], &earlier[ending[i]], NULL);
  for (size_t i = 0; i < COUNT(passing); i++) sigaction(passing[i], &earlier[passing[i]], NULL);
}

void guard_stop_process(void) {
  signal(SIGTSTP, SIG_DFL);
  unblock(SIGTSTP);
  raise(SIGTSTP);
  install(SIGTSTP, on_request);
}

_Noreturn void terminal_die_by(int number) {
  signal(number, SIG_DFL);
  unblock(number);
  raise(number);
  _exit(128 + number);
}

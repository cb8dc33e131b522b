#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

int files_exchange(const char *one, const char *other) {
#if defined(__APPLE__)
  return renamex_np(one, other, RENAME_SWAP);
#elif defined(RENAME_EXCHANGE)
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
#else
  (void)one;
  (void)other;
  errno = ENOSYS;
  return -1;
#endif
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { signal_count = sizeof signals / sizeof signals[0] };
static struct sigaction former[signal_count];
static volatile sig_atomic_t held;

static void hold(int number) { held = number; }

void files_hold_signals(void) {
  struct sigaction action = {0};
  action.sa_handler = hold;
  held = 0;
  for (int index = 0; index < signal_count; index++) {
    sigaction(signals[index], &action, &former[index]);
    if (former[index].sa_handler == SIG_IGN) sigaction(signals[index], &former[index], NULL);
  }
}

int files_held_signal(void) { return held; }

void files_release_signals(void) {
  for (int index = 0; index < signal_count; index++) sigaction(signals[index], &former[index], NULL);
  if (held != 0) raise(held);
  held = 0;
}

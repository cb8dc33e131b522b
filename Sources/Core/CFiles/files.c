#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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

int files_rename_new(const char *from, const char *to) {
#if defined(__APPLE__)
  return renamex_np(from, to, RENAME_EXCL);
#else
#if defined(RENAME_NOREPLACE)
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  // Some file systems and kernels do not know the flag.
  if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
  struct stat status;
  if (lstat(to, &status) == 0) {
    errno = EEXIST;
    return -1;
  }
  return rename(from, to);
#endif
}

int files_synchronize(const char *folder) {
#if defined(__linux__)
  int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  int status = syncfs(descriptor);
  int reason = errno;
  close(descriptor);
  errno = reason;
  return status;
#else
  (void)folder;
  sync();
  return 0;
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
  int number = held;
  held = 0;
  if (number == 0) return;
  // Threads of a queue block signals: one that is raised there would wait for ever. Any other thread may take it.
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, NULL, &blocked);
  if (sigismember(&blocked, number)) {
    kill(getpid(), number);
  } else {
    raise(number);
  }
}

static volatile sig_atomic_t noted;

static void note(int number) { noted = number; }

void files_note_end_signals(void) {
  static const int kinds[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
  struct sigaction action = {0};
  action.sa_handler = note;
  // System calls that a signal meets go on.
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  for (size_t index = 0; index < sizeof kinds / sizeof kinds[0]; index++) {
    struct sigaction own;
    sigaction(kinds[index], NULL, &own);
    if (own.sa_handler != SIG_IGN) sigaction(kinds[index], &action, NULL);
  }
}

int files_noted_signal(void) { return noted; }

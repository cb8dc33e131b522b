#ifndef CFILES_H
#define CFILES_H

/// Gives two paths each other's content in one step; 0, or -1 with the reason in errno.
int files_exchange(const char *one, const char *other);

/// Renames what is at `from` to a name that nothing has; 0, or -1 with the reason in errno (EEXIST where something has it).
int files_rename_new(const char *from, const char *to);

/// Brings everything on a folder's file system to the disk, one call for many files; 0, or -1 with the reason in errno.
int files_synchronize(const char *folder);

/// Holds SIGINT, SIGTERM and SIGHUP back from ending the process, those that are ignored excepted. One holder at a time.
void files_hold_signals(void);

/// The signal that was held back, 0 for none.
int files_held_signal(void);

/// Lets signals do again what they did before, the held one at once, on this thread or, where it blocks signals, on another.
void files_release_signals(void);

/// Notes SIGINT, SIGTERM, SIGHUP and SIGUSR1 instead of ending the process, those that are ignored excepted; of each kind
/// the first alone: the next one ends it.
void files_note_end_signals(void);

/// The signal that was noted last, 0 for none.
int files_noted_signal(void);

#endif

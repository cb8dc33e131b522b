#ifndef CMEMORY_H
#define CMEMORY_H

/// Keeps all threads to one heap where the address space is limited; to be called before any thread starts.
void memory_keep_to_limits(void);

#endif

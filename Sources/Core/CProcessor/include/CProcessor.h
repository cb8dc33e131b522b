#ifndef CPROCESSOR_H
#define CPROCESSOR_H

/// The x86-64 microarchitecture level that processor and operating system support: 1, 2 (reported as 1), 3 or 4;
/// 0 on other processors.
int processor_x86_64_level(void);

#endif

/* A disk that fails or is slow, for the inbox only by default: preloaded with LD_PRELOAD.

   FAILING_CALL        write, fdatasync, open (of a segment that is to be made), or fsync (of a
                       directory)
   FAILING_FROM        the first of these calls of a process that fails, counted from 1
   FAILING_EVERY       and then every so many: 0 never again, 1 for ever
   SLOW_MICROSECONDS   how much longer each fdatasync takes
   SLOW_EVERYWHERE     set: the same for every sync of every file

   Built by disks.py. Everything else of the process (its store, its sockets) is left alone. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static int ends_with(const char *path, const char *end) {
    size_t length = strlen(path), of_end = strlen(end);
    return length > of_end && !strcmp(path + length - of_end, end);
}

/* Or one that has no name yet. */
static int is_segment(const char *path) {
    return ends_with(path, ".seg") || (strstr(path, "inbox/") && ends_with(path, ".unfinished"));
}

static int is_open_segment(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_segment(path);
}

static int fails(const char *call) {
    const char *wanted = getenv("FAILING_CALL");
    if (!wanted || strcmp(wanted, call))
        return 0;
    long after = atomic_fetch_add(&calls, 1) + 1 - number("FAILING_FROM");
    long every = number("FAILING_EVERY");
    if (after < 0 || (after > 0 && (every == 0 || after % every)))
        return 0;
    errno = EIO;
    return 1;
}

ssize_t write(int fd, const void *data, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real)
        real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (is_open_segment(fd) && fails("write"))
        return -1;
    return real(fd, data, size);
}

static void slow_down(int is_of_inbox) {
    if (is_of_inbox || getenv("SLOW_EVERYWHERE"))
        usleep(number("SLOW_MICROSECONDS"));
}

int fdatasync(int fd) {
    static int (*real)(int);
    int is_of_inbox = is_open_segment(fd);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    slow_down(is_of_inbox);
    if (is_of_inbox) {
        if (fails("fdatasync"))
            return -1;
    }
    return real(fd);
}

int fsync(int fd) {
    static int (*real)(int);
    struct stat about;
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    slow_down(0);
    if (!fstat(fd, &about) && S_ISDIR(about.st_mode) && fails("fsync"))
        return -1;
    return real(fd);
}

static int opened(const char *name, const char *path, int flags, mode_t mode) {
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
    if ((flags & O_CREAT) && is_segment(path) && fails("open"))
        return -1;
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened("open64", path, flags, mode);
}

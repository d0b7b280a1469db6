/* Notes what a process syncs in one directory, so that a test can undo what it did not sync.

   LD_PRELOAD=synced.so SYNCED_WATCH=<directory> SYNCED_LOG=<file> SYNCED_KEEP=<directory>
   SYNCED_DELAY_US=<n>

   Lines of the log, in the order of the syncs, each written when its sync has succeeded and before
   its caller knows:

     file <name> <size>            a segment is durable up to this size
     directory <name> <name> …     these names are durable, and that others are gone
     parent                        the directory's own name is durable

   Segments that are deleted are kept under SYNCED_KEEP: a deletion that was not synced may be
   undone too. Each sync is made to take a while, as on a slow disk, so that a process can be killed
   while something is written but not synced.

   Segments are only appended to, so the size at the last sync says all about what is durable. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE (64 * 1024)

static int is_segment(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".seg") == 0;
}

/* The name inside the watched directory, "" for the directory itself, ".." for the one it is in,
   NULL for anything else. */
static const char *watched(const char *path)
{
    const char *directory = getenv("SYNCED_WATCH");
    size_t length = directory ? strlen(directory) : 0;
    if (!length)
        return NULL;
    if (strncmp(path, directory, length) == 0) {
        if (path[length] == 0)
            return "";
        return path[length] == '/' && is_segment(path) ? path + length + 1 : NULL;
    }
    length = (size_t)(strrchr(directory, '/') - directory);
    return strncmp(path, directory, length) == 0 && path[length] == 0 ? ".." : NULL;
}

static void note(const char *line)
{
    int fd = open(getenv("SYNCED_LOG"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, strlen(line)) != (ssize_t)strlen(line))
        abort();
    close(fd);
}

/* What may be called durable once a sync that begins now has succeeded. */
static int describe(int fd, char *line)
{
    char link[64], path[PATH_MAX];
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    const char *name = watched(path);
    if (!name || fstat(fd, &status) != 0)
        return 0;
    if (strcmp(name, "..") == 0) {
        strcpy(line, "parent\n");
        return access(getenv("SYNCED_WATCH"), F_OK) == 0;
    }
    if (*name) {
        snprintf(line, LINE, "file %s %lld\n", name, (long long)status.st_size);
        return 1;
    }
    DIR *directory = opendir(path);
    if (!directory)
        return 0;
    size_t end = (size_t)snprintf(line, LINE, "directory");
    for (struct dirent *entry; (entry = readdir(directory)) && end < LINE - NAME_MAX - 2;)
        if (is_segment(entry->d_name))
            end += (size_t)snprintf(line + end, LINE - end, " %s", entry->d_name);
    closedir(directory);
    strcpy(line + end, "\n");
    return 1;
}

static int sync_and_note(const char *call, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
    const char *delay = getenv("SYNCED_DELAY_US");
    char *line = malloc(LINE);
    int is_watched = line && describe(fd, line);
    if (is_watched && delay)
        usleep((useconds_t)atoi(delay));
    int result = real(fd);
    if (is_watched && result == 0)
        note(line);
    free(line);
    return result;
}

int fdatasync(int fd)
{
    return sync_and_note("fdatasync", fd);
}

int fsync(int fd)
{
    return sync_and_note("fsync", fd);
}

int unlink(const char *path)
{
    int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    const char *name = watched(path);
    if (name && is_segment(name)) {
        char kept[PATH_MAX];
        snprintf(kept, sizeof kept, "%s/%s", getenv("SYNCED_KEEP"), name);
        if (link(path, kept) != 0)
            abort();
    }
    return real(path);
}

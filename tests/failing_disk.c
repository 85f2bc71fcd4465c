/* Preloaded into a process: the Nth write to a file below a folder fails, and counts are kept.

   fault_arm(root, at, error, sticky): from now on count calls that write below root; the at-th one
   (from 1; 0 for none) fails with this errno, and with sticky all that follow do too.
   fault_count(): calls counted since then. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[PATH_MAX];
static volatile long count, fail_at;
static int error_number, sticky;

void fault_arm(const char *folder, long at, int error, int stays) {
    strncpy(root, folder, sizeof root - 1);
    count = 0;
    fail_at = at;
    error_number = error;
    sticky = stays;
}

long fault_count(void) { return count; }

static int below(const char *path) {
    size_t length = strlen(root);
    return length && strncmp(path, root, length) == 0;
}

static int fails(void) {
    long now = __sync_add_and_fetch(&count, 1);
    if (fail_at && (now == fail_at || (sticky && now > fail_at))) {
        errno = error_number;
        return 1;
    }
    return 0;
}

static int path_fails(const char *path) { return path && below(path) && fails(); }

static int handle_fails(int handle) {
    char link[64], path[PATH_MAX];
    if (!root[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return path_fails(path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t n) {
    return handle_fails(fd) ? -1 : NEXT(write)(fd, data, n);
}
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
    return handle_fails(fd) ? -1 : NEXT(pwrite)(fd, data, n, at);
}
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
    return handle_fails(fd) ? -1 : NEXT(pwrite64)(fd, data, n, at);
}
ssize_t writev(int fd, const struct iovec *parts, int n) {
    return handle_fails(fd) ? -1 : NEXT(writev)(fd, parts, n);
}
size_t fwrite(const void *data, size_t size, size_t n, FILE *stream) {
    return handle_fails(fileno(stream)) ? 0 : NEXT(fwrite)(data, size, n, stream);
}
int fclose(FILE *stream) {
    if (!handle_fails(fileno(stream))) return NEXT(fclose)(stream);
    int error = errno;
    NEXT(fclose)(stream);
    errno = error;
    return EOF;
}
int fsync(int fd) { return handle_fails(fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return handle_fails(fd) ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t n) { return handle_fails(fd) ? -1 : NEXT(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { return handle_fails(fd) ? -1 : NEXT(ftruncate64)(fd, n); }
int mkdir(const char *path, mode_t mode) {
    return path_fails(path) ? -1 : NEXT(mkdir)(path, mode);
}
int rename(const char *from, const char *to) {
    return path_fails(to) ? -1 : NEXT(rename)(from, to);
}
int renameat(int a, const char *from, int b, const char *to) {
    return path_fails(to) ? -1 : NEXT(renameat)(a, from, b, to);
}

#define OPENED(name, call)                                             \
    mode_t mode = 0;                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                               \
        va_list rest;                                                  \
        va_start(rest, flags);                                         \
        mode = va_arg(rest, mode_t);                                   \
        va_end(rest);                                                  \
    }                                                                  \
    if ((flags & O_CREAT) && path_fails(path)) return -1;              \
    return call;

int open(const char *path, int flags, ...) { OPENED(open, NEXT(open)(path, flags, mode)) }
int open64(const char *path, int flags, ...) { OPENED(open64, NEXT(open64)(path, flags, mode)) }
FILE *fopen(const char *path, const char *how) {
    return strchr(how, 'w') && path_fails(path) ? NULL : NEXT(fopen)(path, how);
}
FILE *fopen64(const char *path, const char *how) {
    return strchr(how, 'w') && path_fails(path) ? NULL : NEXT(fopen64)(path, how);
}

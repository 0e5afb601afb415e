/* What the stand-ins have in common: they pretend to be a driver, keep "device" memory in host
 * memory, check every argument, count what is alive, and fail on demand. For tests only.
 *
 * One lock around everything. A stand-in includes this file once. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { MEMORY, PINNED, STREAM, EVENT, CONTEXT, KINDS };

/* One thing the driver handed out. Never freed, so that a stale handle is recognised. */
struct object {
    enum kind kind;
    int alive;
    char *bytes;
    size_t size;
    struct object *owner;
    int refs;
    int queued;          /* copies that are waiting, of a stream or an event */
    int busy;            /* copies that are waiting to use this memory */
    struct object *next, *previous; /* among those alive of the kind */
    struct object *bucket;          /* among memory whose address hashes alike */
};

struct copy {
    char *to;
    const char *from;
    size_t bytes;
    struct object *stream, *event, *first, *second;
    struct copy *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;

#define BUCKETS 65536

static struct object *objects[KINDS];
static struct object *buckets[BUCKETS];
static long alive[KINDS];
static long leftovers, misuses;
static char misuse_text[200];
static size_t used_bytes, capacity_bytes = (size_t)1 << 30;
static int holding, lost_code;
static struct copy *first_copy, *last_copy;

static char fail_name[64];
static int fail_from, fail_times, fail_code;
static long calls_seen;

/* Fails the calls of a function ("*": of all of them) from the n-th from now on, n from 1. */
void standin_fail(const char *function, int nth, int times, int code) {
    pthread_mutex_lock(&lock);
    snprintf(fail_name, sizeof fail_name, "%s", function);
    fail_from = nth;
    fail_times = times;
    fail_code = code;
    calls_seen = 0;
    pthread_mutex_unlock(&lock);
}

/* How many calls standin_fail has counted. */
long standin_calls(void) { return calls_seen; }

/* From now on everything fails with this code; 0 ends it. */
void standin_lose(int code) { lost_code = code; }

/* How much room the device has. */
void standin_capacity(long bytes) { capacity_bytes = (size_t)bytes; }

long standin_alive(int kind) { return alive[kind]; }
long standin_bytes(void) { return (long)used_bytes; }

/* What was still alive when its context went. */
long standin_leftovers(void) { return leftovers; }

/* Calls that a real driver might have crashed on. */
long standin_misuses(void) { return misuses; }
const char *standin_misuse(void) { return misuse_text; }

static void misuse(const char *function, const char *what) {
    misuses++;
    snprintf(misuse_text, sizeof misuse_text, "%s: %s", function, what);
}

/* The code to fail a call with, or 0. Called with the lock held. */
static int injected(const char *function) {
    if (strcmp(fail_name, "*") == 0 || strcmp(fail_name, function) == 0) {
        calls_seen++;
        if (fail_code && calls_seen >= fail_from && calls_seen < (long)fail_from + fail_times) {
            return fail_code;
        }
    }
    return lost_code;
}

static struct object **bucket_of(const void *bytes) {
    return &buckets[((size_t)bytes / 512) % BUCKETS];
}

static struct object *create(enum kind kind, struct object *owner, size_t size) {
    struct object *object = calloc(1, sizeof *object);
    object->kind = kind;
    object->owner = owner;
    object->size = size;
    object->refs = 1;
    object->alive = 1;
    if (size > 0) {
        object->bytes = aligned_alloc(512, (size + 511) & ~(size_t)511);
        memset(object->bytes, 0xA5, size);
    }
    object->next = objects[kind];
    if (object->next) {
        object->next->previous = object;
    }
    objects[kind] = object;
    alive[kind]++;
    if (kind == MEMORY) {
        used_bytes += size;
        struct object **bucket = bucket_of(object->bytes);
        object->bucket = *bucket;
        *bucket = object;
    }
    return object;
}

static void destroy(struct object *object) {
    if (object->previous) {
        object->previous->next = object->next;
    } else {
        objects[object->kind] = object->next;
    }
    if (object->next) {
        object->next->previous = object->previous;
    }
    object->alive = 0;
    alive[object->kind]--;
    if (object->kind == MEMORY) {
        used_bytes -= object->size;
        struct object **link = bucket_of(object->bytes);
        while (*link != object) {
            link = &(*link)->bucket;
        }
        *link = object->bucket;
    }
    free(object->bytes);
    object->bytes = NULL;
}

/* The memory that begins at an address. */
static struct object *memory_at(const void *bytes) {
    struct object *object = *bucket_of(bytes);
    while (object && object->bytes != bytes) {
        object = object->bucket;
    }
    return object;
}

static struct object *handle(const void *value, enum kind kind) {
    struct object *object = objects[kind];
    while (object && object != value) {
        object = object->next;
    }
    return object;
}

/* A live context was given up: what it still owns goes with it. */
static void destroy_all_of(struct object *context) {
    for (int kind = 0; kind < CONTEXT; kind++) {
        struct object *object = objects[kind];
        while (object) {
            struct object *next = object->next;
            if (object->owner == context) {
                leftovers++;
                destroy(object);
            }
            object = next;
        }
    }
}

/* Makes the copies that wait. Called with the lock held. */
static void run_copies(void) {
    while (first_copy) {
        struct copy *copy = first_copy;
        first_copy = copy->next;
        if (copy->bytes > 0) {
            memmove(copy->to, copy->from, copy->bytes);
        }
        copy->stream->queued--;
        if (copy->event) {
            copy->event->queued--;
        }
        if (copy->first) {
            copy->first->busy--;
        }
        if (copy->second) {
            copy->second->busy--;
        }
        free(copy);
    }
    last_copy = NULL;
}

/* Puts a copy, or with no bytes an event, at the end of a stream. */
static void enqueue(struct copy wanted) {
    struct copy *copy = malloc(sizeof *copy);
    *copy = wanted;
    copy->next = NULL;
    if (last_copy) {
        last_copy->next = copy;
    } else {
        first_copy = copy;
    }
    last_copy = copy;
    copy->stream->queued++;
    if (copy->event) {
        copy->event->queued++;
    }
    if (copy->first) {
        copy->first->busy++;
    }
    if (copy->second) {
        copy->second->busy++;
    }
    if (!holding) {
        run_copies();
    }
}

static void await_object(struct object *object) {
    while (object->alive && object->queued > 0) {
        pthread_cond_wait(&released, &lock);
    }
}

/* Asynchronous copies wait until this is called with 0. */
void standin_hold(int hold) {
    pthread_mutex_lock(&lock);
    holding = hold;
    if (!hold) {
        run_copies();
        pthread_cond_broadcast(&released);
    }
    pthread_mutex_unlock(&lock);
}

void standin_reset_common(void) {
    misuses = leftovers = 0;
    misuse_text[0] = 0;
    fail_name[0] = 0;
    fail_code = lost_code = 0;
    capacity_bytes = (size_t)1 << 30;
}

#define ENTER(function)                     \
    pthread_mutex_lock(&lock);              \
    {                                       \
        int failing = injected(function);   \
        if (failing) {                      \
            return leave(failing);          \
        }                                   \
    }

static int leave(int code) {
    pthread_mutex_unlock(&lock);
    return code;
}

static int leave_misuse(const char *function, const char *what, int code) {
    misuse(function, what);
    return leave(code);
}

/* A stand-in for libcuda: two devices in host memory. See standin.h. */
#include "standin.h"

#include <stdint.h>

typedef unsigned long long devptr;

enum {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    INVALID_DEVICE = 101,
    INVALID_CONTEXT = 201,
    INVALID_HANDLE = 400,
    NOT_READY = 600
};

#define DEVICES 2
#define FIRST_DEVICE 40 /* so that an index is not taken for a device */
#define DEPTH 16

static int initialised;
static struct object *primary[DEVICES];
static long pushed; /* over all threads */
static __thread struct object *stack[DEPTH];
static __thread int depth;

void standin_reset(void) { standin_reset_common(); }

/* Contexts that were made current and not taken away, on all threads. */
long standin_pushed(void) { return pushed; }

static struct object *current(const char *function) {
    struct object *context = depth > 0 ? stack[depth - 1] : NULL;
    if (!context || !handle(context, CONTEXT)) {
        misuse(function, "no context is current");
        return NULL;
    }
    return context;
}

#define IN_CONTEXT(function)                  \
    ENTER(function)                           \
    struct object *context = current(function); \
    if (!context) {                           \
        return leave(INVALID_CONTEXT);        \
    }

static struct object *device_context(int device) {
    int index = device - FIRST_DEVICE;
    return index >= 0 && index < DEVICES ? primary[index] : NULL;
}

int cuInit(unsigned flags) {
    ENTER("cuInit")
    initialised = 1;
    return leave(flags == 0 ? SUCCESS : INVALID_VALUE);
}

int cuGetErrorName(int code, const char **name) {
    static const struct {
        int code;
        const char *name;
    } names[] = {{1, "CUDA_ERROR_INVALID_VALUE"},      {2, "CUDA_ERROR_OUT_OF_MEMORY"},
                 {3, "CUDA_ERROR_NOT_INITIALIZED"},    {100, "CUDA_ERROR_NO_DEVICE"},
                 {101, "CUDA_ERROR_INVALID_DEVICE"},   {201, "CUDA_ERROR_INVALID_CONTEXT"},
                 {400, "CUDA_ERROR_INVALID_HANDLE"},   {600, "CUDA_ERROR_NOT_READY"},
                 {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},  {719, "CUDA_ERROR_LAUNCH_FAILED"},
                 {999, "CUDA_ERROR_UNKNOWN"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].code == code) {
            *name = names[i].name;
            return SUCCESS;
        }
    }
    *name = NULL;
    return INVALID_VALUE;
}

int cuDeviceGetCount(int *count) {
    ENTER("cuDeviceGetCount")
    if (!initialised) {
        return leave(NOT_INITIALIZED);
    }
    *count = DEVICES;
    return leave(SUCCESS);
}

int cuDeviceGet(int *device, int index) {
    ENTER("cuDeviceGet")
    if (index < 0 || index >= DEVICES) {
        return leave_misuse("cuDeviceGet", "no such index", INVALID_DEVICE);
    }
    *device = FIRST_DEVICE + index;
    return leave(SUCCESS);
}

int cuDeviceGetName(char *name, int room, int device) {
    ENTER("cuDeviceGetName")
    snprintf(name, (size_t)room, "Stand-in GPU %d", device - FIRST_DEVICE);
    return leave(SUCCESS);
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
    ENTER("cuDeviceTotalMem")
    if (device < FIRST_DEVICE || device >= FIRST_DEVICE + DEVICES) {
        return leave_misuse("cuDeviceTotalMem", "no such device", INVALID_DEVICE);
    }
    *bytes = capacity_bytes;
    return leave(SUCCESS);
}

int cuDevicePrimaryCtxRetain(void **context, int device) {
    ENTER("cuDevicePrimaryCtxRetain")
    int index = device - FIRST_DEVICE;
    if (index < 0 || index >= DEVICES) {
        return leave_misuse("cuDevicePrimaryCtxRetain", "no such device", INVALID_DEVICE);
    }
    if (primary[index]) {
        primary[index]->refs++;
    } else {
        primary[index] = create(CONTEXT, NULL, 0);
    }
    *context = primary[index];
    return leave(SUCCESS);
}

int cuDevicePrimaryCtxRelease_v2(int device) {
    pthread_mutex_lock(&lock);
    int failing = lost_code ? 0 : injected("cuDevicePrimaryCtxRelease");
    if (failing) {
        return leave(failing);
    }
    struct object *context = device_context(device);
    if (!context) {
        return leave_misuse("cuDevicePrimaryCtxRelease", "not retained", INVALID_CONTEXT);
    }
    if (--context->refs == 0) {
        destroy_all_of(context);
        destroy(context);
        primary[device - FIRST_DEVICE] = NULL;
    }
    return leave(SUCCESS);
}

int cuCtxPushCurrent_v2(void *context) {
    ENTER("cuCtxPushCurrent")
    if (!handle(context, CONTEXT) || depth == DEPTH) {
        return leave_misuse("cuCtxPushCurrent", "not a context, or too many", INVALID_CONTEXT);
    }
    stack[depth++] = context;
    pushed++;
    return leave(SUCCESS);
}

/* Told to fail, it answers with the error of "something earlier", and pops all the same. */
int cuCtxPopCurrent_v2(void **context) {
    pthread_mutex_lock(&lock);
    int failing = injected("cuCtxPopCurrent");
    if (depth == 0) {
        return leave_misuse("cuCtxPopCurrent", "nothing is current", INVALID_CONTEXT);
    }
    depth--;
    pushed--;
    if (context) {
        *context = stack[depth];
    }
    return leave(failing);
}

int cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes) {
    IN_CONTEXT("cuMemGetInfo")
    *free_bytes = capacity_bytes - used_bytes;
    *total_bytes = capacity_bytes;
    return leave(SUCCESS);
}

int cuMemAlloc_v2(devptr *address, size_t bytes) {
    IN_CONTEXT("cuMemAlloc")
    if (bytes == 0) {
        return leave_misuse("cuMemAlloc", "no bytes", INVALID_VALUE);
    }
    if (bytes > capacity_bytes - used_bytes) {
        return leave(OUT_OF_MEMORY);
    }
    *address = (devptr)(uintptr_t)create(MEMORY, context, bytes)->bytes;
    return leave(SUCCESS);
}

/* The memory that holds a whole range. */
static struct object *range(enum kind kind, devptr address, size_t bytes) {
    char *first = (char *)(uintptr_t)address;
    struct object *object = kind == MEMORY ? memory_at(first) : NULL;
    if (object && bytes <= object->size) {
        return object;
    }
    for (object = objects[kind]; object; object = object->next) {
        if (first >= object->bytes && first + bytes <= object->bytes + object->size) {
            return object;
        }
    }
    return NULL;
}

static int free_memory(const char *function, enum kind kind, devptr address) {
    IN_CONTEXT(function)
    struct object *memory = range(kind, address, 1);
    if (!memory || memory->bytes != (char *)(uintptr_t)address || memory->owner != context) {
        return leave_misuse(function, "not an allocation of the context", INVALID_VALUE);
    }
    if (memory->busy) {
        return leave_misuse(function, "a copy is using the memory", INVALID_VALUE);
    }
    destroy(memory);
    return leave(SUCCESS);
}

int cuMemFree_v2(devptr address) { return free_memory("cuMemFree", MEMORY, address); }

int cuMemFreeHost(void *address) {
    return free_memory("cuMemFreeHost", PINNED, (devptr)(uintptr_t)address);
}

int cuMemHostAlloc(void **address, size_t bytes, unsigned flags) {
    IN_CONTEXT("cuMemHostAlloc")
    if (bytes == 0 || flags != 1) {
        return leave_misuse("cuMemHostAlloc", "bad size or flags", INVALID_VALUE);
    }
    *address = create(PINNED, context, bytes)->bytes;
    return leave(SUCCESS);
}

static int copy(const char *function, struct copy wanted, struct object *context, void *stream) {
    wanted.stream = handle(stream, STREAM);
    if (!wanted.stream || wanted.stream->owner != context) {
        return leave_misuse(function, "not a stream of the context", INVALID_HANDLE);
    }
    if (wanted.bytes == 0 || !wanted.to || !wanted.from) {
        return leave_misuse(function, "nothing to copy", INVALID_VALUE);
    }
    enqueue(wanted);
    return leave(SUCCESS);
}

int cuMemcpyHtoDAsync_v2(devptr to, const void *from, size_t bytes, void *stream) {
    IN_CONTEXT("cuMemcpyHtoDAsync")
    struct object *memory = range(MEMORY, to, bytes);
    if (!memory) {
        return leave_misuse("cuMemcpyHtoDAsync", "not device memory", INVALID_VALUE);
    }
    struct copy wanted = {(char *)(uintptr_t)to, from, bytes, .first = memory};
    return copy("cuMemcpyHtoDAsync", wanted, context, stream);
}

int cuMemcpyDtoHAsync_v2(void *to, devptr from, size_t bytes, void *stream) {
    IN_CONTEXT("cuMemcpyDtoHAsync")
    struct object *memory = range(MEMORY, from, bytes);
    if (!memory) {
        return leave_misuse("cuMemcpyDtoHAsync", "not device memory", INVALID_VALUE);
    }
    struct copy wanted = {to, (const char *)(uintptr_t)from, bytes, .first = memory};
    return copy("cuMemcpyDtoHAsync", wanted, context, stream);
}

int cuMemcpyDtoDAsync_v2(devptr to, devptr from, size_t bytes, void *stream) {
    IN_CONTEXT("cuMemcpyDtoDAsync")
    struct object *target = range(MEMORY, to, bytes);
    struct object *source = range(MEMORY, from, bytes);
    if (!target || !source) {
        return leave_misuse("cuMemcpyDtoDAsync", "not device memory", INVALID_VALUE);
    }
    if (to < from + bytes && from < to + bytes) {
        return leave_misuse("cuMemcpyDtoDAsync", "the ranges overlap", INVALID_VALUE);
    }
    struct copy wanted = {(char *)(uintptr_t)to, (const char *)(uintptr_t)from, bytes,
                          .first = target, .second = source};
    return copy("cuMemcpyDtoDAsync", wanted, context, stream);
}

int cuStreamCreate(void **stream, unsigned flags) {
    IN_CONTEXT("cuStreamCreate")
    if (flags > 1) {
        return leave_misuse("cuStreamCreate", "bad flags", INVALID_VALUE);
    }
    *stream = create(STREAM, context, 0);
    return leave(SUCCESS);
}

int cuStreamSynchronize(void *stream) {
    IN_CONTEXT("cuStreamSynchronize")
    struct object *found = handle(stream, STREAM);
    if (!found || found->owner != context) {
        return leave_misuse("cuStreamSynchronize", "not a stream", INVALID_HANDLE);
    }
    await_object(found);
    return leave(SUCCESS);
}

int cuStreamDestroy_v2(void *stream) {
    IN_CONTEXT("cuStreamDestroy")
    struct object *found = handle(stream, STREAM);
    if (!found || found->queued) {
        return leave_misuse("cuStreamDestroy", "not a stream, or in use", INVALID_HANDLE);
    }
    destroy(found);
    return leave(SUCCESS);
}

int cuEventCreate(void **event, unsigned flags) {
    IN_CONTEXT("cuEventCreate")
    if (flags != 0) {
        return leave_misuse("cuEventCreate", "bad flags", INVALID_VALUE);
    }
    *event = create(EVENT, context, 0);
    return leave(SUCCESS);
}

int cuEventRecord(void *event, void *stream) {
    IN_CONTEXT("cuEventRecord")
    struct object *found = handle(event, EVENT);
    struct object *on = handle(stream, STREAM);
    if (!found || !on || found->owner != context || on->owner != context) {
        return leave_misuse("cuEventRecord", "not an event or a stream", INVALID_HANDLE);
    }
    found->refs = 2; /* recorded */
    struct copy mark = {.stream = on, .event = found};
    enqueue(mark);
    return leave(SUCCESS);
}

int cuEventQuery(void *event) {
    IN_CONTEXT("cuEventQuery")
    struct object *found = handle(event, EVENT);
    if (!found || found->refs != 2) {
        return leave_misuse("cuEventQuery", "not a recorded event", INVALID_HANDLE);
    }
    return leave(found->queued ? NOT_READY : SUCCESS);
}

int cuEventSynchronize(void *event) {
    IN_CONTEXT("cuEventSynchronize")
    struct object *found = handle(event, EVENT);
    if (!found || found->refs != 2) {
        return leave_misuse("cuEventSynchronize", "not a recorded event", INVALID_HANDLE);
    }
    await_object(found);
    return leave(SUCCESS);
}

int cuEventElapsedTime(float *millis, void *start, void *end) {
    IN_CONTEXT("cuEventElapsedTime")
    struct object *first = handle(start, EVENT);
    struct object *second = handle(end, EVENT);
    if (!first || !second || first->refs != 2 || second->refs != 2) {
        return leave_misuse("cuEventElapsedTime", "not recorded events", INVALID_HANDLE);
    }
    if (first->queued || second->queued) {
        return leave(NOT_READY);
    }
    *millis = 0.25f;
    return leave(SUCCESS);
}

int cuEventDestroy_v2(void *event) {
    IN_CONTEXT("cuEventDestroy")
    struct object *found = handle(event, EVENT);
    if (!found || found->queued) {
        return leave_misuse("cuEventDestroy", "not an event, or in use", INVALID_HANDLE);
    }
    destroy(found);
    return leave(SUCCESS);
}

/* A stand-in for libOpenCL: two platforms, one of them without devices. See standin.h. */
#include "standin.h"

#include <stdint.h>

enum {
    SUCCESS = 0,
    DEVICE_NOT_FOUND = -1,
    MEM_OBJECT_ALLOCATION_FAILURE = -4,
    MEM_COPY_OVERLAP = -8,
    INVALID_VALUE = -30,
    INVALID_DEVICE = -33,
    INVALID_CONTEXT = -34,
    INVALID_COMMAND_QUEUE = -36,
    INVALID_MEM_OBJECT = -38,
    INVALID_EVENT = -58,
    INVALID_BUFFER_SIZE = -61
};

#define DEVICES 2
#define LARGEST_SHARE 4 /* a buffer may have this part of the device's memory */

static char platforms[2], devices[DEVICES];

void standin_reset(void) { standin_reset_common(); }
long standin_pushed(void) { return 0; }

/* Answers a call that returns a handle and writes its code. */
static void *answer(int *error, int code, void *value) {
    *error = code;
    pthread_mutex_unlock(&lock);
    return code == SUCCESS ? value : NULL;
}

#define ENTER_FOR_HANDLE(function)              \
    pthread_mutex_lock(&lock);                  \
    {                                           \
        int failing = injected(function);       \
        if (failing) {                          \
            return answer(error, failing, NULL); \
        }                                       \
    }

static void *refuse(int *error, const char *function, const char *what, int code) {
    misuse(function, what);
    return answer(error, code, NULL);
}

int clGetPlatformIDs(unsigned room, void **found, unsigned *count) {
    ENTER("clGetPlatformIDs")
    if (count) {
        *count = 2;
    }
    for (unsigned i = 0; found && i < 2 && i < room; i++) {
        found[i] = &platforms[i];
    }
    return leave(SUCCESS);
}

int clGetPlatformInfo(void *platform, unsigned what, size_t room, void *value, size_t *size) {
    (void)platform, (void)what, (void)room, (void)value, (void)size;
    return INVALID_VALUE;
}

int clGetDeviceIDs(void *platform, uint64_t types, unsigned room, void **found, unsigned *count) {
    ENTER("clGetDeviceIDs")
    if (types != 0xFFFFFFFF) {
        return leave_misuse("clGetDeviceIDs", "bad types", INVALID_VALUE);
    }
    if (platform != &platforms[1]) {
        return leave(DEVICE_NOT_FOUND);
    }
    if (count) {
        *count = DEVICES;
    }
    for (unsigned i = 0; found && i < DEVICES && i < room; i++) {
        found[i] = &devices[i];
    }
    return leave(SUCCESS);
}

static int put(const void *from, size_t bytes, size_t room, void *value, size_t *size) {
    if (size) {
        *size = bytes;
    }
    if (value) {
        if (room < bytes) {
            return leave_misuse("clGet...Info", "too little room", INVALID_VALUE);
        }
        memcpy(value, from, bytes);
    }
    return leave(SUCCESS);
}

int clGetDeviceInfo(void *device, unsigned what, size_t room, void *value, size_t *size) {
    ENTER("clGetDeviceInfo")
    if (device != &devices[0] && device != &devices[1]) {
        return leave_misuse("clGetDeviceInfo", "not a device", INVALID_DEVICE);
    }
    uint64_t capacity = capacity_bytes, largest = capacity / LARGEST_SHARE;
    uint32_t alignment_bits = 1024;
    size_t free_kib[2] = {(capacity_bytes - used_bytes) / 1024, largest / 1024};
    switch (what) {
    case 0x1010:
        return put(&largest, sizeof largest, room, value, size);
    case 0x1019:
        return put(&alignment_bits, sizeof alignment_bits, room, value, size);
    case 0x101F:
        return put(&capacity, sizeof capacity, room, value, size);
    case 0x102B:
        return put("Stand-in CL", sizeof "Stand-in CL", room, value, size);
    case 0x4039:
        return put(free_kib, sizeof free_kib, room, value, size);
    default:
        return leave_misuse("clGetDeviceInfo", "unknown question", INVALID_VALUE);
    }
}

void *clCreateContext(const void *properties, unsigned count, void **list, void *callback,
                      void *data, int *error) {
    ENTER_FOR_HANDLE("clCreateContext")
    if (properties || callback || data || count != 1
        || (list[0] != &devices[0] && list[0] != &devices[1])) {
        return refuse(error, "clCreateContext", "bad arguments", INVALID_VALUE);
    }
    return answer(error, SUCCESS, create(CONTEXT, NULL, 0));
}

int clReleaseContext(void *context) {
    pthread_mutex_lock(&lock);
    int failing = lost_code ? 0 : injected("clReleaseContext");
    if (failing) {
        return leave(failing);
    }
    struct object *found = handle(context, CONTEXT);
    if (!found) {
        return leave_misuse("clReleaseContext", "not a context", INVALID_CONTEXT);
    }
    destroy_all_of(found);
    destroy(found);
    return leave(SUCCESS);
}

void *clCreateCommandQueue(void *context, void *device, uint64_t properties, int *error) {
    ENTER_FOR_HANDLE("clCreateCommandQueue")
    struct object *owner = handle(context, CONTEXT);
    if (!owner || (device != &devices[0] && device != &devices[1]) || properties != 2) {
        return refuse(error, "clCreateCommandQueue", "bad arguments", INVALID_VALUE);
    }
    return answer(error, SUCCESS, create(STREAM, owner, 0));
}

int clReleaseCommandQueue(void *queue) {
    ENTER("clReleaseCommandQueue")
    struct object *found = handle(queue, STREAM);
    if (!found || found->queued) {
        return leave_misuse("clReleaseCommandQueue", "not a queue", INVALID_COMMAND_QUEUE);
    }
    destroy(found);
    return leave(SUCCESS);
}

void *clCreateBuffer(void *context, uint64_t flags, size_t bytes, void *host, int *error) {
    ENTER_FOR_HANDLE("clCreateBuffer")
    struct object *owner = handle(context, CONTEXT);
    if (!owner || flags != 1 || host) {
        return refuse(error, "clCreateBuffer", "bad arguments", INVALID_VALUE);
    }
    if (bytes == 0 || bytes > capacity_bytes / LARGEST_SHARE) {
        return refuse(error, "clCreateBuffer", "size out of range", INVALID_BUFFER_SIZE);
    }
    /* As real drivers do: the memory itself is asked for later. */
    return answer(error, SUCCESS, create(MEMORY, owner, bytes)->bytes);
}

int clReleaseMemObject(void *buffer) {
    ENTER("clReleaseMemObject")
    struct object *found = memory_at(buffer);
    if (!found || found->busy) {
        return leave_misuse("clReleaseMemObject", "not a buffer, or in use", INVALID_MEM_OBJECT);
    }
    destroy(found);
    return leave(SUCCESS);
}

static int enqueue_cl(const char *function, struct copy wanted, void *queue, unsigned waits,
                      void *wait_list, int blocking, struct object **event) {
    struct object *stream = handle(queue, STREAM);
    if (!stream) {
        return leave_misuse(function, "not a queue", INVALID_COMMAND_QUEUE);
    }
    if (waits || wait_list) {
        return leave_misuse(function, "a wait list", INVALID_VALUE);
    }
    if (wanted.first->owner != stream->owner
        || (wanted.second && wanted.second->owner != stream->owner)) {
        return leave_misuse(function, "buffer and queue of two contexts", INVALID_CONTEXT);
    }
    wanted.stream = stream;
    if (event) {
        wanted.event = *event = create(EVENT, stream->owner, 0);
    }
    enqueue(wanted);
    if (blocking) {
        await_object(stream);
    }
    return leave(SUCCESS);
}

static struct object *range(void *buffer, size_t offset, size_t bytes) {
    struct object *found = memory_at(buffer);
    return found && bytes > 0 && offset <= found->size && bytes <= found->size - offset ? found
                                                                                       : NULL;
}

int clEnqueueMigrateMemObjects(void *queue, unsigned count, void **buffers, uint64_t flags,
                               unsigned waits, void *wait_list, struct object **event) {
    ENTER("clEnqueueMigrateMemObjects")
    struct object *memory = count == 1 ? memory_at(buffers[0]) : NULL;
    if (!memory || flags != 2) {
        return leave_misuse("clEnqueueMigrateMemObjects", "bad arguments", INVALID_VALUE);
    }
    if (used_bytes > capacity_bytes) {
        return leave(MEM_OBJECT_ALLOCATION_FAILURE);
    }
    struct copy nothing = {.first = memory};
    int held = holding;
    holding = 0; /* only copies of bytes are held back */
    int code = enqueue_cl("clEnqueueMigrateMemObjects", nothing, queue, waits, wait_list, 0,
                          event);
    holding = held;
    return code;
}

int clEnqueueWriteBuffer(void *queue, void *buffer, unsigned blocking, size_t offset, size_t bytes,
                         const void *from, unsigned waits, void *wait_list,
                         struct object **event) {
    ENTER("clEnqueueWriteBuffer")
    struct object *memory = range(buffer, offset, bytes);
    if (!memory || !from) {
        return leave_misuse("clEnqueueWriteBuffer", "not in a buffer", INVALID_VALUE);
    }
    struct copy wanted = {memory->bytes + offset, from, bytes, .first = memory};
    return enqueue_cl("clEnqueueWriteBuffer", wanted, queue, waits, wait_list, blocking, event);
}

int clEnqueueReadBuffer(void *queue, void *buffer, unsigned blocking, size_t offset, size_t bytes,
                        void *to, unsigned waits, void *wait_list, struct object **event) {
    ENTER("clEnqueueReadBuffer")
    struct object *memory = range(buffer, offset, bytes);
    if (!memory || !to) {
        return leave_misuse("clEnqueueReadBuffer", "not in a buffer", INVALID_VALUE);
    }
    struct copy wanted = {to, memory->bytes + offset, bytes, .first = memory};
    return enqueue_cl("clEnqueueReadBuffer", wanted, queue, waits, wait_list, blocking, event);
}

int clEnqueueCopyBuffer(void *queue, void *from, void *to, size_t from_offset, size_t to_offset,
                        size_t bytes, unsigned waits, void *wait_list, struct object **event) {
    ENTER("clEnqueueCopyBuffer")
    struct object *source = range(from, from_offset, bytes);
    struct object *target = range(to, to_offset, bytes);
    if (!source || !target) {
        return leave_misuse("clEnqueueCopyBuffer", "not in a buffer", INVALID_VALUE);
    }
    if (source == target && from_offset < to_offset + bytes && to_offset < from_offset + bytes) {
        return leave_misuse("clEnqueueCopyBuffer", "the ranges overlap", MEM_COPY_OVERLAP);
    }
    struct copy wanted = {target->bytes + to_offset, source->bytes + from_offset, bytes,
                          .first = target, .second = source};
    return enqueue_cl("clEnqueueCopyBuffer", wanted, queue, waits, wait_list, 0, event);
}

int clFlush(void *queue) {
    ENTER("clFlush")
    if (!handle(queue, STREAM)) {
        return leave_misuse("clFlush", "not a queue", INVALID_COMMAND_QUEUE);
    }
    return leave(SUCCESS);
}

int clFinish(void *queue) {
    ENTER("clFinish")
    struct object *found = handle(queue, STREAM);
    if (!found) {
        return leave_misuse("clFinish", "not a queue", INVALID_COMMAND_QUEUE);
    }
    await_object(found);
    return leave(SUCCESS);
}

int clWaitForEvents(unsigned count, void **events) {
    ENTER("clWaitForEvents")
    struct object *found = count == 1 ? handle(events[0], EVENT) : NULL;
    if (!found) {
        return leave_misuse("clWaitForEvents", "not an event", INVALID_EVENT);
    }
    await_object(found);
    return leave(SUCCESS);
}

int clGetEventInfo(void *event, unsigned what, size_t room, void *value, size_t *size) {
    ENTER("clGetEventInfo")
    struct object *found = handle(event, EVENT);
    if (!found || what != 0x11D3) {
        return leave_misuse("clGetEventInfo", "not an event", INVALID_EVENT);
    }
    int status = found->queued ? 3 : 0; /* queued, complete */
    return put(&status, sizeof status, room, value, size);
}

int clGetEventProfilingInfo(void *event, unsigned what, size_t room, void *value, size_t *size) {
    ENTER("clGetEventProfilingInfo")
    struct object *found = handle(event, EVENT);
    if (!found || found->queued || (what != 0x1280 && what != 0x1283)) {
        return leave_misuse("clGetEventProfilingInfo", "not an ended event", INVALID_EVENT);
    }
    uint64_t nanos = what == 0x1280 ? 1000 : 251000;
    return put(&nanos, sizeof nanos, room, value, size);
}

int clReleaseEvent(void *event) {
    ENTER("clReleaseEvent")
    struct object *found = handle(event, EVENT);
    if (!found || found->queued) {
        return leave_misuse("clReleaseEvent", "not an event, or in use", INVALID_EVENT);
    }
    destroy(found);
    return leave(SUCCESS);
}

/* Buffers of a device. */
#include "compute/opencl.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Of large buffers on a processor the memory is our own, so that the host may look at it. NULL: of the driver's own. */
static void *own_room(struct buffer *buffer, size_t size) {
    enum { PAGE_BYTES = 4096, LARGE_BYTES = 1 << 21 };
    buffer->room = size < LARGE_BYTES ? NULL : calloc(1, size + PAGE_BYTES);
    if (!buffer->room) return NULL;
    return (void *)(((uintptr_t)buffer->room + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
}

/* On a processor, places buffers apart within a page of memory. A kernel walks many planes abreast; beginning all alike they would compete
 * for the same few ways of its cache. */
static void stagger(struct buffer *buffer) {
    enum { STEP_BYTES = 1280, STEPS = 16 }; /* spread over 4096 bytes by 256, in whole cache lines and whole vectors */
    struct device *device = buffer->device;
    cl_int code;
    size_t origin = device->n_buffers++ % STEPS * STEP_BYTES, size = buffer->bytes ? buffer->bytes : 1, whole = size + (STEPS - 1) * STEP_BYTES;
    char *host = own_room(buffer, whole);
    buffer->whole = clCreateBuffer(device->context, CL_MEM_READ_WRITE | (host ? CL_MEM_USE_HOST_PTR : 0), whole, host, &code);
    if (code != CL_SUCCESS) {
        buffer->whole = NULL;
        return;
    }
    const cl_buffer_region region = {origin, size};
    buffer->memory = clCreateSubBuffer(buffer->whole, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
    buffer->host = host && code == CL_SUCCESS ? host + origin : NULL;
    if (code == CL_SUCCESS) return;
    clReleaseMemObject(buffer->whole); /* a driver that wants coarser places gets a plain buffer */
    buffer->whole = NULL;
}

status buffer_open(struct device *device, size_t bytes, struct buffer **out) {
    cl_int code = CL_SUCCESS;
    struct buffer *buffer;
    if (bytes > device->info.largest_buffer_bytes)
        return status_fail(LODE_TRY_AGAIN, "%s gives at most %zu MB in one piece, %zu MB were asked for: give a smaller --memory or a coarser cell",
                           device->info.name, device->info.largest_buffer_bytes >> 20, bytes >> 20);
    TRY(MEMORY_ARRAY(1, &buffer));
    *buffer = (struct buffer){.device = device, .bytes = bytes};
    if (device->shares_memory) stagger(buffer);
    if (!buffer->whole) {
        free(buffer->room);
        buffer->room = NULL;
        buffer->memory = clCreateBuffer(device->context, CL_MEM_READ_WRITE, bytes ? bytes : 1, NULL, &code);
    }
    if (code != CL_SUCCESS) {
        free(buffer);
        return opencl_status(code, "%zu bytes on %s", bytes, device->info.name);
    }
    *out = buffer;
    return NULL;
}

status buffer_over(struct device *device, void *host, size_t bytes, struct buffer **out) {
    cl_int code;
    struct buffer *buffer;
    if (!device->shares_memory || bytes == 0 || bytes > device->info.largest_buffer_bytes) return buffer_open(device, bytes, out);
    TRY(MEMORY_ARRAY(1, &buffer));
    *buffer = (struct buffer){.device = device, .bytes = bytes, .host = host};
    buffer->memory = clCreateBuffer(device->context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, bytes, host, &code);
    if (code != CL_SUCCESS) {
        free(buffer);
        return opencl_status(code, "%zu bytes of the host's memory on %s", bytes, device->info.name);
    }
    *out = buffer;
    return NULL;
}

status buffer_lend(struct device *device, void *host, size_t bytes, struct buffer **buffer) {
    if (!device->shares_memory || bytes == 0) {
        if (!*buffer) TRY(buffer_open(device, bytes, buffer));
        return buffer_write(*buffer, 0, bytes, host);
    }
    buffer_close(*buffer);
    *buffer = NULL;
    return buffer_over(device, host, bytes, buffer);
}

/* Memory under a buffer stays until what was started with it has ended. */
void buffer_close(struct buffer *buffer) {
    if (!buffer) return;
    if (buffer->room) clFinish(buffer->device->queue);
    clReleaseMemObject(buffer->memory);
    if (buffer->whole) clReleaseMemObject(buffer->whole);
    free(buffer->room);
    free(buffer);
}

size_t buffer_bytes(const struct buffer *buffer) {
    return buffer->bytes;
}

static status check_range(const struct buffer *buffer, size_t offset, size_t bytes) {
    if (offset <= buffer->bytes && bytes <= buffer->bytes - offset) return NULL;
    return status_fail(LODE_SELFTEST, "bytes %zu to %zu of a device buffer of %zu", offset, offset + bytes, buffer->bytes);
}

status buffer_write(struct buffer *buffer, size_t offset, size_t bytes, const void *from) {
    TRY(check_range(buffer, offset, bytes));
    if (bytes == 0) return NULL;
    return opencl_status(clEnqueueWriteBuffer(buffer->device->queue, buffer->memory, CL_TRUE, offset, bytes, from, 0, NULL, NULL),
                         "writing %zu bytes to %s", bytes, buffer->device->info.name);
}

/* The host's memory holds what the device wrote once it has been mapped. */
static status show(const struct buffer *buffer, size_t offset, size_t bytes) {
    const struct device *device = buffer->device;
    cl_int code;
    void *mapped = clEnqueueMapBuffer(device->queue, buffer->memory, CL_TRUE, CL_MAP_READ, offset, bytes, 0, NULL, NULL, &code);
    TRY(opencl_status(code, "showing %zu bytes of %s", bytes, device->info.name));
    return opencl_status(clEnqueueUnmapMemObject(device->queue, buffer->memory, mapped, 0, NULL, NULL), "showing %zu bytes of %s", bytes,
                         device->info.name);
}

status buffer_look(const struct buffer *buffer, size_t bytes, void *room, const void **seen) {
    TRY(check_range(buffer, 0, bytes));
    *seen = buffer->host && bytes ? buffer->host : room;
    return *seen == room ? buffer_read(buffer, 0, bytes, room) : show(buffer, 0, bytes);
}

status buffer_read(const struct buffer *buffer, size_t offset, size_t bytes, void *to) {
    TRY(check_range(buffer, offset, bytes));
    if (bytes == 0) return NULL;
    if (buffer->host && buffer->host + offset == (char *)to) return show(buffer, offset, bytes);
    return opencl_status(clEnqueueReadBuffer(buffer->device->queue, buffer->memory, CL_TRUE, offset, bytes, to, 0, NULL, NULL),
                         "reading %zu bytes from %s", bytes, buffer->device->info.name);
}

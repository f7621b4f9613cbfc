/* Programs, launches, and OpenCL's errors in words. */
#include "compute/opencl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compute/program_cache.h"

enum { OPTIONS_MAX = 512, WORDS_MAX = 200 };

const char *opencl_error_name(cl_int code) {
    static const struct {
        cl_int code;
        const char *name;
    } names[] = {
#define NAME(code) {code, #code}
        NAME(CL_DEVICE_NOT_FOUND),
        NAME(CL_DEVICE_NOT_AVAILABLE),
        NAME(CL_COMPILER_NOT_AVAILABLE),
        NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE),
        NAME(CL_OUT_OF_RESOURCES),
        NAME(CL_OUT_OF_HOST_MEMORY),
        NAME(CL_MEM_COPY_OVERLAP),
        NAME(CL_BUILD_PROGRAM_FAILURE),
        NAME(CL_MAP_FAILURE),
        NAME(CL_MISALIGNED_SUB_BUFFER_OFFSET),
        NAME(CL_INVALID_VALUE),
        NAME(CL_INVALID_PLATFORM),
        NAME(CL_INVALID_DEVICE),
        NAME(CL_INVALID_CONTEXT),
        NAME(CL_INVALID_COMMAND_QUEUE),
        NAME(CL_INVALID_MEM_OBJECT),
        NAME(CL_INVALID_BINARY),
        NAME(CL_INVALID_BUILD_OPTIONS),
        NAME(CL_INVALID_PROGRAM),
        NAME(CL_INVALID_PROGRAM_EXECUTABLE),
        NAME(CL_INVALID_KERNEL_NAME),
        NAME(CL_INVALID_KERNEL_DEFINITION),
        NAME(CL_INVALID_KERNEL),
        NAME(CL_INVALID_ARG_INDEX),
        NAME(CL_INVALID_ARG_VALUE),
        NAME(CL_INVALID_ARG_SIZE),
        NAME(CL_INVALID_KERNEL_ARGS),
        NAME(CL_INVALID_WORK_DIMENSION),
        NAME(CL_INVALID_WORK_GROUP_SIZE),
        NAME(CL_INVALID_WORK_ITEM_SIZE),
        NAME(CL_INVALID_GLOBAL_OFFSET),
        NAME(CL_INVALID_OPERATION),
        NAME(CL_INVALID_BUFFER_SIZE),
        NAME(CL_INVALID_GLOBAL_WORK_SIZE),
#undef NAME
        {-1001, "CL_PLATFORM_NOT_FOUND_KHR"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == code) return names[i].name;
    return "an OpenCL error that has no name here";
}

static bool wants_memory(cl_int code) {
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES || code == CL_OUT_OF_HOST_MEMORY || code == CL_INVALID_BUFFER_SIZE;
}

status opencl_status(cl_int code, const char *format, ...) {
    if (code == CL_SUCCESS) return NULL;
    char words[WORDS_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    if (wants_memory(code))
        return status_fail(LODE_TRY_AGAIN, "%s: %s (%d): the device is short of memory: give a smaller --memory or a coarser cell", words,
                           opencl_error_name(code), code);
    return status_fail(LODE_SELFTEST, "%s: %s (%d)", words, opencl_error_name(code), code);
}

static status build_failure(struct device *device, cl_program program, cl_int code) {
    size_t size = 0;
    char *log = NULL;
    clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, 0, NULL, &size);
    TRY(memory_array(size + 1, 1, (void **)&log));
    clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, size, log, NULL);
    status failure =
        status_fail(LODE_SELFTEST, "building kernels for %s: %s (%d); the compiler says:\n%s", device->info.name, opencl_error_name(code), code, log);
    free(log);
    return failure;
}

static status build(struct device *device, const char *const *sources, size_t count, const char *options, cl_program *out) {
    cl_int code;
    cl_program program = clCreateProgramWithSource(device->context, (cl_uint)count, (const char **)(uintptr_t)sources, NULL, &code);
    TRY(opencl_status(code, "handing kernels to %s", device->info.name));
    code = clBuildProgram(program, 1, &device->id, options, NULL, NULL);
    if (code != CL_SUCCESS) {
        status failure = build_failure(device, program, code);
        clReleaseProgram(program);
        return failure;
    }
    *out = program;
    return NULL;
}

static status recall_or_build(struct device *device, const char *text, const char *const *sources, size_t count, const char *options,
                              cl_program *out) {
    *out = program_recall(device, text, options);
    if (*out) return NULL;
    TRY(build(device, sources, count, options, out));
    program_remember(device, text, *out);
    return NULL;
}

static cl_program find_built(const struct device *device, const char *text) {
    for (size_t i = 0; i < device->n_built; i++)
        if (strcmp(device->built[i].text, text) == 0) return device->built[i].program;
    return NULL;
}

/* Takes `text` and holds on to `program`. */
static status keep_built(struct device *device, char *text, cl_program program) {
    TRY(memory_reserve((void **)&device->built, &device->built_room, device->n_built + 1, sizeof *device->built));
    clRetainProgram(program);
    device->built[device->n_built++] = (struct built){text, program};
    return NULL;
}

status program_build(struct device *device, const char *const *sources, size_t count, const char *options, cl_program *out) {
    char all[OPTIONS_MAX];
    int length = snprintf(all, sizeof all, "-cl-std=CL1.2%s %s", device->info.rounds_correctly ? " -cl-fp32-correctly-rounded-divide-sqrt" : "",
                          options ? options : "");
    if (length < 0 || (size_t)length >= sizeof all) return status_fail(LODE_SELFTEST, "build options are too long: %s", options);
    struct text words = {0};
    text_print(&words, "%s\n", all);
    for (size_t i = 0; i < count; i++) text_add(&words, sources[i]);
    char *text = text_take(&words);
    if (!text) return status_no_memory();
    *out = find_built(device, text);
    if (*out) {
        clRetainProgram(*out);
        free(text);
        return NULL;
    }
    status failure = recall_or_build(device, text, sources, count, all, out);
    if (!failure && (failure = keep_built(device, text, *out))) {
        clReleaseProgram(*out);
        *out = NULL;
    }
    if (failure) free(text);
    return failure;
}

void programs_release(struct device *device) {
    for (size_t i = 0; i < device->n_built; i++) {
        clReleaseProgram(device->built[i].program);
        free(device->built[i].text);
    }
    free(device->built);
}

status kernel_create(cl_program program, const char *name, cl_kernel *out) {
    cl_int code;
    *out = clCreateKernel(program, name, &code);
    return opencl_status(code, "kernel %s", name);
}

static size_t rounded_up(size_t items, size_t group) {
    return (items + group - 1) / group * group;
}

status kernel_run(struct device *device, cl_kernel kernel, const struct kernel_arg *args, size_t n_args, size_t group_x, size_t items_x,
                  size_t items_y) {
    if (items_x == 0 || items_y == 0) return NULL;
    for (size_t i = 0; i < n_args; i++)
        TRY(opencl_status(clSetKernelArg(kernel, (cl_uint)i, args[i].bytes, args[i].value), "kernel argument %zu", i));
    const size_t global[2] = {rounded_up(items_x, group_x), items_y}, local[2] = {group_x, 1};
    cl_int code = clEnqueueNDRangeKernel(device->queue, kernel, 2, NULL, global, local, 0, NULL, NULL);
    if (code == CL_SUCCESS) return NULL;
    char name[64] = "?";
    clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
    return opencl_status(code, "starting kernel %s on %zu x %zu items", name, items_x, items_y);
}

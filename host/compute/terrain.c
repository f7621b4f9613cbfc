/* Launches kernels/terrain.cl over a window, with each row's cell size in metres. */
#include "compute/terrain.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { KERNELS = 7, GROUP = 64 };

struct terrain {
    struct device *device;
    cl_program program;
    cl_kernel kernels[KERNELS]; /* by plane kind from PLANE_SLOPE */
};

status terrain_open(struct device *device, struct terrain **out) {
    static const char *const names[KERNELS] = {
        "slope", "aspect", "roughness", "ruggedness", "profile_curvature", "plan_curvature", "tangential_curvature"};
    struct terrain *terrain;
    TRY(MEMORY_ARRAY(1, &terrain));
    terrain->device = device;
    status failure = program_build(device, &kernel_terrain, 1, NULL, &terrain->program);
    for (size_t i = 0; !failure && i < KERNELS; i++) failure = kernel_create(terrain->program, names[i], &terrain->kernels[i]);
    if (failure) {
        terrain_close(terrain);
        return failure;
    }
    *out = terrain;
    return NULL;
}

void terrain_close(struct terrain *terrain) {
    if (!terrain) return;
    for (size_t i = 0; i < KERNELS; i++)
        if (terrain->kernels[i]) clReleaseKernel(terrain->kernels[i]);
    if (terrain->program) clReleaseProgram(terrain->program);
    free(terrain);
}

/* Width and height of the cells of each row, pairs of floats on the device. */
static status metres_of_rows(struct device *device, const struct grid *grid, struct window window, struct buffer **out) {
    float *metres;
    size_t bytes = (size_t)window.rows * 2 * sizeof *metres;
    TRY(MEMORY_ARRAY((size_t)window.rows * 2, &metres));
    for (int64_t r = 0; r < window.rows; r++) {
        double dx_m, dy_m;
        grid_cell_metres(grid, (double)(window.row0 + r), &dx_m, &dy_m);
        metres[2 * r] = (float)dx_m;
        metres[2 * r + 1] = (float)dy_m;
    }
    *out = NULL;
    status failure = buffer_open(device, bytes, out);
    if (!failure) failure = buffer_write(*out, 0, bytes, metres);
    free(metres);
    return failure;
}

status terrain_rows(struct terrain *terrain, enum plane_kind kind, const struct grid *grid, struct window window, const struct buffer *surface,
                    struct buffer *out) {
    if (kind < PLANE_SLOPE || kind > PLANE_TANGENTIAL_CURVATURE) return status_fail(LODE_SELFTEST, "plane kind %d is none of terrain's", kind);
    size_t cells = (size_t)(window.cols * window.rows), grown = (size_t)((window.cols + 2) * (window.rows + 2));
    if (buffer_bytes(surface) < grown * sizeof(float) || buffer_bytes(out) < cells * sizeof(float))
        return status_fail(LODE_SELFTEST, "terrain of %zu cells: a buffer is too small", cells);
    struct buffer *metres;
    status failure = metres_of_rows(terrain->device, grid, window, &metres);
    const cl_int cols = (cl_int)window.cols, rows = (cl_int)window.rows;
    if (!failure) {
        const struct kernel_arg args[] = {ARG_BUFFER(surface), ARG(cols), ARG(rows), ARG_BUFFER(metres), ARG_BUFFER(out)};
        failure = kernel_run(terrain->device, terrain->kernels[kind - PLANE_SLOPE], args, 5, GROUP, (size_t)window.cols, (size_t)window.rows);
    }
    buffer_close(metres);
    return failure;
}

/* A formula's own kernel: its values, and that the fused pass counts where they are missing; a run that failed while its kernel was made can be tried
 * again, and leaves nothing behind. */
#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/formula_pass.h"
#include "compute/opencl.h"
#include "compute/overlay.h"
#include "on_device.h"

enum { CELLS = 1001 };

/* The driver's functions go through these: builds fail while they are told to, buffers are counted. */
static int builds_to_fail, buffers;

static void *driver(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    assert_non_null(found);
    return found;
}

CL_API_ENTRY cl_int CL_API_CALL clBuildProgram(cl_program program, cl_uint n, const cl_device_id *devices, const char *options,
                                               void(CL_CALLBACK *notify)(cl_program, void *), void *user) {
    if (builds_to_fail > 0) return builds_to_fail--, CL_OUT_OF_HOST_MEMORY;
    cl_int(CL_API_CALL * real)(cl_program, cl_uint, const cl_device_id *, const char *, void(CL_CALLBACK *)(cl_program, void *), void *);
    *(void **)&real = driver("clBuildProgram");
    return real(program, n, devices, options, notify, user);
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateBuffer(cl_context context, cl_mem_flags flags, size_t bytes, void *host, cl_int *code) {
    cl_mem(CL_API_CALL * real)(cl_context, cl_mem_flags, size_t, void *, cl_int *);
    *(void **)&real = driver("clCreateBuffer");
    cl_mem made = real(context, flags, bytes, host, code);
    if (made) buffers++;
    return made;
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateSubBuffer(cl_mem whole, cl_mem_flags flags, cl_buffer_create_type type, const void *part, cl_int *code) {
    cl_mem(CL_API_CALL * real)(cl_mem, cl_mem_flags, cl_buffer_create_type, const void *, cl_int *);
    *(void **)&real = driver("clCreateSubBuffer");
    cl_mem made = real(whole, flags, type, part, code);
    if (made) buffers++;
    return made;
}

CL_API_ENTRY cl_int CL_API_CALL clReleaseMemObject(cl_mem memory) {
    cl_int(CL_API_CALL * real)(cl_mem);
    *(void **)&real = driver("clReleaseMemObject");
    buffers--;
    return real(memory);
}

/* 3 x + 0.5 */
static const struct formula_node nodes[] = {{.op = FORMULA_OPERAND, .operand = 0},
                                            {.op = FORMULA_NUMBER, .number = 3},
                                            {.op = FORMULA_MULTIPLY, .args = {0, 1}},
                                            {.op = FORMULA_NUMBER, .number = 0.5},
                                            {.op = FORMULA_ADD, .args = {2, 3}}};
static const struct formula_operand operand = {OPERAND_VALUE, 0};
static const struct formula formula = {"3 * x + 0.5", 5, 1, nodes, &operand};

static void a_failed_build_can_be_tried_again(void **state) {
    (void)state;
    struct formula_pass *pass;
    struct buffer *in, *out;
    static float values[CELLS];
    const int before = buffers;
    setenv("XDG_CACHE_HOME", "/dev/null", 1); /* what an earlier run built would take the place of a build that fails */
    for (int i = 0; i < CELLS; i++) values[i] = i % 7 == 3 ? NAN : (float)(i - 500);
    assert_ok(buffer_open(device, sizeof values, &in));
    assert_ok(buffer_open(device, sizeof values, &out));
    assert_ok(buffer_write(in, 0, sizeof values, values));
    assert_ok(formula_pass_open(device, &formula, &pass));
    const int idle = buffers;
    for (int attempt = 0; attempt < 3; attempt++) {
        builds_to_fail = 1;
        status failure = formula_pass_run(pass, &in, NULL, CELLS, out);
        assert_non_null(failure);
        lode_error_free(failure);
        assert_int_equal(builds_to_fail, 0);
        assert_int_equal(buffers, idle);
    }
    assert_ok(formula_pass_run(pass, &in, NULL, CELLS, out));
    assert_ok(buffer_read(out, 0, sizeof values, values));
    for (int i = 0; i < CELLS; i++) assert_true(i % 7 == 3 ? isnan(values[i]) : values[i] == (float)(3 * (i - 500)) + 0.5f);
    formula_pass_close(pass);
    buffer_close(in);
    buffer_close(out);
    assert_int_equal(buffers, before);
}

/* x / (x - 4): missing where x is, and at 4. */
static const struct formula_node quotient_nodes[] = {{.op = FORMULA_OPERAND, .operand = 0},
                                                     {.op = FORMULA_NUMBER, .number = 4},
                                                     {.op = FORMULA_SUBTRACT, .args = {0, 1}},
                                                     {.op = FORMULA_DIVIDE, .args = {0, 2}}};
static const struct formula quotient = {"x / (x - 4)", 4, 1, quotient_nodes, &operand};

/* Criteria: a plane, a quotient of the second plane, a sum of the first; the counts of the first stay what they were. */
static void the_fused_pass_counts_what_formulas_lack(void **state) {
    (void)state;
    enum { CRITERIA = 3, MANY = 40003, LESS = 2050 };
    static float planes[2][MANY], score[MANY];
    static uint8_t states[MANY];
    int64_t wanted[CRITERIA] = {1000, 0, 0}, wanted_of_less[CRITERIA] = {0}, missing[CRITERIA] = {1000, 0, 0};
    for (int i = 0; i < MANY; i++) {
        planes[0][i] = i % 11 == 5 ? NAN : (float)(i % 100);
        planes[1][i] = i % 5 == 0 || i > MANY - 9 ? NAN : (float)(i % 13);
        wanted[1] += isnan(planes[1][i]) || planes[1][i] == 4;
        wanted[2] += isnan(planes[0][i]);
        if (i == LESS - 1) memcpy(wanted_of_less, wanted, sizeof wanted);
    }
    const struct criterion criteria[CRITERIA] = {{.membership.kind = MEMBER_LINEAR},
                                                 {.op = OP_FORMULA, .formula = &quotient, .membership.kind = MEMBER_LINEAR},
                                                 {.op = OP_FORMULA, .formula = &formula, .membership.kind = MEMBER_LINEAR}};
    struct criterion_step steps[CRITERIA] = {
        {.plane = 0, .scale = 1, .n_params = 2}, {.plane = NO_INDEX, .scale = 1, .n_params = 2}, {.plane = NO_INDEX, .scale = 1, .n_params = 2}};
    const int first = 0, second = 1, *operands[CRITERIA] = {NULL, &second, &first};
    const struct overlay leaf = {.op = OVERLAY_CRITERION, .weight = 1};
    const struct target target = {.score = &leaf, .min_coverage = 1};
    const struct scenario scenario = {.n_criteria = CRITERIA, .criteria = criteria, .n_targets = 1, .targets = &target};
    float params[] = {0, 100};
    const struct plan plan = {
        .scenario = &scenario, .n_planes = 2, .n_params = 2, .criteria = steps, .operands = operands, .params = params, .within_plane = NO_INDEX};
    struct buffer *in[2];
    struct overlay_pass *pass;
    for (int i = 0; i < 2; i++) {
        assert_ok(buffer_open(device, sizeof planes[i], &in[i]));
        assert_ok(buffer_write(in[i], 0, sizeof planes[i], planes[i]));
    }
    assert_ok(overlay_open(device, &plan, &pass));
    float *to_score[] = {score};
    uint8_t *to_state[] = {states};
    assert_ok(overlay_run(pass, in, MANY, &(struct overlay_results){.score = to_score, .state = to_state, .missing = missing}));
    assert_memory_equal(missing, wanted, sizeof wanted);
    assert_ok(overlay_run(pass, in, MANY, &(struct overlay_results){.score = to_score, .state = to_state}));
    assert_memory_equal(missing, wanted, sizeof wanted);
    assert_ok(overlay_run(pass, in, LESS, &(struct overlay_results){.score = to_score, .missing = missing}));
    for (int c = 1; c < CRITERIA; c++) assert_int_equal(missing[c], wanted[c] + wanted_of_less[c]);
    assert_int_equal(missing[0], 1000);
    overlay_close(pass);
    for (int i = 0; i < 2; i++) buffer_close(in[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_fused_pass_counts_what_formulas_lack),
                                       cmocka_unit_test(a_failed_build_can_be_tried_again)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}

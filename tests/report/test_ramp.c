/* Ramps: the published ends and middles, and lightness that only rises. */
#include "unit.h"

#include <math.h>

#include "report/ramp.h"

static double lightness(struct rgb c) {
    double share[3] = {c.r / 255.0, c.g / 255.0, c.b / 255.0}, linear[3];
    for (int i = 0; i < 3; i++) linear[i] = share[i] <= 0.04045 ? share[i] / 12.92 : pow((share[i] + 0.055) / 1.055, 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

static void assert_colour(const char *name, double share, int r, int g, int b) {
    struct rgb c = ramp_colour(ramp_find(name), share);
    assert_int_equal(c.r, r);
    assert_int_equal(c.g, g);
    assert_int_equal(c.b, b);
}

static void published_colours(void **state) {
    (void)state;
    assert_colour("viridis", 0, 68, 1, 84);
    assert_colour("viridis", 1, 253, 231, 37);
    assert_colour("viridis", 128 / 255.0, 33, 145, 140);
    assert_colour("magma", 0, 0, 0, 4);
    assert_colour("magma", 1, 252, 253, 191);
    assert_colour("cividis", 0, 0, 34, 78);
    assert_colour("cividis", 1, 254, 232, 56);
    assert_colour("batlow", 0, 1, 25, 89);
    assert_colour("batlow", 1, 250, 204, 250);
    assert_colour(NULL, -3, 68, 1, 84);
    assert_colour(NULL, 7, 253, 231, 37);
    assert_colour(NULL, NAN, 68, 1, 84);
}

static void lightness_rises(void **state) {
    (void)state;
    for (const char *const *name = ramp_names; *name; name++)
        for (int i = 8; i < 256; i++)
            assert_true(lightness(ramp_colour(ramp_find(*name), i / 255.0)) > lightness(ramp_colour(ramp_find(*name), (i - 8) / 255.0)));
    assert_null(ramp_find("jet"));
}

/* Differences: white between blue and orange, as dark on one side as on the other, and darker the farther from the middle. */
static void signed_ramp(void **state) {
    (void)state;
    const struct ramp *ramp = ramp_find("blue_orange");
    assert_non_null(ramp);
    for (int i = 0; i < 256; i++) {
        struct rgb c = ramp_colour(ramp, i / 255.0), other = ramp_colour(ramp, (255 - i) / 255.0);
        assert_true(i > 127 ? c.r >= c.b : c.b >= c.r);
        assert_true(fabs(lightness(c) - lightness(other)) < 0.012);
        if (i >= 8 && i < 128) assert_true(lightness(c) > lightness(ramp_colour(ramp, (i - 8) / 255.0)));
    }
    assert_true(lightness(ramp_colour(ramp, 0.5)) > 0.9);
    assert_true(lightness(ramp_colour(ramp, 0)) < 0.12);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(published_colours), cmocka_unit_test(lightness_rises), cmocka_unit_test(signed_ramp)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

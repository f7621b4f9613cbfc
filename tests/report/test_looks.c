/* Pictures that are read without all colours: by the colour-blind and in grey. Machado, Oliveira & Fernandes (2009, IEEE TVCG 15:1291) simulate how
 * colours look to whom the long, middle or short cones lack; luminance is that of IEC 61966-2-1. */
#include "report/fixture.h"

#include "report/heatmap.h"
#include "report/ramp.h"
#include "report/sheet_cells.h"

static const double sight[][9] = {
    {1, 0, 0, 0, 1, 0, 0, 0, 1},                                                                   /* all cones */
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998}, /* protanopia */
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},  /* deuteranopia */
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}, /* tritanopia */
    {0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722},                      /* grey */
};
enum { SIGHTS = sizeof sight / sizeof *sight };

static double linear(uint8_t byte) {
    double share = byte / 255.0;
    return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

/* CIE lightness, 0 to 100, of a colour as it is seen. */
static double lightness(struct rgb c, int how) {
    const double in[3] = {linear(c.r), linear(c.g), linear(c.b)}, weights[3] = {0.2126, 0.7152, 0.0722};
    double y = 0;
    for (int i = 0; i < 3; i++) {
        double seen = 0;
        for (int j = 0; j < 3; j++) seen += sight[how][3 * i + j] * in[j];
        y += weights[i] * fmin(fmax(seen, 0), 1);
    }
    return y > 0.008856 ? 116 * cbrt(y) - 16 : 903.3 * y;
}

static void ramps_rise_in_every_sight(void **state) {
    (void)state;
    for (const char *const *name = ramp_names; *name; name++)
        for (int how = 0; how < SIGHTS; how++) {
            const struct ramp *ramp = ramp_find(*name);
            for (int i = 16; i < 256; i++) {
                double step = lightness(ramp_colour(ramp, i / 255.0), how) - lightness(ramp_colour(ramp, (i - 16) / 255.0), how);
                if (!(step > 0.5)) fail_msg("%s in sight %d does not rise at %d: %g", *name, how, i, step);
            }
            assert_true(lightness(ramp_colour(ramp, 1), how) - lightness(ramp_colour(ramp, 0), how) > 45);
        }
}

/* Hatch, no data and outside by lightness alone; the hatch also by its pattern, so that no colour of a ramp is taken for it. */
static void states_differ_in_every_sight(void **state) {
    struct fixture *f = *state;
    const struct score_scale *scale = fixture_scale(f, 0);
    struct rgb palette[HEATMAP_COLOURS];
    heatmap_palette(scale, ramp_find(NULL), palette);
    for (int how = 0; how < SIGHTS; how++) {
        double seen[HEATMAP_RAMP];
        for (int i = 0; i < HEATMAP_RAMP; i++) seen[i] = lightness(palette[i], how);
        for (int i = 0; i < HEATMAP_RAMP; i++)
            for (int j = 0; j < i; j++) assert_true(fabs(seen[i] - seen[j]) > 10);
    }
    int dark = 0, along = 0, across = 0;
    enum { SIDE = 56 };
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            dark += sheet_cells_hatch(x, y) == HEATMAP_HATCH_DARK;
            along += sheet_cells_hatch(x, y) != sheet_cells_hatch(x + 1, y + 13);
            across += sheet_cells_hatch(x, y) != sheet_cells_hatch(x + 5, y + 2);
        }
    assert_true(dark > SIDE * SIDE / 4 && dark < SIDE * SIDE / 2); /* lines, neither dots nor a surface */
    assert_true(along == 0 && across > SIDE * SIDE / 3);           /* that run one way */
}

/* A class a colour, breaks in the georeference, and scores on a break in the class below. */
static void classes_have_a_colour_each(void **state) {
    struct fixture *f = *state;
    const double breaks[] = {0.25, 0.5, 0.75};
    struct target *target = (struct target *)&f->scenario->targets[0];
    target->classing = (struct classing){.kind = CLASSES_BREAKS, .n_breaks = 3, .breaks = breaks};
    const struct score_scale *scale = fixture_scale(f, 0);
    struct rgb palette[HEATMAP_COLOURS];
    heatmap_palette(scale, ramp_find("cividis"), palette);
    const struct {
        double score;
        int class;
    } rows[] = {{0, 0}, {0.25, 0}, {0.2500001, 1}, {0.5, 1}, {0.6, 2}, {0.75, 2}, {0.76, 3}, {1, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(heatmap_entry(scale, rows[i].score), HEATMAP_RAMP + rows[i].class);
        struct rgb c = palette[HEATMAP_RAMP + rows[i].class], wanted = ramp_colour(ramp_find("cividis"), rows[i].class / 3.0);
        assert_memory_equal(&c, &wanted, sizeof c);
    }
    char png[96], world[96], aux[110], xml[8192];
    snprintf(png, sizeof png, "%s/c.png", f->folder);
    snprintf(world, sizeof world, "%s/c.pgw", f->folder);
    snprintf(aux, sizeof aux, "%s.aux.xml", png);
    assert_ok(heatmap_write(&f->result, 0, &(struct heatmap_paths){png, world, aux}));
    FILE *file = fopen(aux, "r");
    xml[fread(xml, 1, sizeof xml - 1, file)] = '\0';
    fclose(file);
    assert_non_null(strstr(xml, "<Category>score 0 to 0.25</Category>"));
    assert_non_null(strstr(xml, "<Category>score 0.5 to 0.75</Category>"));
    assert_non_null(strstr(xml, "<Category>score 0.75 to "));
    assert_null(strstr(strstr(xml, "<Category>score 0.75 to ") + 1, "<Category>"));
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
int main(void) {
    const struct CMUnitTest tests[] = {WITH_FIXTURE(ramps_rise_in_every_sight), WITH_FIXTURE(states_differ_in_every_sight),
                                       WITH_FIXTURE(classes_have_a_colour_each)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A map sheet's parts against formulas that share no code with the program: Albers' projection and its inverse (Snyder 1987, USGS PP 1395,
 * eq. 14-1 to 14-21), geodesics by Vincenty (1975); numbers that do not cover each other; land and sea on the globe where an atlas has them. */
#include "report/fixture.h"

#include "report/digest.h"
#include "report/globe.h"
#include "report/graticule.h"
#include "report/map_frame.h"
#include "report/sheet.h"
#include "report/sheet_cells.h"
#include "report/sheet_marks.h"
#include "report/sheet_svg.h"

static const double PI = 3.14159265358979323846, A = 6378137, F = 1 / 298.257222101, F84 = 1 / 298.257223563;

/* EPSG:5070 on GRS 80: standard parallels 29.5 and 45.5, origin 23 N 96 W. */
static double q_of(double lat) {
    double e2 = F * (2 - F), e = sqrt(e2), s = sin(lat);
    return (1 - e2) * (s / (1 - e2 * s * s) - log((1 - e * s) / (1 + e * s)) / (2 * e));
}

static double m_of(double lat) {
    double e2 = F * (2 - F);
    return cos(lat) / sqrt(1 - e2 * sin(lat) * sin(lat));
}

static double cone(double *c) {
    double p1 = 29.5 * PI / 180, p2 = 45.5 * PI / 180, n = (m_of(p1) * m_of(p1) - m_of(p2) * m_of(p2)) / (q_of(p2) - q_of(p1));
    *c = m_of(p1) * m_of(p1) + n * q_of(p1);
    return n;
}

static void albers(double lon, double lat, double *x, double *y) {
    double c, n = cone(&c), r0 = A * sqrt(c - n * q_of(23 * PI / 180)) / n, r = A * sqrt(c - n * q_of(lat * PI / 180)) / n;
    double t = n * (lon + 96) * PI / 180;
    *x = r * sin(t);
    *y = r0 - r * cos(t);
}

static void albers_inverse(double x, double y, double *lon, double *lat) {
    double c, n = cone(&c), r0 = A * sqrt(c - n * q_of(23 * PI / 180)) / n, e2 = F * (2 - F), e = sqrt(e2);
    double r = hypot(x, r0 - y), q = (c - r * r * n * n / (A * A)) / n, p = asin(q / 2);
    for (int i = 0; i < 20; i++) {
        double s = sin(p), k = 1 - e2 * s * s;
        p += k * k / (2 * cos(p)) * (q / (1 - e2) - s / k + log((1 - e * s) / (1 + e * s)) / (2 * e));
    }
    *lon = -96 + atan2(x, r0 - y) / n * 180 / PI;
    *lat = p * 180 / PI;
}

static double vincenty(double lon1, double lat1, double lon2, double lat2) {
    double b = A * (1 - F84), u1 = atan((1 - F84) * tan(lat1 * PI / 180)), u2 = atan((1 - F84) * tan(lat2 * PI / 180)), l = (lon2 - lon1) * PI / 180;
    double lambda = l, sigma = 0, ss = 0, cs = 0, ca2 = 0, c2m = 0;
    for (int i = 0; i < 100; i++) {
        ss = hypot(cos(u2) * sin(lambda), cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(lambda));
        cs = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(lambda);
        sigma = atan2(ss, cs);
        double sa = cos(u1) * cos(u2) * sin(lambda) / ss;
        ca2 = 1 - sa * sa;
        c2m = ca2 > 0 ? cs - 2 * sin(u1) * sin(u2) / ca2 : 0;
        double c = F84 / 16 * ca2 * (4 + F84 * (4 - 3 * ca2));
        lambda = l + (1 - c) * F84 * sa * (sigma + c * ss * (c2m + c * cs * (2 * c2m * c2m - 1)));
    }
    double k2 = ca2 * (A * A - b * b) / (b * b), ka = 1 + k2 / 16384 * (4096 + k2 * (-768 + k2 * (320 - 175 * k2)));
    double kb = k2 / 1024 * (256 + k2 * (-128 + k2 * (74 - 47 * k2)));
    double ds = kb * ss * (c2m + kb / 4 * (cs * (2 * c2m * c2m - 1) - kb / 6 * c2m * (4 * ss * ss - 3) * (4 * c2m * c2m - 3)));
    return b * ka * (sigma - ds);
}

/* A frame over a part of the conterminous United States, or over degrees. */
static struct map_frame frame_of(struct fixture *f, double x0, double y0, double cell, int64_t width, int64_t height) {
    struct grid *grid = &f->result.grid;
    struct map_frame frame = {.x = 101, .y = 57, .w = 1501, .grid = grid};
    grid->x0 = x0, grid->y0 = y0, grid->dx = grid->dy = cell, grid->width = width, grid->height = height;
    frame.h = frame.w / map_frame_aspect(grid);
    struct crs_lonlat *lonlat;
    assert_ok(crs_lonlat_open(grid, &lonlat));
    frame.lonlat = lonlat;
    return frame;
}

static void frame_close(struct map_frame *frame) {
    crs_lonlat_close((struct crs_lonlat *)frame->lonlat);
}

static void assert_bar(const struct map_frame *frame, double most) {
    struct scale_bar bar;
    const struct grid *grid = frame->grid;
    double per_unit = grid->dx * (double)grid->width / frame->w, lon[2], lat[2];
    assert_true(map_frame_bar(frame, most, &bar));
    double cx = grid->x0 + grid->dx * (double)grid->width / 2, cy = grid->y0 - grid->dy * (double)grid->height / 2;
    albers_inverse(cx - bar.units / 2 * per_unit, cy, &lon[0], &lat[0]);
    albers_inverse(cx + bar.units / 2 * per_unit, cy, &lon[1], &lat[1]);
    double metres = vincenty(lon[0], lat[0], lon[1], lat[1]);
    if (fabs(metres / bar.metres - 1) > 1e-6) fail_msg("a bar that says %g m is %.6f m long", bar.metres, metres);
    assert_true(bar.units <= most && bar.units > most / 3);
    double digits = bar.metres / pow(10, floor(log10(bar.metres) + 1e-9));
    assert_true(fabs(digits - 1) < 1e-9 || fabs(digits - 2) < 1e-9 || fabs(digits - 5) < 1e-9);
}

static void scale_bar_is_true_at_the_middle(void **state) {
    struct fixture *f = *state;
    struct map_frame frame = frame_of(f, -2300000, 3200000, 1000, 4601, 2903);
    assert_bar(&frame, 260);
    frame_close(&frame);
    frame = frame_of(f, -1792000, 1500500, 30, 701, 1201); /* here a metre of the plane is not one of the ground */
    assert_bar(&frame, 260);
    assert_bar(&frame, 90);
    frame_close(&frame);
}

/* Where a label stands, the line of its words crosses the frame's edge. */
static void graticule_labels_are_true(void **state) {
    struct fixture *f = *state;
    struct map_frame frame = frame_of(f, -2300000, 3200000, 1000, 4601, 2903);
    struct graticule lines;
    size_t sides[4] = {0};
    assert_ok(graticule_make(&frame, &lines));
    assert_true(lines.n_labels > 12 && lines.n_places > 1000);
    for (size_t i = 0; i < lines.n_labels; i++) {
        const struct graticule_label *label = &lines.labels[i];
        double x = frame.grid->x0 + (label->right - frame.x) * 4601e3 / frame.w, y = frame.grid->y0 - (label->down - frame.y) * 2903e3 / frame.h, lon,
               lat;
        double shown = strtod(label->words, NULL);
        char side = label->words[strlen(label->words) - 1];
        albers_inverse(x, y, &lon, &lat);
        sides[label->side]++;
        assert_true(fabs((label->meridian ? lon : lat) - (side == 'W' || side == 'S' ? -shown : shown)) < 0.01);
        assert_int_equal(side, label->meridian ? 'W' : 'N');
        double edge = label->side == SIDE_TOP      ? label->down - frame.y
                      : label->side == SIDE_BOTTOM ? label->down - frame.y - frame.h
                      : label->side == SIDE_LEFT   ? label->right - frame.x
                                                   : label->right - frame.x - frame.w;
        assert_true(fabs(edge) < 1e-6);
    }
    for (int i = 0; i < 4; i++) assert_true(sides[i] >= 3);
    for (size_t i = 0; i + 1 < lines.n_places; i++) { /* no chord across the map: every piece is short */
        if (lines.places[i + 1].begins) continue;
        assert_true(hypot(lines.places[i].right - lines.places[i + 1].right, lines.places[i].down - lines.places[i + 1].down) < 60);
    }
    graticule_free(&lines);
    frame_close(&frame);
}

static void degrees_in_words(void **state) {
    (void)state;
    static const struct {
        double degrees;
        bool meridian;
        const char *words;
    } rows[] = {{-116.5, true, "116°30′ W"},
                {0, true, "0°"},
                {0, false, "0°"},
                {23.4369444444, false, "23°26′13″ N"},
                {-179.9997222222, true, "179°59′59″ W"},
                {180, true, "180°"},
                {-60, false, "60° S"},
                {7.0833333333, true, "7°05′ E"}};
    char words[24];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        graticule_words(rows[i].degrees, rows[i].meridian, words);
        assert_string_equal(words, rows[i].words);
    }
}

static void places_go_to_the_sheet_and_back(void **state) {
    struct fixture *f = *state;
    struct map_frame frame = frame_of(f, -2300000, 3200000, 1000, 4601, 2903);
    double x, y, right, down;
    albers(-115.534, 35.4788, &x, &y);
    map_frame_lonlat_to_sheet(&frame, -115.534, 35.4788, &right, &down);
    assert_true(fabs(right - (frame.x + (x + 2300000) / 4601e3 * frame.w)) < 1e-3 &&
                fabs(down - (frame.y + (3200000 - y) / 2903e3 * frame.h)) < 1e-3);
    map_frame_from_sheet(&frame, right, down, &x, &y);
    map_frame_to_sheet(&frame, x, y, &right, &down);
    assert_true(map_frame_holds(&frame, right, down) && !map_frame_holds(&frame, frame.x - 1, down));
    /* convergence of a cone: n times the longitude from its middle meridian */
    double c, n = cone(&c), lon, lat;
    albers_inverse(-2300000 + 4601e3 / 2, 3200000 - 2903e3 / 2, &lon, &lat);
    assert_true(fabs(map_frame_north(&frame) + n * (lon + 96) * PI / 180) < 1e-4);
    frame_close(&frame);
}

/* Sites in a heap: every number is there, none covers another, none leaves the frame. */
static void numbers_do_not_cover_each_other(void **state) {
    struct fixture *f = *state;
    enum { MANY = 40 };
    struct map_frame frame = frame_of(f, -2300000, 3200000, 1000, 4601, 2903);
    struct site sites[MANY];
    struct base_map base = {0};
    struct sheet_marks marks;
    struct ink ink;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    ink_open(surface, &ink);
    memset(sites, 0, sizeof sites);
    for (int i = 0; i < MANY; i++) {
        map_frame_from_sheet(&frame, frame.x + 300 + i * 37 % 101, frame.y + 4 + i * 53 % 71, &sites[i].x, &sites[i].y);
        sites[i].rank = i == 7 ? 0 : i < 7 ? i + 1 : i;
    }
    assert_ok(sheet_marks_make(&(struct site_list){.count = MANY, .sites = sites}, 25, &base, &frame, &ink, &marks));
    assert_int_equal(marks.n_sites, 25);
    for (size_t i = 0; i < marks.n_sites; i++) {
        const struct site_mark *a = &marks.sites[i];
        assert_int_equal(a->rank, i + 1);
        assert_true(a->at_down - SITE_RADIUS >= frame.y - 1e-9);
        for (size_t j = 0; j < i; j++)
            assert_true(hypot(a->at_right - marks.sites[j].at_right, a->at_down - marks.sites[j].at_down) > 2 * SITE_RADIUS - 2);
    }
    sheet_marks_free(&marks);
    assert_int_equal(ink_close(&ink), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(surface);
    frame_close(&frame);
}

static bool is_land(struct fixture *f, double lon0, double lat0, double lon, double lat) {
    enum { SIDE = 401 };
    struct grid *grid = &f->result.grid;
    struct ink ink;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, SIDE, SIDE);
    grid->geographic = true;
    struct map_frame frame = frame_of(f, lon0 - 0.05, lat0 + 0.05, 0.1, 1, 1);
    ink_open(surface, &ink);
    globe_draw(&ink, &frame, SIDE / 2.0, SIDE / 2.0, 195);
    assert_int_equal(ink_close(&ink), CAIRO_STATUS_SUCCESS);
    cairo_surface_flush(surface);
    double l = (lon - lon0) * PI / 180, p = lat * PI / 180, p0 = lat0 * PI / 180;
    double x = cos(p) * sin(l), y = cos(p0) * sin(p) - sin(p0) * cos(p) * cos(l);
    const uint8_t *row = cairo_image_surface_get_data(surface) + (ptrdiff_t)(SIDE / 2.0 - 195 * y) * cairo_image_surface_get_stride(surface);
    const uint8_t *pixel = row + 4 * (int)(SIDE / 2.0 + 195 * x);
    bool land = pixel[0] < pixel[2]; /* land is warm, sea is cool: blue, green, red */
    cairo_surface_destroy(surface);
    frame_close(&frame);
    return land;
}

/* From Argentina, whose antipode lies in Asia: that ring is seen in part and has the antipode within. */
static void globe_has_land_where_land_is(void **state) {
    struct fixture *f = *state;
    f->result.grid.wkt =
        "GEOGCRS[\"WGS 84\",DATUM[\"World Geodetic System 1984\",ELLIPSOID[\"WGS 84\",6378137,298.257223563]],CS[ellipsoidal,2],"
        "AXIS[\"geodetic latitude (Lat)\",north],AXIS[\"geodetic longitude (Lon)\",east],UNIT[\"degree\",0.0174532925199433],ID[\"EPSG\",4326]]";
    assert_true(is_land(f, -70, -31, -50, -7));
    assert_true(is_land(f, -70, -31, -5, 13)); /* Mali */
    assert_false(is_land(f, -70, -31, -35, -25));
    assert_false(is_land(f, -70, -31, -95, -25));
    assert_true(is_land(f, -70, -31, -100, 41));
    assert_true(is_land(f, 105, 32, 75, 24)); /* antipode in Chile, which is not seen */
    assert_false(is_land(f, 105, 32, 88, 8));
    assert_true(is_land(f, 12, -85, 100, -80)); /* the pole itself: Antarctica's cut edge */
    assert_true(is_land(f, 12, -85, -100, -82));
    assert_false(is_land(f, 12, -85, -120, -45));
    assert_true(is_land(f, 0, 90, 100, 62)); /* Antarctica's cut edge is the antipode */
    assert_true(is_land(f, 0, 90, -40, 75));
    assert_false(is_land(f, 0, 90, 179, 40));
    assert_false(is_land(f, 0, 90, -150, 30));
    assert_true(is_land(f, 178, 64, 172, 67)); /* land on both sides of the antimeridian */
    assert_true(is_land(f, 178, 64, -155, 65));
}

static void cells_look_as_their_states(void **state) {
    struct fixture *f = *state;
    enum { PER = 20 };
    cairo_surface_t *surface;
    assert_ok(sheet_cells_make(&f->result, 0, fixture_scale(f, 0), WIDTH * PER, HEIGHT * PER, &surface));
    for (int row = 0; row < HEIGHT; row++)
        for (int col = 0; col < WIDTH; col++) {
            const uint8_t *line = cairo_image_surface_get_data(surface) + (row * PER + 7) * cairo_image_surface_get_stride(surface);
            uint32_t pixel = ((const uint32_t *)(const void *)line)[col * PER + 3];
            double score = (double)f->score[0][row * WIDTH + col];
            struct rgb c = ramp_colour(ramp_find(NULL), fmin(floor(score * 252), 251) / 251);
            uint32_t grey = (col * PER + 3 + row * PER + 7) % 14 < 5 ? 0xff787878 : 0xffb0b0b0;
            uint32_t wanted = 0xff000000u | (uint32_t)c.r << 16 | (uint32_t)c.g << 8 | c.b;
            uint8_t look = f->state[0][row * WIDTH + col];
            if (look == CELL_EXCLUDED) wanted = grey;
            if (look == CELL_NO_DATA) wanted = 0xffdedede;
            if (look == CELL_OUTSIDE) wanted = 0;
            assert_int_equal(pixel, wanted);
        }
    cairo_surface_destroy(surface);
}

static void write_sheet(struct fixture *f, const char *name, struct digest digests[MAP_FORMATS]) {
    char paths[MAP_FORMATS][128];
    int64_t bytes;
    for (int i = 0; i < MAP_FORMATS; i++) snprintf(paths[i], sizeof paths[i], "%s/%s.%s", f->folder, name, map_format_names[i]);
    assert_ok(sheet_write(&f->result, 0, (const char *const[]){paths[0], paths[1], paths[2]}));
    for (int i = 0; i < MAP_FORMATS; i++) assert_ok(digest_file(paths[i], &digests[i], &bytes));
}

/* Also after other pictures were drawn: no count of the process is in the files. */
static void same_bytes_twice(void **state) {
    struct fixture *f = *state;
    struct digest a[MAP_FORMATS], b[MAP_FORMATS];
    write_sheet(f, "a", a);
    for (int i = 0; i < 3; i++) cairo_surface_destroy(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 3, 5));
    write_sheet(f, "b", b);
    for (int i = 0; i < MAP_FORMATS; i++) assert_string_equal(a[i].hex, b[i].hex);
}

static void words_are_safe_in_markup(void **state) {
    (void)state;
    struct text out = {0};
    sheet_svg_words("a<b> & \x01\x1b\"c\" \xE9 \xE7\xA8\x80", &out);
    assert_string_equal(out.bytes, "a&lt;b&gt; &amp; \"c\" \xEF\xBF\xBD \xE7\xA8\x80");
    text_free(&out);
}

static void failures_name_the_file(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < MAP_FORMATS; i++) {
        const char *paths[MAP_FORMATS] = {NULL};
        paths[i] = "/nonexistent/a.map";
        assert_fails(sheet_write(&f->result, 0, paths), LODE_IO, "/nonexistent/a.map");
        paths[i] = "/dev/full";
        assert_fails(sheet_write(&f->result, 0, paths), LODE_IO, "/dev/full");
    }
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
int main(void) {
    const struct CMUnitTest tests[] = {WITH_FIXTURE(scale_bar_is_true_at_the_middle),
                                       WITH_FIXTURE(graticule_labels_are_true),
                                       WITH_FIXTURE(degrees_in_words),
                                       WITH_FIXTURE(places_go_to_the_sheet_and_back),
                                       WITH_FIXTURE(numbers_do_not_cover_each_other),
                                       WITH_FIXTURE(globe_has_land_where_land_is),
                                       WITH_FIXTURE(cells_look_as_their_states),
                                       WITH_FIXTURE(same_bytes_twice),
                                       WITH_FIXTURE(words_are_safe_in_markup),
                                       WITH_FIXTURE(failures_name_the_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One row a tenant. tests/analysis/test_plan.c and tests/scan/test_memory.py hold the sums against what devices and the process really take. */
#include "model/plan_memory.h"

#include "model/plan_tenants.h"

enum {
    BAND_ROWS_MAX = 256,
    BANDS_A_DEVICE = 8, /* at least */
    CACHE_LEAST = 8 << 20,
    WARP_PART = 16,
    WARP_LEAST = 4 << 20,
    WARP_MOST = 448 << 20
};

size_t plan_cache_bytes(size_t memory_bytes) {
    return larger(memory_bytes / PLAN_CACHE_PART, CACHE_LEAST);
}

size_t plan_warp_bytes(size_t memory_bytes) {
    return smaller(larger(memory_bytes / WARP_PART, WARP_LEAST), WARP_MOST);
}

static const struct tenant {
    const char *name;
    unsigned times;
    size_t (*bytes)(const struct plan *plan, size_t rows);
} tenant_table[] = {
    {"decoded pixels", TIME_MASKS | TIME_SCORING | TIME_WRITING | TIME_PAGE, tenant_cache},
    {"resampling", TIME_MASKS | TIME_SCORING, tenant_warping},
    {"burnt strips of vector layers", TIME_MASKS | TIME_SCORING, tenant_strips},
    {"shares of cells that areas cover", TIME_SCORING, tenant_shares},
    {"masks kept", TIME_MASKS | TIME_SCORING, tenant_masks_kept},
    {"distances", TIME_MASKS | TIME_SCORING, tenant_distances},
    {"the distance that rules are made of", TIME_MASKS, tenant_distance_of_rules},
    {"bits of rules", TIME_MASKS | TIME_SCORING, tenant_rules_made},
    {"accumulated costs", TIME_MASKS | TIME_SCORING, tenant_costs},
    {"the mask that is made", TIME_MASKS, tenant_mask_in_hand},
    {"room to make masks in", TIME_MASKS, tenant_mask_room},
    {"clumps of a mask, and what is known beside it", TIME_MASKS, tenant_clumps},
    {"layers of bands in flight", TIME_SCORING, tenant_layers_in_flight},
    {"planes on the device", TIME_SCORING, tenant_planes_on_device},
    {"circles of cells", TIME_MASKS | TIME_SCORING, tenant_circles},
    {"percentiles of circles", TIME_MASKS | TIME_SCORING, tenant_percentiles},
    {"values fetched", TIME_SCORING, tenant_values_fetched},
    {"values that weights are made of", TIME_SCORING, tenant_gathered},
    {"states of cells that models learn from", TIME_SCORING, tenant_studied},
    {"conditions of bands in flight", TIME_SCORING, tenant_conditions},
    {"surfaces in memory", TIME_MASKS | TIME_SCORING | TIME_WRITING | TIME_PAGE, tenant_surfaces_in_memory},
    {"pages of surfaces in flight", TIME_SCORING, tenant_pages_in_flight},
    {"planes of variants", TIME_SCORING, tenant_variants},
    {"terms of sites", TIME_SCORING, tenant_terms},
    {"scores of draws", TIME_SCORING, tenant_certainty},
    {"values for the page", TIME_SCORING, tenant_page_taken},
    {"picture", TIME_SCORING, tenant_picture},
    {"overviews", TIME_WRITING, tenant_overviews},
    {"pages of surfaces being written", TIME_WRITING, tenant_pages_written},
    {"rule bits being written", TIME_WRITING, tenant_rules_written},
    {"tiles of surfaces", TIME_WRITING, tenant_packing},
    {"pictures of the page", TIME_PAGE, tenant_page_made},
};
enum { N_TENANTS = sizeof tenant_table / sizeof *tenant_table };
_Static_assert((int)N_TENANTS <= (int)PLAN_TENANTS_MAX, "callers have room for every tenant");

static size_t tenant_bytes(const struct tenant *tenant, const struct plan *plan, size_t rows) {
    return plan->ways_only && !(tenant->times & TIME_MASKS) ? 0 : tenant->bytes(plan, rows);
}

size_t plan_tenants(const struct plan *plan, size_t rows, struct plan_tenant tenants[PLAN_TENANTS_MAX]) {
    size_t n = 0;
    for (size_t i = 0; i < N_TENANTS; i++) {
        size_t bytes = tenant_bytes(&tenant_table[i], plan, rows);
        if (bytes > 0) tenants[n++] = (struct plan_tenant){tenant_table[i].name, tenant_table[i].times, bytes};
    }
    return n;
}

static size_t bytes_at(const struct plan *plan, size_t rows, unsigned time) {
    size_t bytes = 0;
    for (size_t i = 0; i < N_TENANTS; i++) bytes += tenant_table[i].times & time ? tenant_bytes(&tenant_table[i], plan, rows) : 0;
    return bytes;
}

size_t plan_peak_bytes(const struct plan *plan, size_t rows) {
    return larger(bytes_at(plan, rows, TIME_MASKS),
                  larger(bytes_at(plan, rows, TIME_SCORING), larger(bytes_at(plan, rows, TIME_WRITING), bytes_at(plan, rows, TIME_PAGE))));
}

static const size_t MB = 1000000;

static bool fits(struct plan plan, size_t megabytes) {
    plan.memory_bytes = megabytes * MB;
    return plan_peak_bytes(&plan, 1) <= plan.memory_bytes;
}

/* A larger budget lets some tenants take more: the least one, from the plan's own on, that holds what it would itself bring. */
static size_t megabytes_needed(struct plan plan) {
    size_t megabytes = plan.memory_bytes / MB, before = megabytes;
    while (!fits(plan, megabytes)) {
        plan.memory_bytes = megabytes * MB;
        megabytes = larger(megabytes + 1, (plan_peak_bytes(&plan, 1) + MB - 1) / MB);
    }
    while (megabytes > before + 1 && fits(plan, megabytes - 1)) megabytes--;
    return megabytes;
}

/* Of a budget that is just enough, the largest tenant of the time that needs most is named. */
static status too_little(struct plan plan) {
    const size_t megabytes = megabytes_needed(plan);
    struct plan_tenant tenants[PLAN_TENANTS_MAX], most = {"", 0, 0};
    plan.memory_bytes = megabytes * MB;
    size_t n = plan_tenants(&plan, 1, tenants), needed = plan_peak_bytes(&plan, 1);
    unsigned time = TIME_MASKS;
    while (bytes_at(&plan, 1, time) < needed) time <<= 1;
    for (size_t i = 0; i < n; i++)
        if (tenants[i].times & time && tenants[i].bytes > most.bytes) most = tenants[i];
    return status_fail(LODE_TRY_AGAIN, "a grid of %lld x %lld cells needs at least %zu MB (%zu MB of it: %s): give more --memory or a coarser cell",
                       (long long)plan.grid->width, (long long)plan.grid->height, megabytes, (most.bytes + MB - 1) / MB, most.name);
}

/* Several devices: or the slowest ends long after the others. */
static size_t fair_rows(const struct plan *plan) {
    return plan->devices > 1 ? (size_t)plan->grid->height / (plan->devices * BANDS_A_DEVICE) + 1 : (size_t)plan->grid->height;
}

status plan_choose_band(struct plan *plan) {
    size_t low = 1, high = smaller(BAND_ROWS_MAX, fair_rows(plan));
    if (plan_peak_bytes(plan, low) > plan->memory_bytes) return too_little(*plan);
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        if (plan_peak_bytes(plan, middle) <= plan->memory_bytes)
            low = middle;
        else
            high = middle - 1;
    }
    plan->band_rows = low;
    return NULL;
}

/* Prints, of every route of a table, what many draws say: for check_permits.py, which draws with another generator.
 * Usage: geo_print_permits COUNT SEED [ROUTES.csv] */
#include <stdio.h>
#include <stdlib.h>

#include "compute/permit.h"
#include "geo/permit_tables.h"

static status print_route(struct permit_sampler *sampler, const struct permit_route *route, unsigned long long seed, size_t count) {
    struct permit_draws draws;
    TRY(permit_sample(sampler, route, seed, count, &draws));
    const float *months = draws.months;
    printf("%s\t%s\t%.9g\t%.9g\t%.9g\t%.9g\t%.9g\n", route->jurisdiction, route->name, sorted_quantile(months, count, 0.1),
           sorted_quantile(months, count, 0.5), sorted_quantile(months, count, 0.9), sorted_share(months, count, 6), sorted_share(months, count, 24));
    for (size_t s = 0; s < route->n_stages; s++) printf("\t%s\t%.9g\t%.9g\n", route->stages[s].name, draws.on_way[s], draws.way_months[s]);
    permit_draws_free(&draws);
    return NULL;
}

static status print_all(size_t count, unsigned long long seed, const char *path) {
    struct arena arena = {0};
    struct permit_routes routes;
    struct land_classes classes;
    struct device *device;
    struct permit_sampler *sampler;
    TRY(permit_tables_read(path, NULL, &arena, &routes, &classes));
    TRY(device_open(NULL, &device));
    TRY(permit_sampler_open(device, &sampler));
    for (size_t r = 0; r < routes.count; r++) TRY(print_route(sampler, &routes.routes[r], seed, count));
    permit_sampler_close(sampler);
    device_close(device);
    arena_free(&arena);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    status failure = print_all(strtoull(argv[1], NULL, 10), strtoull(argv[2], NULL, 10), argc > 3 ? argv[3] : NULL);
    if (!failure) return 0;
    fprintf(stderr, "%s\n", lode_error_message(failure));
    lode_error_free(failure);
    return 1;
}

/* From CSV text to routes and land classes. */
#include "geo/permit_tables.h"

#include "geo/csv_file.h"

static status read_rows(const char *path, const char *own_name, const char *own, const char *const *columns, size_t n_columns, struct arena *arena,
                        struct permit_rows *rows) {
    return path ? csv_read(path, columns, n_columns, arena, rows) : csv_read_bytes(own_name, own, columns, n_columns, arena, rows);
}

status permit_tables_read(const char *routes_path, const char *land_path, struct arena *arena, struct permit_routes *routes,
                          struct land_classes *classes) {
    struct permit_rows rows;
    TRY(read_rows(routes_path, "permits/routes.csv", table_routes, route_columns, ROUTE_COLUMNS, arena, &rows));
    TRY(permit_routes_read(&rows, arena, routes));
    TRY(read_rows(land_path, "permits/land_status.csv", table_land_status, land_columns, LAND_COLUMNS, arena, &rows));
    return land_classes_read(&rows, arena, classes);
}

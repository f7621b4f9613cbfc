/* GDALComputeProximity on a mask in memory: the call alone is timed, with no file and no option but its distances.
 *   peer_gdal_proximity MASK SIZE [OUT]    MASK: a byte a cell; OUT: raw floats, cells */
#include <gdal.h>
#include <gdal_alg.h>
#include <stdlib.h>

#include "bench.h"

static GDALDatasetH in_memory(int size, GDALDataType type) {
    return GDALCreate(GDALGetDriverByName("MEM"), "", size, size, 1, type, NULL);
}

/* Row by row, so that the peak of memory is the call's own. */
static int fill(GDALRasterBandH mask, const char *path, int size, void *row) {
    FILE *file = fopen(path, "rb");
    int ok = file != NULL;
    for (int r = 0; ok && r < size; r++)
        ok =
            fread(row, 1, (size_t)size, file) == (size_t)size && GDALRasterIO(mask, GF_Write, 0, r, size, 1, row, size, 1, GDT_Byte, 0, 0) == CE_None;
    if (file) fclose(file);
    return ok;
}

static int write_answer(GDALRasterBandH distance, const char *path, int size, void *row) {
    FILE *file = fopen(path, "wb");
    int ok = file != NULL;
    for (int r = 0; ok && r < size; r++)
        ok = GDALRasterIO(distance, GF_Read, 0, r, size, 1, row, size, 1, GDT_Float32, 0, 0) == CE_None &&
             fwrite(row, sizeof(float), (size_t)size, file) == (size_t)size;
    if (file && fclose(file) != 0) ok = 0;
    return ok;
}

int main(int argc, char **argv) {
    int size = argc > 2 ? atoi(argv[2]) : 0;
    if (size < 1) return 64;
    GDALAllRegister();
    void *row = malloc((size_t)size * sizeof(float));
    GDALDatasetH mask = in_memory(size, GDT_Byte), distance = in_memory(size, GDT_Float32);
    if (!row || !mask || !distance) return 75;
    if (!fill(GDALGetRasterBand(mask, 1), argv[1], size, row)) return 74;
    struct timing timing = {0};
    timing_start(&timing);
    CPLErr failed = GDALComputeProximity(GDALGetRasterBand(mask, 1), GDALGetRasterBand(distance, 1), NULL, NULL, NULL);
    timing_stop(&timing);
    if (failed) return 70;
    if (argc > 3 && !write_answer(GDALGetRasterBand(distance, 1), argv[3], size, row)) return 74;
    printf("{\"wall_s\": %.6f, \"cpu_s\": %.6f}\n", timing.wall_s, timing.cpu_s);
    free(row);
    GDALClose(mask);
    GDALClose(distance);
    return 0;
}

/* Bands are added by address to an empty MEM dataset: this works where GDAL no longer opens "MEM:::" names (3.10). */
#include "geo/memory_dataset.h"

#include <cpl_conv.h>
#include <stdio.h>

GDALDatasetH memory_dataset(GDALDataType type, int width, int height, size_t count, const void *const *planes) {
    GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("MEM"), "", width, height, 0, type, NULL);
    for (size_t i = 0; i < count && dataset; i++) {
        char address[64], option[96];
        int length = CPLPrintPointer(address, (void *)planes[i], sizeof address - 1);
        address[length > 0 ? length : 0] = '\0';
        snprintf(option, sizeof option, "DATAPOINTER=%s", address);
        char *options[] = {option, NULL};
        if (GDALAddBand(dataset, type, options) == CE_None) continue;
        GDALClose(dataset);
        dataset = NULL;
    }
    return dataset;
}

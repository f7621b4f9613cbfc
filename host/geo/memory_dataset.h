/* Planes of ours as a GDAL dataset, without copying. */
#ifndef LODE_GEO_MEMORY_DATASET_H
#define LODE_GEO_MEMORY_DATASET_H

#include <gdal.h>
#include <stddef.h>

/* A dataset of `count` bands over planes[i] (width * height values of `type`, which must outlive it); NULL, with GDAL's message, when it fails. */
GDALDatasetH memory_dataset(GDALDataType type, int width, int height, size_t count, const void *const *planes);

#endif

/* GEOS makes shapes valid and unites them; what is left over of lines and points has no area. */
#include "geo/dissolve.h"

#include "geo/gdal_words.h"

/* Adds copies of all polygons in a shape. */
static OGRErr add_polygons(OGRGeometryH all, OGRGeometryH shape) {
    if (wkbFlatten(OGR_G_GetGeometryType(shape)) == wkbPolygon) return OGR_G_IsEmpty(shape) ? OGRERR_NONE : OGR_G_AddGeometry(all, shape);
    OGRErr error = OGRERR_NONE;
    for (int i = 0; i < OGR_G_GetGeometryCount(shape) && error == OGRERR_NONE; i++) error = add_polygons(all, OGR_G_GetGeometryRef(shape, i));
    return error;
}

static OGRErr add_shape(OGRGeometryH all, OGRGeometryH shape) {
    if (OGR_G_IsValid(shape)) return add_polygons(all, shape);
    OGRGeometryH valid = OGR_G_MakeValid(shape);
    OGRErr error = valid ? add_polygons(all, valid) : OGRERR_FAILURE;
    OGR_G_DestroyGeometry(valid);
    return error;
}

static OGRErr gather(const struct vector_file *file, OGRGeometryH all, size_t *others) {
    OGRErr error = OGRERR_NONE;
    for (size_t i = 0; i < file->n_features && error == OGRERR_NONE; i++) {
        if (OGR_G_GetDimension(file->features[i].shape) == 2)
            error = add_shape(all, file->features[i].shape);
        else
            ++*others;
    }
    return error;
}

status dissolve(const struct vector_file *file, OGRGeometryH *area, size_t *others) {
    struct gdal_words said;
    *area = NULL;
    *others = 0;
    gdal_begin(&said);
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
    OGRErr error = gather(file, all, others);
    int count = OGR_G_GetGeometryCount(all);
    if (error == OGRERR_NONE && count > 0) *area = count == 1 ? OGR_G_Clone(all) : OGR_G_UnionCascaded(all);
    OGR_G_DestroyGeometry(all);
    gdal_end();
    if (error == OGRERR_NONE && (*area || count == 0)) return NULL;
    return status_fail(LODE_BAD_DATA, "its areas cannot be united to say what they cover: %s", gdal_said(&said, "repair their geometry"));
}

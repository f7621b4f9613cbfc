/* A length is a number of the field in some unit, or what the scenario says of the field's class; else what it says of all others. */
#include "geo/vector_lengths.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static status unsaid(const struct feature_buffer *by, const struct feature *feature, const char *class) {
    const long long fid = (long long)OGR_F_GetFID(feature->row);
    if (!class)
        return status_fail(LODE_BAD_DATA, "feature %lld has nothing in field '%s' to say its buffer: give the buffer an `else`", fid, by->field);
    return status_fail(LODE_BAD_DATA, "feature %lld is '%s' in field '%s', of which `by` says no buffer: name it there, or give an `else`", fid,
                       class, by->field);
}

static status length_of_class(const struct feature_buffer *by, const struct feature *feature, const char *class, double *length_m) {
    for (size_t i = 0; i < by->n_classes; i++)
        if (strcmp(by->classes[i], class) == 0) {
            *length_m = by->lengths_m[i];
            return NULL;
        }
    *length_m = by->otherwise_m;
    return isnan(by->otherwise_m) ? unsaid(by, feature, class) : NULL;
}

status feature_length(const struct feature_buffer *by, const struct feature *feature, double *length_m) {
    const int field = OGR_F_GetFieldIndex(feature->row, by->field);
    if (field < 0 || !OGR_F_IsFieldSetAndNotNull(feature->row, field)) {
        *length_m = by->otherwise_m;
        return isnan(by->otherwise_m) ? unsaid(by, feature, NULL) : NULL;
    }
    if (by->n_classes) return length_of_class(by, feature, OGR_F_GetFieldAsString(feature->row, field), length_m);
    *length_m = OGR_F_GetFieldAsDouble(feature->row, field) * by->unit_m;
    if (*length_m >= 0 && *length_m <= by->most_m * (1 + 1e-12)) return NULL;
    return status_fail(LODE_BAD_DATA, "feature %lld has a buffer of %.10g m in field '%s', and it is from 0 to the rule's `most`, %.10g m",
                       (long long)OGR_F_GetFID(feature->row), *length_m, by->field, by->most_m);
}

/* A field that is not there, or holds texts where numbers are wanted. */
static status check_field(const struct vector_file *file, const struct feature_buffer *by) {
    OGRFeatureDefnH table = OGR_L_GetLayerDefn(file->layer);
    const int field = OGR_FD_GetFieldIndex(table, by->field);
    if (field < 0) return status_fail(LODE_BAD_DATA, "has no field '%s' for the buffer of a rule", by->field);
    const OGRFieldType type = OGR_Fld_GetType(OGR_FD_GetFieldDefn(table, field));
    if (by->n_classes || type == OFTInteger || type == OFTInteger64 || type == OFTReal) return NULL;
    return status_fail(LODE_BAD_DATA, "field '%s' holds no numbers: say the buffer of each class with `by`, for example `by: {interstate: 500 m}`",
                       by->field);
}

static status add_length(double length_m, size_t room, double *lengths_m, size_t *count) {
    size_t at = 0;
    while (at < *count && lengths_m[at] < length_m) at++;
    if (at < *count && lengths_m[at] == length_m) return NULL;
    if (*count == room)
        return status_fail(LODE_BAD_DATA, "has more than %zu different buffers, each of which takes a mask and a distance: round them to fewer",
                           room);
    memmove(lengths_m + at + 1, lengths_m + at, (*count - at) * sizeof *lengths_m);
    lengths_m[at] = length_m;
    ++*count;
    return NULL;
}

status vector_lengths(const struct vector_file *file, const struct feature_buffer *by, size_t room, double *lengths_m, size_t *count) {
    *count = 0;
    TRY(check_field(file, by));
    for (size_t i = 0; i < file->n_features; i++) {
        double length_m;
        TRY(feature_length(by, &file->features[i], &length_m));
        TRY(add_length(length_m, room, lengths_m, count));
    }
    return NULL;
}

status vector_lengths_choose(const struct vector_file *file, const struct feature_buffer *by, double length_m, bool *only) {
    for (size_t i = 0; i < file->n_features; i++) {
        double own_m;
        TRY(feature_length(by, &file->features[i], &own_m));
        only[i] = own_m == length_m;
    }
    return NULL;
}

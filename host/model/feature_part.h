/* What a layer's features are made of where they are counted as they lie, not as cells: points, and straight pieces of lines. */
#ifndef LODE_MODEL_FEATURE_PART_H
#define LODE_MODEL_FEATURE_PART_H

/* In the grid's coordinates (not cells); a point has both ends in one place. `weight`: how many times it counts. */
struct feature_part {
    double x, y, to_x, to_y, weight;
};

#endif

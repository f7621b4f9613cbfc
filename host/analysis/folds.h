/* Which known places are held out together: by lot, one at a time, or by blocks of ground. */
#ifndef LODE_ANALYSIS_FOLDS_H
#define LODE_ANALYSIS_FOLDS_H

#include "base/status.h"
#include "model/grid.h"
#include "model/scenario.h"

/* fold[i], from 0, of places (x[i], y[i]) in the grid's crs; *n_folds of them, none of which is empty. The same places in the same order
 * give the same folds. Neighbours resemble each other, so folds by lot promise too much where places cluster; blocks do not
 * (Roberts et al. 2017, Ecography 40:913). On a geographic grid a block's width in degrees is that of its own rows' middle. */
status folds_make(const struct folds *folds, const struct grid *grid, size_t n, const double *x, const double *y, size_t *fold,
                  size_t *n_folds) LODE_MUST_CHECK;
/* Of folds by blocks: whether two places are of one block. */
bool folds_same_block(const struct folds *folds, const struct grid *grid, double x0, double y0, double x1, double y1);

#endif

/* Formulas that need a band's wavelength get it when its file has been opened: until then a scenario holds the question. */
#ifndef LODE_MODEL_SETTLE_H
#define LODE_MODEL_SETTLE_H

#include "model/scenario.h"

/* The scenario with every wavelength filled in: a copy in `arena` of what differs, or `scenario` itself when nothing asks for one.
 * `wavelength_nm(user, layer)`: the centre of the layer's band. */
status scenario_settle(const struct scenario *scenario, double (*wavelength_nm)(void *user, int layer), void *user, struct arena *arena,
                       const struct scenario **out) LODE_MUST_CHECK;

#endif

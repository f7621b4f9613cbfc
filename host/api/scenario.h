/* The public scenario handle. */
#ifndef LODE_API_SCENARIO_H
#define LODE_API_SCENARIO_H

#include "model/scenario.h"

struct lode_scenario {
    struct scenario *scenario;
};

#endif

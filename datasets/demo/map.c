/* The region's vector layers: coordinates in kilometres east and north of the south-west corner.
 * Rail follows the valley; highways and 230 kV lines cross it together at the three planted plant sites, at one place in a park and
 * one by one elsewhere. Four publishers of occurrences disagree by up to a kilometre and a half on where things are. */
#include "map.h"

#include "region.h"

#define SHAPE(name, number, text, points)                                                                                                            \
    { name, number, text, sizeof points / sizeof *points, points }
#define POINT(name, number, text, x, y)                                                                                                              \
    {                                                                                                                                                \
        name, number, text, 1, (const double[1][2]) {                                                                                                \
            { x, y }                                                                                                                                 \
        }                                                                                                                                            \
    }
#define COUNT(shapes) (sizeof shapes / sizeof *shapes), shapes

static const double rail_main[][2] = {{-6, 14.9}, {6, 14.7}, {12, 15.0}, {22, 15.4}, {33, 15.9}, {43, 16.4}, {52, 17.3}, {66, 17.6}};
static const struct demo_shape rails[] = {SHAPE("Sable Valley Line", 1, "freight", rail_main)};

static const double road_west[][2] = {{11.2, -6}, {11.6, 8}, {12.1, 15.3}, {12.6, 22}, {15.5, 34}, {16, 51}};
static const double road_mid[][2] = {{31.5, -6}, {32.6, 9}, {33.1, 16.2}, {33.4, 22}, {30.9, 34}, {30, 51}};
static const double road_east[][2] = {{53, -6}, {52.6, 10}, {52.1, 17.1}, {51.6, 25}, {52.5, 51}};
static const double road_town[][2] = {{22.3, 10}, {22.2, 15.6}, {23, 21}, {24.5, 30}};
static const double road_park[][2] = {{43.2, 8}, {43.0, 16.6}, {42.6, 24}};
static const struct demo_shape roads[] = {SHAPE("State Route 4", 4, "highway", road_west), SHAPE("State Route 18", 18, "highway", road_mid),
                                          SHAPE("State Route 31", 31, "highway", road_east), SHAPE("Alder Road", 0, "county road", road_town),
                                          SHAPE("State Route 22", 22, "highway", road_park)};

static const double power_west[][2] = {{6, 51}, {9.4, 28}, {11.9, 14.9}, {14, 4}, {15, -6}};
static const double power_mid[][2] = {{38, 51}, {36.4, 30}, {33.2, 15.7}, {31, 6}, {27, -6}};
static const double power_east[][2] = {{58, 51}, {55, 30}, {52.0, 17.4}, {49, 6}, {48.5, -6}};
static const double power_park[][2] = {{44.5, 8}, {43.1, 16.3}, {41.8, 25}};
static const double power_local[][2] = {{22.2, 15.6}, {27.5, 15.7}, {33.2, 15.7}};
static const struct demo_shape power[] = {SHAPE("Ridge-Linden 230", 230, NULL, power_west), SHAPE("Ridge-Corse 230", 230, NULL, power_mid),
                                          SHAPE("Ridge-Halder 230", 230, NULL, power_east), SHAPE("Park Tap 138", 138, NULL, power_park),
                                          SHAPE("Alder feeder 34", 34.5, NULL, power_local)};

static const double river[][2] = {{-6, 11.2}, {8, 11.3}, {18, 12.2}, {30, 12.6}, {42, 13.3}, {54, 14.2}, {66, 14.4}};
static const double creek[][2] = {{34.5, 36}, {36.6, 26}, {37, 18}, {37.5, 13.2}};
static const struct demo_shape rivers[] = {SHAPE("Sable River", 1, "perennial", river), SHAPE("Dry Fork", 2, "intermittent", creek)};

static const double fault_north[][2] = {{-7, 23}, {9.6, 31.1}, {21.3, 38.6}, {31, 47}, {35, 52}};
static const double fault_long[][2] = {{16, 19.5}, {34.0, 28.2}, {40.3, 31.9}, {48.9, 36.3}, {66, 44}};
static const double fault_south[][2] = {{-5, -6}, {4, 0.5}, {11.8, 3.0}, {27.7, 4.4}, {41, 6.5}, {52.6, 5.6}, {66, 6}};
static const double fault_cross[][2] = {{37.5, 7}, {38.4, 16}, {38.8, 25}};
static const double fault_west[][2] = {{13, 22}, {15.2, 26.2}, {17, 31}};
static const double fault_east[][2] = {{54, 24}, {56.3, 28.9}, {57, 36}};
static const double fault_ring[][2] = {{38, 42.5}, {41.6, 40.1}, {45, 39}};
static const double fault_rust[][2] = {{26, 31.5}, {28.9, 33.2}, {31, 36}};
static const struct demo_shape faults[] = {SHAPE("Tolliver Fault", 1, "normal", fault_north),    SHAPE("Sable Ridge Fault", 2, "normal", fault_long),
                                           SHAPE("Grieve Fault", 3, "strike slip", fault_south), SHAPE("Halfway Fault", 4, "normal", fault_cross),
                                           SHAPE("Barrow Fault", 5, "reverse", fault_west),      SHAPE("Sisson Fault", 6, "normal", fault_east),
                                           SHAPE("Cutter Fault", 7, "normal", fault_ring),       SHAPE("Rusty Fault", 8, "reverse", fault_rust)};

static const double park_north[][2] = {{37.6, 29.4}, {43.5, 28.9}, {44.2, 34.2}, {41, 35}, {37.9, 33.8}};
static const double park_valley[][2] = {{40.2, 13.6}, {46, 13.9}, {46.3, 19.6}, {40.5, 19.2}};
static const double park_small[][2] = {{1, 8}, {3.2, 8.4}, {2.8, 10.6}, {0.8, 10.1}};
static const struct demo_shape parks[] = {SHAPE("Quillan National Park", 1, "national park", park_north),
                                          SHAPE("Corse Marsh Reserve", 2, "wildlife reserve", park_valley),
                                          SHAPE("Westwater State Park", 3, "state park", park_small)};

static const struct demo_shape towns[] = {POINT("Alder", 24500, "town", 22.0, 16.1), POINT("Linden", 3100, "village", 8.2, 17.9),
                                          POINT("Halder", 5200, "village", 56.3, 19.2), POINT("Corse", 1900, "village", 36.4, 20.6),
                                          POINT("Grieve", 700, "hamlet", 24.1, 7.0)};

static const struct demo_shape railheads[] = {POINT("Linden Siding railhead", 1, "siding", 11.3, 15.0),
                                              POINT("Corse Junction railhead", 2, "yard", 33.8, 15.9),
                                              POINT("Halder Yard railhead", 3, "yard", 52.6, 17.3)};

static const double district_west[][2] = {{-5, -5}, {30, -5}, {30, 50}, {-5, 50}};
static const double district_east[][2] = {{30, -5}, {65, -5}, {65, 50}, {30, 50}};
static const struct demo_shape districts[] = {SHAPE("Linden District", 1, NULL, district_west), SHAPE("Halder District", 2, NULL, district_east)};

/* The number is the publisher's own uncertainty in kilometres. */
static const struct demo_shape survey[] = {
    POINT("Tolliver Plug", 0.1, "REE;Nb", 9.27, 31.43),  POINT("Ostrander", 0.1, "REE;Th", 34.33, 27.98),
    POINT("Quillan Dome", 0.1, "REE;Nb", 40.53, 31.47),  POINT("Barrow Sill", 0.1, "Nb", 14.87, 25.92),
    POINT("Rusty Springs", 0.1, "REE;Fe", 28.62, 33.03),
};
static const struct demo_shape state[] = {
    POINT("Tolliver", 0.5, "REE", 9.5, 31.1),
    POINT("Ostrander Mine", 0.5, "REE", 34.7, 28.2),
    POINT("Redhouse", 0.5, "REE;Th", 4.4, 40.9),
    POINT("Grieve Hill", 0.5, "REE", 27.6, 4.3),
};
static const struct demo_shape company[] = {
    POINT("OSTRANDER 2", 0.3, "REE", 34.2, 27.7),
    POINT("GRIEVE HILL", 0.3, "REE", 27.3, 4.8),
    POINT("GOLD HILL", 0.3, "Au", 46.2, 24.1),
};
static const struct demo_shape atlas[] = {
    POINT("Tolliver Plug carbonatite", 1.5, "REE", 8.3, 31.9),
    POINT("Quillan", 1.5, "REE", 41.2, 30.8),
    POINT("Dunmore", 1.5, "REE", 52.9, 5.9),
};

const struct demo_vector map_vectors[] = {
    {"railroads.gpkg", "GPKG", "railroads", REGION_EPSG, wkbLineString, NULL, "use", 0.15, COUNT(rails)},
    {"roads.gpkg", "GPKG", "roads", REGION_EPSG, wkbLineString, "number", "class", 0.25, COUNT(roads)},
    {"power_lines.fgb", "FlatGeobuf", "power_lines", 4326, wkbLineString, "max_kv", NULL, 0, COUNT(power)},
    {"rivers.gpkg", "GPKG", "rivers", REGION_EPSG, wkbLineString, "rank", "flow", 0.35, COUNT(rivers)},
    {"faults.gpkg", "GPKG", "faults", 4326, wkbLineString, "fault_id", "kind", 0.2, COUNT(faults)},
    {"parks.gpkg", "GPKG", "parks", 4269, wkbPolygon, "park_id", "kind", 0, COUNT(parks)},
    {"towns.geojson", "GeoJSON", "towns", 4326, wkbPoint, "population", "kind", 0, COUNT(towns)},
    {"railheads.gpkg", "GPKG", "railheads", REGION_EPSG, wkbPoint, "railhead_id", "kind", 0, COUNT(railheads)},
    {"districts.gpkg", "GPKG", "districts", REGION_EPSG, wkbPolygon, "district_id", NULL, 0, COUNT(districts)},
    {"occurrences.gpkg", "GPKG", "survey", 4326, wkbPoint, "uncertainty_km", "commodities", 0, COUNT(survey)},
    {"occurrences.gpkg", "GPKG", "state", 4326, wkbPoint, "uncertainty_km", "commodities", 0, COUNT(state)},
    {"occurrences.gpkg", "GPKG", "company", REGION_EPSG, wkbPoint, "uncertainty_km", "commodities", 0, COUNT(company)},
    {"occurrences.gpkg", "GPKG", "atlas", 4326, wkbPoint, "uncertainty_km", "commodities", 0, COUNT(atlas)},
};
const size_t map_vector_count = sizeof map_vectors / sizeof *map_vectors;

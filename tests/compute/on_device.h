/* The device that a test program works on, opened and closed around its tests. */
#ifndef LODE_TEST_ON_DEVICE_H
#define LODE_TEST_ON_DEVICE_H

#include "compute/device.h"
#include "ok.h"

static struct device *device;

static int open_device(void **state) {
    (void)state;
    assert_ok(device_open(NULL, &device));
    return 0;
}

static int close_device(void **state) {
    (void)state;
    device_close(device);
    return 0;
}

#endif

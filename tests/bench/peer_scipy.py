#!/usr/bin/python3
"""scipy's exact distance transform on a mask; the call alone is timed.   peer_scipy.py MASK SIZE [OUT]"""
import json
import sys
import time

import numpy as np
from scipy import ndimage

size = int(sys.argv[2])
mask = np.fromfile(sys.argv[1], np.uint8).reshape(size, size) == 0
wall, cpu = time.monotonic(), time.process_time()
distances, nearest = ndimage.distance_transform_edt(mask, return_indices=True)
took = {"wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu}
if len(sys.argv) > 3:
    distances.astype(np.float32).tofile(sys.argv[3])
print(json.dumps(took))

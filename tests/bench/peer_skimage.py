#!/usr/bin/python3
"""scikit-image's geometric least-cost search; find_costs alone is timed.   peer_skimage.py STARTS FRICTION SIZE [OUT]"""
import json
import sys
import time

import numpy as np
from skimage.graph import MCP_Geometric

size = int(sys.argv[3])
starts = np.argwhere(np.fromfile(sys.argv[1], np.uint8).reshape(size, size))
search = MCP_Geometric(np.fromfile(sys.argv[2], np.float32).reshape(size, size))
wall, cpu = time.monotonic(), time.process_time()
costs, _ = search.find_costs(starts)
took = {"wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu}
if len(sys.argv) > 4:
    costs.astype(np.float32).tofile(sys.argv[4])
print(json.dumps(took))

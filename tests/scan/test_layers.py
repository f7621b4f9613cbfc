"""What `check` and the manifest of a run tell of the layers: the same, and a share of valid pixels that was estimated is called so."""
import json
import unittest

import numpy as np
from osgeo import gdal

from ground import Ground
from places import lodescan

OF_A_RUN = {"credit", "bytes", "sha256"}  # what the manifest adds


class Layers(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(7)
        small, self.large = np.ones((20, 30), "f4"), np.ones((410, 613), "f4")
        small[3:6, 4:14] = np.nan
        self.large[random.random(self.large.shape) < 0.3] = np.nan
        self.raster("small.tif", small)
        self.raster("flat.tif", self.large, transform=(480000, 5, 0, 4202000, 0, -5))
        gdal.Translate(str(self.folder / "large.tif"), str(self.folder / "flat.tif"), creationOptions=["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"])
        self.vector("places.gpkg", [("POINT (481000 4201000)", "a", 1), ("POINT (482000 4201000)", "b", 2)])
        self.scan("  small: {raster: small.tif}\n  large: {raster: large.tif}\n  places: {vector: places.gpkg}\n",
                  "  c: {value_of: small, membership: {linear: {zero: 0, one: 1}}}\n  d: {value_of: large, membership: {linear: {zero: 0, one: 1}}}\n"
                  "  e: {distance_to: places, membership: {linear: {zero: 9 km, one: 0 km}}}\n",
                  "targets: {deposit: {score: {weighted: {c: 1, d: 1, e: 1}}, candidates: {peaks: {spacing: 500 m, count: 3}}}}\n")

    def test_check_and_the_manifest_tell_the_same(self):
        scenario = self.folder / "scenario.yaml"
        told = json.loads(lodescan("check", scenario, "--json").stdout)["layers"]
        kept = json.loads((self.folder / "out/run.json").read_text())["layers"]
        self.assertEqual(told, [{key: value for key, value in layer.items() if key not in OF_A_RUN} for layer in kept])
        small, large, places = told
        self.assertEqual((small["valid_share"], small["valid_share_estimated"]), (1 - 30 / 600, False))
        self.assertTrue(large["valid_share_estimated"])
        self.assertNotEqual(large["valid_share"], np.isfinite(self.large).mean())
        self.assertAlmostEqual(large["valid_share"], np.isfinite(self.large).mean(), delta=0.02)
        self.assertEqual((places["kind"], places["features"], "valid_share" in places), ("vector", 2, False))
        words = lodescan("check", scenario).stdout
        self.assertIn("30 x 20 pixels, 95.0 % valid", words)
        self.assertIn(f"613 x 410 pixels, about {100 * large['valid_share']:.1f} % valid", words)


if __name__ == "__main__":
    unittest.main()

"""datasets/fetch without a network: its table against the scenarios, its conversions and its checksums with files of our own."""
import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import shutil
import unittest
import zipfile

import yaml
from osgeo import ogr

from places import SOURCE, WORK

ogr.UseExceptions()
SETS = ("mtpainter", "cloncurry", "mojave", "conus", "global")


def load_fetch():
    loader = importlib.machinery.SourceFileLoader("fetch", str(SOURCE / "datasets/fetch"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("fetch", loader))
    loader.exec_module(module)
    return module


class Fetch(unittest.TestCase):
    def setUp(self):
        self.fetch = load_fetch()
        self.folder = WORK / "fetch"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def archive(self, name, member, text):
        with zipfile.ZipFile(self.folder / name, "w") as files:
            files.writestr(member, text)

    def row(self, layer, download, steps):
        return {"dataset": "mojave", "layer": layer, "url": (self.folder / download).as_uri(), "steps": steps, "sha256": "", "note": ""}

    def fetch_rows(self, *rows, accept=False):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            code = self.fetch.fetch_all(self.fetch.group_layers(rows), self.folder / "out", accept)
        return code, said.getvalue()

    def towns(self, name="Baker"):
        lines = [["1", name, name, "", "35.26", "-116.07", "P", "PPL", "US", "", "CA", "", "", "", "735"],
                 ["2", "Paris", "Paris", "", "48.86", "2.35", "P", "PPLC", "FR", "", "", "", "", "", "2138551"],
                 ["3", "Chicago", "Chicago", "", "41.85", "-87.65", "P", "PPLA2", "US", "", "IL", "", "", "", "2720546"]]
        self.archive("towns.zip", "cities1000.txt", "\n".join("\t".join(line) for line in lines))
        return self.row("towns.gpkg", "towns.zip", "geonames")

    def features(self, layer):
        source = ogr.Open(str(self.folder / "out/mojave" / layer))
        return [(feature.items(), feature.geometry().ExportToWkt()) for feature in source.GetLayer(0)]

    def test_every_layer_of_the_scenarios_has_a_row(self):
        table = {(row["dataset"], row["layer"]) for row in self.fetch.read_table()}
        for name in SETS:
            scenario = yaml.safe_load((SOURCE / "datasets" / name / "scenario.yaml").read_text())
            used = {layer.get("raster") or layer["vector"] for layer in scenario["layers"].values()}
            self.assertEqual({layer for dataset, layer in table if dataset == name}, used, name)

    def test_every_row_says_whose_it_is(self):
        for row in self.fetch.read_table():
            for field in ("publisher", "url", "licence", "credit", "steps"):
                self.assertTrue(row[field], f"{row['dataset']}/{row['layer']}: {field}")
            self.assertTrue(row["url"].startswith("https://"))

    def test_geonames(self):
        code, said = self.fetch_rows(self.towns())
        self.assertEqual(code, 0, said)
        (fields, place), = self.features("towns.gpkg")  # inside the box alone
        self.assertEqual((fields["name"], fields["population"], place), ("Baker", 735, "POINT (-116.07 35.26)"))

    def test_gridkit(self):
        head = "l_id,v_id_1,v_id_2,voltage,name,operator,length_m,wkt_srid_4326\n"
        line = '"SRID=4326;LINESTRING(-116 35,-115 36)"\n'
        self.archive("grid.zip", "na-highvoltage-links.csv", head + "1,1,2,115000;230000,a,b,3," + line + "2,1,2,,c,d,3," + line)
        code, said = self.fetch_rows(self.row("power_lines.gpkg", "grid.zip", "gridkit"))
        self.assertEqual(code, 0, said)
        self.assertEqual([fields["max_kv"] for fields, _ in self.features("power_lines.gpkg")], [230, None])

    def test_a_changed_download_is_not_taken_silently(self):
        self.assertEqual(self.fetch_rows(self.towns())[0], 0)
        shutil.rmtree(self.folder / "out/downloads")
        changed = self.towns("Barstow")
        code, said = self.fetch_rows(changed)
        self.assertEqual(code, 74)
        self.assertIn("changed since it was first fetched", said)
        self.assertEqual(self.features("towns.gpkg")[0][0]["name"], "Baker")
        self.assertEqual(self.fetch_rows(changed, accept=True)[0], 0)
        self.assertEqual(self.features("towns.gpkg")[0][0]["name"], "Barstow")

    def test_a_checksum_of_the_table_is_kept_to(self):
        code, said = self.fetch_rows({**self.towns(), "sha256": "0" * 64})
        self.assertEqual(code, 74)
        self.assertIn("is not the table's", said)
        self.assertFalse((self.folder / "out/mojave/towns.gpkg").exists())

    def test_failures_are_not_called_success(self):
        missing = self.row("roads.gpkg", "nowhere.zip", "ogr2ogr -f GPKG {out} {in}")
        by_hand = {**self.row("by_hand.gpkg", "nowhere.zip", "by hand"), "note": "bring it"}
        code, said = self.fetch_rows(self.towns(), missing, by_hand)
        self.assertEqual(code, 74)
        self.assertIn("roads.gpkg", said)
        self.assertIn("by_hand.gpkg", said)


if __name__ == "__main__":
    unittest.main()

"""docs/outputs.md names every file, field and key of a run."""
import csv
import fnmatch
import json
import re
import unittest

from page import NOT_RUN, SOURCE, WORK, folder_for, run_line

TEXT = (SOURCE / "docs/outputs.md").read_text()
ANNOTATIONS = {"district", "park"}  # of the demo's scenario


def section(title):
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def words(text):
    return set(re.findall(r"`([^`]+)`", text))


class Outputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = folder_for(SOURCE / "docs/outputs_of_demo")
        code, said = run_line(NOT_RUN["datasets/demo/run"][1], folder)
        assert code == 0, said
        cls.scan = folder / "out/demo/scan"
        cls.record = json.loads((cls.scan / "run.json").read_text())

    def described(self, field, known):
        return field in known or any(re.fullmatch(name.replace("NAME", r"\w+"), field) for name in known if "NAME" in name)

    def test_fields_of_the_demo(self):
        known = words(section("Fields of the site list"))
        with open(self.scan / "sites.csv", newline="") as table:
            fields = set(next(csv.reader(table)))
        for feature in json.loads((self.scan / "sites.geojson").read_text())["features"]:
            fields |= set(feature["properties"])
        self.assertGreater(len(fields), 60)
        self.assertEqual([field for field in sorted(fields - ANNOTATIONS) if not self.described(field, known)], [])

    def test_fields_that_the_program_knows(self):
        known = words(section("Fields of the site list"))
        fields = {name for file in (SOURCE / "host/report").glob("site_*.c") for name in re.findall(r'^\s.*\{\{"(\w+)", "', file.read_text(), re.M)}
        self.assertIn("permit_p50_months", fields)
        self.assertEqual(sorted(fields - known), [])

    def test_keys_of_the_manifest(self):
        known = words(section("run.json"))
        schema = json.loads((SOURCE / "docs/schema/run.schema.json").read_text())
        self.assertEqual(sorted(set(schema["properties"]) - known), [])
        self.assertEqual(sorted(self.keys(self.record) - known), [])

    def keys(self, value):
        """All keys but those that are names or parameters out of the scenario."""
        if isinstance(value, list):
            return set().union(*map(self.keys, value))
        if not isinstance(value, dict):
            return set()
        inner = [self.keys(part) for key, part in value.items() if key not in ("membership", "overlaps_km2")]
        return set(value).union(*inner)

    def test_files(self):
        known = {re.sub("TARGET|NAME", "*", name) for name in words(TEXT)}
        known |= {known_name.rsplit(".", 1)[0] + ending for known_name in known for ending in words(TEXT)
                  if re.fullmatch(r"(\.\w+)+", ending) and known_name.rsplit(".", 1)[0] != "*"}
        names = [output["name"] for output in self.record["outputs"]]
        self.assertGreater(len(names), 40)
        self.assertEqual([name for name in names if not any(fnmatch.fnmatchcase(name, pattern) for pattern in known if pattern != "*")], [])


if __name__ == "__main__":
    unittest.main()

"""Real outputs against the JSON Schemas that are shipped."""
import json
import unittest

import jsonschema

from places import SCAN, SOURCE

SCHEMAS = SOURCE / "docs/schema"


class Schemas(unittest.TestCase):
    def check(self, schema, document):
        schema, document = json.loads((SCHEMAS / schema).read_text()), json.loads((SCAN / document).read_text())
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        wrong = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator(schema).iter_errors(document)]
        self.assertEqual(wrong, [])
        return document

    def test_sites(self):
        self.assertEqual(self.check("sites.schema.json", "sites.geojson")["type"], "FeatureCollection")

    def test_manifest(self):
        self.check("run.schema.json", "run.json")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The records of the fixture's run. Usage: check_records.py OUT SCHEMA_DIR schemas|values|epoch|summary"""
import copy
import hashlib
import json
import math
import pathlib
import sys

import jsonschema

out, schema_dir = map(pathlib.Path, sys.argv[1:3])


def load(path):
    def refuse(word):
        raise ValueError(f"{word} is no JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def refused(checker, document, spoil):
    wrong = copy.deepcopy(document)
    spoil(wrong)
    assert not checker.is_valid(wrong), spoil.__code__.co_firstlineno


def remove(key, *path):
    def spoil(document):
        for step in path:
            document = document[step]
        del document[key]

    return spoil


def replace(value, key, *path):
    def spoil(document):
        for step in path:
            document = document[step]
        document[key] = value

    return spoil


def schemas():
    for name, document in (("sites", "sites.geojson"), ("run", "run.json")):
        schema = load(schema_dir / f"{name}.schema.json")
        jsonschema.validators.validator_for(schema).check_schema(schema)
        checker = jsonschema.validators.validator_for(schema)(schema)
        record = load(out / document)
        checker.validate(record)
        if name == "sites":
            for key in ("site_id", "score", "criteria", "ranking_basis"):
                refused(checker, record, remove(key, "features", 0, "properties"))
            refused(checker, record, replace("0.5", "score", "features", 0, "properties"))
            refused(checker, record, replace(None, "rank", "features", 0, "properties"))
            refused(checker, record, replace("x", "alteration_value", "features", 0, "properties"))
            refused(checker, record, replace(3, "nearest", "features", 0, "properties", "criteria", 0))
        else:
            for key in schema["required"]:
                refused(checker, record, remove(key))
            refused(checker, record, replace("short", "sha256", "outputs", 0))
            refused(checker, record, replace(-1, "bytes", "outputs", 0))
            refused(checker, record, remove("number", "devices", 1))
            refused(checker, record, replace("zero", "number", "devices", 1))
            refused(checker, record, replace(-1, "rows", "devices", 1))
            refused(checker, record, replace("hope", "ranking_basis", "targets", 0))
            refused(checker, record, remove("criterion", "targets", 0, "score", "of", 0))


def values():
    sites = [feature["properties"] for feature in load(out / "sites.geojson")["features"]]
    first, excluded, nodata, plant = sites[0], sites[3], sites[4], sites[5]
    assert [s["site_id"] for s in sites] == ["d-aaaa", "d-bbbb", "d-cccc", "d-dddd", "d-eeee", "p-aaaa"]
    assert (first["rank"], first["lon"], first["lat"], first["cell_col"], first["cell_row"]) == (1, -115.533123, 35.478, 3, 2)
    assert (first["alteration_value"], first["alteration_membership"], first["alteration_weight"]) == (40, 0.5, 0.75)
    assert (first["dist_rail_access_km"], first["nearest_rail_access"]) == (20.25, "Iron Line")
    assert first["dist_park_distance_km"] is None and first["park_distance_value"] is None  # infinitely far: there is none
    assert "park_distance_weight" not in first and first["county"] == 'San Bernardino "SB"'
    assert first["annotation_Score"] == "x" and first["score"] == 0.9375
    assert (first["coord_unc_km"], first["n_sources"], first["snapped_m"]) == (0.25, 1, 120.5)
    assert first["sources"] == [{"layer": "known", "label": "MP \ufffd", "lon": -115.53, "lat": 35.48, "uncertainty_km": 0.25,
                                 "attributes": {"grade": 8.9, "op": None}}], first["sources"]
    contributions = sum(c["contribution"] for c in first["criteria"] if c["contribution"] is not None)
    assert math.isclose(contributions, 0.75 * 0.5 + 0.125, abs_tol=1e-6)
    assert [c["name"] for c in first["criteria"]] == ["alteration", "rail_access", "park_distance"]
    assert (first["criteria"][1]["label"], first["criteria"][1]["unit"], first["criteria"][1]["distance_km"]) == ("Railway", "km", 20.25)
    assert excluded["status"] == "excluded" and excluded["rank"] is None and excluded["exclusion_reasons"] == "National park unit"
    assert nodata["status"] == "no data" and nodata["score"] is None and nodata["nodata_layers"] == "alteration"
    assert nodata["alteration_value"] is None and nodata["name"] is None
    assert plant["ranking_basis"] == "access only" and first["ranking_basis"] == "evidence and access"

    run = load(out / "run.json")
    assert [(d["number"], d["name"], d["bands"], d["rows"]) for d in run["devices"]] == [("0:1", "hand", 2, 3), ("2:0", "foot", 1, 2)]
    assert run["device"]["name"] == "hand"
    assert (run["started"], run["finished"]) == ("2001-09-09T01:46:40Z", "2001-09-09T01:47:40Z")
    assert run["scenario"]["sha256"] == hashlib.sha256((out.parent / "scenario.yaml").read_bytes()).hexdigest()
    assert run["layers"][0]["sha256"] == run["scenario"]["sha256"] and run["layers"][0]["extent"] == [1, 2, 3, None]
    assert run["grid"]["bbox"] == [-1792000, 1499250, -1788500, 1500500] and run["grid"]["cell"] == [500, 250]
    member = run["criteria"][0]["membership"]
    assert member == {"kind": "ms_large", "mean_multiplier": 1, "sd_multiplier": 1, "mean": 40, "sd": 2}, member
    assert run["criteria"][1]["membership"] == {"kind": "small", "midpoint": 20, "spread": 3} and run["criteria"][2]["membership"] is None
    assert (run["criteria"][0]["missing_cells"], run["criteria"][0]["missing_share"]) == (7, 0.2)
    assert run["rules"][0]["citation"] == "16 USC 1" and run["rules"][0]["targets"] == ["deposit", "plant"]
    assert run["rules"][1]["targets"] == ["plant"] and run["rules"][0]["alone_km2"] == 0.5
    deposit = run["targets"][0]
    assert [leaf["criterion"] for leaf in deposit["score"]["of"]] == ["alteration", "rail_access"]
    assert [leaf["weight"] for leaf in deposit["score"]["of"]] == [3, 1]
    assert {k: v["cells"] for k, v in deposit["cells"].items()} == {"scored": 22, "excluded": 7, "no_data": 2, "outside": 4}
    assert deposit["sites"] == {"ranked": 3, "excluded": 1, "total": 5}
    assert run["warnings"] == ["layer 'rail' ends inside the margin"] and run["credits"] == ["Survey of Nowhere", "Clay people", "Clay"]
    listed = {o["name"]: (o["bytes"], o["sha256"]) for o in run["outputs"]}
    there = {p.name: (p.stat().st_size, hashlib.sha256(p.read_bytes()).hexdigest()) for p in out.iterdir() if p.name != "run.json"}
    assert listed == there, set(listed) ^ set(there)


def epoch():
    run = load(out / "run.json")
    assert run["started"] == run["finished"] == "2023-11-14T22:13:20Z" and "seconds" not in run
    assert [(d["number"], "bands" in d, "rows" in d) for d in run["devices"]] == [("0:1", False, False), ("2:0", False, False)]


def summary():
    told = load(out / "summary.json")
    deposit = told["targets"][0]
    assert [(d["platform"], d["device"], d["name"], d["bands"], d["rows"]) for d in told["devices"]] == [(0, 1, "hand", 2, 3), (2, 0, "foot", 1, 2)]
    assert (deposit["ranked"], deposit["excluded"], deposit["no_data"], deposit["outside"]) == (3, 1, 1, 0)
    assert [s["rank"] for s in deposit["first_ranked"]] == [1, 2, 3]
    assert deposit["first_ranked"][0]["percentile"] == 97.5 and "percentile" not in told["targets"][1]["first_ranked"][0]
    assert deposit["first_excluded"][0]["exclusion_reasons"] == "National park unit"


{"schemas": schemas, "values": values, "epoch": epoch, "summary": summary}[sys.argv[3]]()

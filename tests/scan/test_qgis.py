"""What QGIS itself makes of a scan's folder: reference systems, styles, titles of columns, and the picture it draws. Skipped without python3-qgis."""
import os
import sys
import unittest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
try:
    from qgis.core import (Qgis, QgsApplication, QgsFeatureRequest, QgsMapRendererSequentialJob, QgsMapSettings, QgsRasterLayer, QgsRenderContext,
                           QgsVectorLayer)
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor, QImage
except ImportError:
    print("skipped: there is no python3-qgis")
    sys.exit(77)

import numpy as np
from osgeo import gdal

from places import SCAN, WORK, sites

gdal.UseExceptions()
FOLDER = WORK / "qgis"


def raster(name):
    return QgsRasterLayer(str(SCAN / f"{name}.tif"), name)


def vector(name):
    return QgsVectorLayer(f"{SCAN / 'sites.gpkg'}|layername={name}", name, "ogr")


def picture(layers, name, scale=1):
    """RGBA of the layers over the last one's extent, `scale` pixels a cell; also left as a file to look at."""
    below, settings = layers[-1], QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(below.crs())
    settings.setExtent(below.extent())
    settings.setOutputSize(QSize(scale * below.width(), scale * below.height()))
    settings.setBackgroundColor(QColor(0, 0, 0, 0))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage().convertToFormat(QImage.Format_RGBA8888)
    image.save(str(FOLDER / f"{name}.png"))
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bytes(bits), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


class Rasters(unittest.TestCase):
    def test_scores_look_like_their_heatmap(self):
        layer = raster("plant_score")
        self.assertTrue(layer.isValid())
        self.assertEqual((layer.crs().authid(), layer.renderer().type()), ("EPSG:32611", "singlebandpseudocolor"))
        drawn, file = picture([layer], "score"), gdal.Open(str(SCAN / "plant_heatmap.png"))
        table = np.array([file.GetRasterBand(1).GetColorTable().GetColorEntry(i)[:3] for i in range(256)])
        surface = gdal.Open(str(SCAN / "plant_score.tif"))
        scored = np.isfinite(surface.ReadAsArray())
        self.assertLessEqual(np.abs(drawn[scored][:, :3] - table[file.ReadAsArray()][scored]).max(), 6)
        self.assertTrue((drawn[scored][:, 3] == 255).all() and (drawn[~scored][:, 3] == 0).all())

    def test_states_and_rules_are_named(self):
        states = raster("plant_state")
        renderer = states.renderer()
        self.assertEqual(renderer.type(), "paletted")
        self.assertEqual([(c.value, c.label) for c in renderer.classes()], [(0, "scored"), (1, "excluded"), (2, "no data")])
        rules = raster("plant_rules")
        self.assertEqual([item[0] for item in rules.renderer().legendSymbologyItems()][:2], ["no rule", "park"])
        file = gdal.Open(str(SCAN / "plant_rules.tif"))
        np.testing.assert_array_equal(picture([rules], "rules")[:, :, 3] > 0, file.ReadAsArray() != 0)

    def test_criteria_have_a_style(self):
        for path in (SCAN / "criteria").glob("*.tif"):
            layer = QgsRasterLayer(str(path), path.stem)
            self.assertEqual((layer.crs().authid(), layer.renderer().type()), ("EPSG:32611", "singlebandpseudocolor"))
            self.assertEqual(layer.renderer().band(), layer.bandCount(), path)


class Sites(unittest.TestCase):
    def test_layers(self):
        for target in ("deposit", "plant", "known"):
            layer = vector(target)
            self.assertTrue(layer.isValid())
            self.assertEqual(layer.featureCount(), len(sites(SCAN, target)))
            self.assertEqual((layer.crs().authid(), layer.renderer().type()), ("EPSG:4326", "RuleRenderer"))
            self.assertEqual((layer.labelsEnabled(), layer.labeling().settings().fieldName), (True, "rank"))
            fields = {field.name(): field.alias() for field in layer.fields()}
            self.assertEqual((fields["score"], fields["percentile"], fields["lon"]),
                             ("Score", "Scored cells that score less, percent", "Longitude, degree"))

    def test_ranked_are_filled_and_others_hollow(self):
        seen = set()
        for target in ("deposit", "plant", "known"):
            layer, context = vector(target), QgsRenderContext()
            renderer = layer.renderer().clone()
            renderer.startRender(context, layer.fields())
            for site in layer.getFeatures(QgsFeatureRequest()):
                context.expressionContext().setFeature(site)
                symbols = renderer.symbolsForFeature(site, context)
                self.assertEqual(len(symbols), 1, site["site_id"])
                ranked = site["status"] == "ranked"
                self.assertEqual(symbols[0].color().alpha(), 255 if ranked else 0, site["site_id"])
                seen.add(ranked)
            renderer.stopRender(context)
            labels = [rule.label() for rule in layer.renderer().rootRule().children()]
            self.assertEqual(labels[-2:], ["excluded", "not ranked"])
        self.assertEqual(seen, {True, False})

    def test_ranks_are_drawn(self):
        plants, score = vector("plant"), raster("plant_score")
        labelled = picture([plants, score], "map", 2)
        plants.setLabelsEnabled(False)
        self.assertGreater((labelled != picture([plants, score], "unlabelled", 2)).any(axis=2).sum(), 50)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    print("QGIS", Qgis.QGIS_VERSION)
    good = unittest.main(exit=False).result.wasSuccessful()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if good else 1)  # its own end crashes where layers still live


if __name__ == "__main__":
    main()

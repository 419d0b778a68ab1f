"""The same five polygons in every format, written by other libraries than ours."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio.raw
import pyproj
import shapely
import xlsxwriter

WEST, SOUTH = 103.5, 13.25
REFS = [f"XKV-{n:03}" for n in range(1, 6)]
AREAS_M2 = [1200, 2400, 3600, 4800, 6000]


def square(n: int, size: float = 0.001) -> shapely.Polygon:
    """A square that no other `n` touches; the fourth has a hole."""
    west, south = WEST + n * 0.01, SOUTH + n * 0.005
    outer = [(west, south), (west, south + size), (west + size, south + size), (west + size, south), (west, south)]
    third = size / 3
    inner = [(x, y) for x, y in square(n, third).exterior.coords] if n == 3 and size == 0.001 else None
    if inner is None:
        return shapely.Polygon(outer)
    return shapely.Polygon(outer, [[(x + third, y + third) for x, y in inner]])


SHAPES = [square(n) for n in range(4)] + [shapely.MultiPolygon([square(4), square(6)])]


def outer_rings(shape: shapely.Geometry) -> list[list[tuple[float, float]]]:
    """The outlines of a shape, without their last point."""
    return [list(part.exterior.coords)[:-1] for part in shapely.get_parts(shape)]


def written(
    path: Path, driver: str, crs: str = "EPSG:4326", shapes: list[shapely.Geometry] | None = None, **how: object
) -> Path:
    """The corpus written by GDAL."""
    given = np.array(shapes or SHAPES, dtype=object)
    pyogrio.raw.write(
        str(path),
        geometry=shapely.to_wkb(given),
        field_data=[np.array(REFS, dtype=object), np.array(AREAS_M2, dtype="int64")],
        fields=["hazard_id", "area_m2"],
        geometry_type="Unknown" if driver != "ESRI Shapefile" else "Polygon",
        crs=crs,
        driver=driver,
        **how,
    )
    return path


def way_to(crs: str) -> pyproj.Transformer:
    """From WGS 84 into another system, with the shift of datum that was published for its neighbours."""
    if crs != "EPSG:3148":
        return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    helmert = "+proj=helmert +x=-198 +y=-881 +z=-317"
    return pyproj.Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3"
        f" +step +proj=cart +ellps=WGS84 +step {helmert} +step +inv +proj=cart +ellps=evrst30"
        " +step +proj=pop +v_3 +step +proj=utm +zone=48 +ellps=evrst30"
    )


def moved(crs: str) -> list[shapely.Geometry]:
    """The shapes in another reference system."""
    way = way_to(crs)
    return [shapely.transform(s, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1]))) for s in SHAPES]


def geojson(folder: Path) -> Path:
    """GeoJSON without a CRS member."""
    features = [
        {"type": "Feature", "properties": {"hazard_id": r, "area_m2": a}, "geometry": shapely.geometry.mapping(s)}
        for r, a, s in zip(REFS, AREAS_M2, SHAPES, strict=True)
    ]
    path = folder / "corpus.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def geojson_utm(folder: Path) -> Path:
    """GeoJSON of the old standard, in UTM, by GDAL."""
    digits = {"COORDINATE_PRECISION": "9"}
    return written(folder / "utm.geojson", "GeoJSON", "EPSG:32648", moved("EPSG:32648"), layer_options=digits)


def geopackage(folder: Path) -> Path:
    """GeoPackage."""
    return written(folder / "corpus.gpkg", "GPKG", layer="areas")


def geopackage_indian(folder: Path) -> Path:
    """GeoPackage on Indian 1960, UTM 48N."""
    return written(folder / "indian.gpkg", "GPKG", "EPSG:3148", moved("EPSG:3148"))


def shapefile(folder: Path) -> Path:
    """A zipped Shapefile in a subfolder of its archive."""
    inner = folder / "parts"
    inner.mkdir()
    written(inner / "corpus.shp", "ESRI Shapefile")
    return zipped(folder / "corpus.zip", {f"areas/{p.name}": p.read_bytes() for p in sorted(inner.iterdir())})


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    """An archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def kml(folder: Path) -> Path:
    """KML by GDAL."""
    return written(folder / "corpus.kml", "LIBKML")


def kmz(folder: Path) -> Path:
    """KML in its archive."""
    return zipped(folder / "corpus.kmz", {"doc.kml": kml(folder).read_bytes(), "files/icon.png": b"\x89PNG"})


def gpx(folder: Path) -> Path:
    """Tracks that walk round the outlines; a hole can't be said in GPX."""
    tracks = []
    for ref, shape in zip(REFS, SHAPES, strict=True):
        segments = "".join(
            "<trkseg>" + "".join(f'<trkpt lat="{y!r}" lon="{x!r}"/>' for x, y in [*ring, ring[0]]) + "</trkseg>"
            for ring in outer_rings(shape)
        )
        tracks.append(f"<trk><name>{ref}</name>{segments}</trk>")
    path = folder / "corpus.gpx"
    path.write_text(
        f'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{"".join(tracks)}</gpx>'
    )
    return path


def table() -> list[list[object]]:
    """Header and rows with WKT."""
    texts = shapely.to_wkt(SHAPES, rounding_precision=-1)
    return [["hazard_id", "area_m2", "WKT"], *map(list, zip(REFS, AREAS_M2, texts, strict=True))]


def csv_wkt(folder: Path) -> Path:
    """CSV with a WKT column."""
    path = folder / "corpus.csv"
    path.write_text("\n".join(",".join(f'"{v}"' for v in row) for row in table()) + "\n")
    return path


def xlsx_wkt(folder: Path) -> Path:
    """XLSX with a WKT column."""
    return sheet(folder / "corpus.xlsx", table())


def sheet(path: Path, rows: list[list[object]]) -> Path:
    """A workbook of one sheet."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("areas")
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return path


def point_rows() -> list[list[object]]:
    """One row per point, as IMSMA NG exports them; a hole can't be said."""
    rows: list[list[object]] = [["Hazard ID", "Shape ID", "Point No", "Latitude", "Longitude", "area_m2"]]
    for ref, area, shape in zip(REFS, AREAS_M2, SHAPES, strict=True):
        for part, ring in enumerate(outer_rings(shape), start=1):
            rows += [[ref, part, n, y, x, area] for n, (x, y) in enumerate(ring, start=1)]
    return rows


def csv_points(folder: Path) -> Path:
    """CSV with one row per point."""
    path = folder / "points.csv"
    path.write_text("\n".join(";".join(str(v) for v in row) for row in point_rows()) + "\n", encoding="utf-16")
    return path


def xlsx_points(folder: Path) -> Path:
    """XLSX with one row per point."""
    return sheet(folder / "points.xlsx", point_rows())


def esri_json(folder: Path) -> Path:
    """The answer of a feature service in Web Mercator."""
    features = []
    for ref, area, shape in zip(REFS, AREAS_M2, moved("EPSG:3857"), strict=True):
        parts = [shapely.geometry.polygon.orient(p, -1) for p in shapely.get_parts(shape)]
        rings = [list(r.coords) for p in parts for r in (p.exterior, *p.interiors)]
        features.append(
            {"attributes": {"hazard_id": ref, "area_m2": area, "surveyed": 1426118400000}, "geometry": {"rings": rings}}
        )
    answer = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 102100, "latestWkid": 3857},
        "fields": [{"name": "surveyed", "type": "esriFieldTypeDate"}],
        "features": features,
    }
    path = folder / "answer.json"
    path.write_text(json.dumps(answer))
    return path


LAYERS = (geojson, geojson_utm, geopackage, geopackage_indian, shapefile, kml, kmz, gpx, esri_json)
TABLES = (csv_wkt, xlsx_wkt, csv_points, xlsx_points)
WRITERS: dict[str, Callable[[Path], Path]] = {writer.__name__: writer for writer in (*LAYERS, *TABLES)}
WITHOUT_HOLES = {"gpx", "csv_points", "xlsx_points"}

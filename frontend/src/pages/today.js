// Correction lists lead to the first page with a spot behind the hash, as #zoom/latitude/longitude: it is on the map.
const { mapAddress } = document.querySelector("[data-map-address]")?.dataset ?? {};
if (mapAddress && /^#\d+(\.\d+)?(\/-?\d+(\.\d+)?){2}$/.test(location.hash)) {
  location.replace(mapAddress + location.search + location.hash);
}

const rad = (deg) => (deg * Math.PI) / 180;
function distance(a, b) {
  const h = Math.sin(rad(b[0] - a[0]) / 2) ** 2 + Math.cos(rad(a[0])) * Math.cos(rad(b[0])) * Math.sin(rad(b[1] - a[1]) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}
console.log(distance([52.52, 13.405], [48.8566, 2.3522]).toFixed(3), Math.acos(0.3).toFixed(10), Math.atan2(-1, -1).toFixed(10));

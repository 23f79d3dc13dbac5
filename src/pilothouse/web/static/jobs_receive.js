// What the bookmarklet brought stands behind the # and goes on to the form; no server sees it.
(() => {
  const link = document.getElementById("go-on");
  if (!link || !location.hash.startsWith("#posting=")) return;
  link.hash = location.hash;
  location.replace(link.href);
})();

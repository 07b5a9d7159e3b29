// Ahead of wombat, which rewrites the addresses that a page's scripts make up. A replayed page is of no origin, so a
// browser throws where it asks for what is kept by origin: wombat would stop half-way at the first, and the page's own
// scripts too. Here each is there, and empty, or not there at all; wombat puts its own storage over it.
(function () {
  "use strict";
  function replace(owner, name, get, set) {
    try {
      Object.defineProperty(owner, name, {get: get, set: set, configurable: true, enumerable: true});
    } catch (error) {
      console.warn("replay: " + name + " stays as the browser has it: " + error);
    }
  }
  var cookies = Object.create(null);
  function nothing() { return undefined; }

  replace(Navigator.prototype, "serviceWorker", nothing);
  ["localStorage", "sessionStorage", "indexedDB", "caches"].forEach(function (name) {
    if (name in window) replace(window, name, nothing);
  });
  replace(Document.prototype, "cookie", function () {
    return Object.keys(cookies).map(function (name) { return name + "=" + cookies[name]; }).join("; ");
  }, function (line) {
    var pair = String(line).split(";")[0], at = pair.indexOf("=");
    if (at > 0) cookies[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  });
})();

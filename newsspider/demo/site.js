// The demo site's script: fills in lazily loaded pictures, and builds a page that came with nothing but its state.
(function () {
  "use strict";
  var loading = document.querySelector(".loading");
  if (loading && window.__NUXT__) {
    var detail = window.__NUXT__.data[0].detail;
    var main = document.createElement("main");
    main.className = "detail-main";
    main.innerHTML = '<h1 class="bt"></h1><div class="detail-content">' + detail.content + "</div>";
    main.firstChild.textContent = detail.title;
    loading.replaceWith(main);
  }
  document.querySelectorAll("img[data-src]").forEach(function (image) {
    image.src = image.dataset.src;
  });
})();

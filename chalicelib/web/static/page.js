(function () {
  "use strict";
  var here = document.getElementById("here");
  if (here && navigator.geolocation) {
    here.hidden = false;
    here.addEventListener("click", function () {
      var said = document.getElementById("here-said");
      said.textContent = here.dataset.wait;
      navigator.geolocation.getCurrentPosition(function (found) {
        document.getElementById("f-latitude").value = found.coords.latitude.toFixed(6);
        document.getElementById("f-longitude").value = found.coords.longitude.toFixed(6);
        said.textContent = here.dataset.done;
      }, function () { said.textContent = here.dataset.failed; }, { enableHighAccuracy: true, timeout: 15000 });
    });
  }
  var paper = document.getElementById("print");
  if (paper) {
    paper.hidden = false;
    paper.addEventListener("click", function () { window.print(); });
  }
  document.querySelectorAll("input[type=file][data-most]").forEach(function (input) {
    input.addEventListener("change", function () {
      var file = input.files[0], wrong = "";
      if (file && file.size > Number(input.dataset.most)) wrong = input.dataset.large;
      else if (file && file.type && file.type !== input.accept) wrong = input.dataset.other;
      input.setCustomValidity(wrong);
      input.reportValidity();
    });
  });
})();

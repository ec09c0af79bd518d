(function () {
  "use strict";
  var here = document.getElementById("here");
  if (here && navigator.geolocation) {
    here.hidden = false;
    here.addEventListener("click", function () {
      var status = document.getElementById("here-status");
      status.textContent = here.dataset.wait;
      navigator.geolocation.getCurrentPosition(function (position) {
        document.getElementById("f-latitude").value = position.coords.latitude.toFixed(6);
        document.getElementById("f-longitude").value = position.coords.longitude.toFixed(6);
        status.textContent = here.dataset.done;
      }, function () { status.textContent = here.dataset.failed; }, { enableHighAccuracy: true, timeout: 15000 });
    });
  }
  var printButton = document.getElementById("print");
  if (printButton) {
    printButton.hidden = false;
    printButton.addEventListener("click", function () { window.print(); });
  }
  document.querySelectorAll("input[type=file][data-most]").forEach(function (input) {
    input.addEventListener("change", function () {
      var file = input.files[0], error = "";
      if (file && file.size > Number(input.dataset.most)) error = input.dataset.large;
      else if (file && file.type && file.type !== input.accept) error = input.dataset.other;
      input.setCustomValidity(error);
      input.reportValidity();
    });
  });
})();

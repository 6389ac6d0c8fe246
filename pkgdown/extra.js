// The table of contents beside an article: one entry a heading, nested by level.
window.Toc = {
  init: function (options) {
    if (!options.$nav.length) return;
    const list = document.createElement("ul");
    list.className = "nav nav-pills flex-column";
    let deepest = [{ level: 2, list: list }];
    options.$scope.each(function () {
      const id = this.id || (this.parentElement && this.parentElement.id);
      const level = Number(this.tagName.substring(1));
      if (!id || level > 3) return;
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.className = "nav-link";
      link.href = "#" + id;
      link.textContent = this.textContent.trim();
      item.appendChild(link);
      while (deepest.length > 1 && deepest[deepest.length - 1].level >= level) deepest.pop();
      let place = deepest[deepest.length - 1];
      if (level > 2 && place.level < level && place.list.lastElementChild) {
        const inner = place.list.lastElementChild.querySelector("ul") || document.createElement("ul");
        inner.className = "nav flex-column ps-3";
        place.list.lastElementChild.appendChild(inner);
        place = { level: level, list: inner };
      }
      place.list.appendChild(item);
    });
    options.$nav.append(list);
  }
};

// What scrolls sideways can be reached from the keyboard.
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll("pre, main table").forEach(function (box) {
    box.tabIndex = 0;
  });
});

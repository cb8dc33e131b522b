/// What a report does when it is looked at: it sorts and narrows tables and changes its colours. Without it everything
/// is there and in order.
enum ReportScript {
  static let text: StaticString = """

    "use strict";
    (() => {
      const root = document.documentElement;
      const toggle = document.getElementById("theme");
      const system = window.matchMedia("(prefers-color-scheme: dark)");
      const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
      const tell = () => toggle.setAttribute("aria-pressed", String(isDark()));
      toggle.addEventListener("click", () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        tell();
      });
      system.addEventListener("change", tell);
      tell();

      for (const part of document.querySelectorAll(".scripted")) part.hidden = false;

      // A number that is not known comes last in either direction.
      const key = (row, column) => {
        const cell = row.cells[column];
        const value = cell.dataset.v;
        if (value === undefined) return cell.textContent;
        return value === "" ? null : Number(value);
      };
      const compare = (one, other, sign) => {
        if (one === other) return 0;
        if (one === null) return 1;
        if (other === null) return -1;
        return sign * (typeof one === "number" ? one - other : one.localeCompare(other, "en", { numeric: true }));
      };
      for (const table of document.querySelectorAll("table.sortable")) {
        const body = table.tBodies[0];
        const rows = Array.from(body.rows);
        const heads = Array.from(table.tHead.rows[0].cells);
        const isNumber = (column) => rows.some((row) => row.cells[column].dataset.v !== undefined);
        heads.forEach((head, column) => {
          head.querySelector("button").addEventListener("click", () => {
            const orders = isNumber(column) ? ["descending", "ascending"] : ["ascending", "descending"];
            const next = head.getAttribute("aria-sort") === orders[0] ? orders[1] : orders[0];
            const sign = next === "ascending" ? 1 : -1;
            body.append(...rows.slice().sort((a, b) => compare(key(a, column), key(b, column), sign)));
            for (const other of heads) other.setAttribute("aria-sort", other === head ? next : "none");
          });
        });
      }

      for (const field of document.querySelectorAll("input[data-table]")) {
        const rows = Array.from(document.getElementById(field.dataset.table).tBodies[0].rows);
        const count = document.getElementById(field.dataset.count);
        const narrow = () => {
          const words = field.value.toLowerCase().split(" ").filter((word) => word !== "");
          for (const row of rows) row.hidden = !words.every((word) => row.dataset.words.includes(word));
          count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} activations`;
        };
        field.addEventListener("input", narrow);
        narrow();
      }
    })();

    """
}

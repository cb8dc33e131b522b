/// How a report looks: light or dark as the reader's system or the button says, in one column, and on paper.
enum ReportStyle {
  static let sheet: StaticString = """

    :root { --ground: #ffffff; --ink: #1a1c20; --quiet: #565b66; --line: #c9cdd6; --band: #f2f4f8; --accent: #0b57a4;
      --warm: #b3261e; color-scheme: light; }
    @media (prefers-color-scheme: dark) {
      :root:not([data-theme="light"]) { --ground: #14161a; --ink: #e6e8ec; --quiet: #a3a9b5; --line: #3c414b;
        --band: #1e2127; --accent: #8ab8f0; --warm: #ff8a7d; color-scheme: dark; }
    }
    :root[data-theme="dark"] { --ground: #14161a; --ink: #e6e8ec; --quiet: #a3a9b5; --line: #3c414b;
      --band: #1e2127; --accent: #8ab8f0; --warm: #ff8a7d; color-scheme: dark; }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 84rem; padding: 1rem clamp(0.75rem, 3vw, 2rem) 3rem; background: var(--ground);
      color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
    h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
    h4 { font-size: 1rem; margin: 0.75rem 0 0.25rem; }
    p, ul, dl { max-width: 46rem; margin: 0.5rem 0; }
    ul { padding-left: 1.25rem; }
    a { color: var(--accent); }
    nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
    dt { font-weight: 600; margin-top: 0.5rem; }
    dd { margin: 0; }
    .code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.85em; }
    .quiet, caption, figcaption, footer { color: var(--quiet); }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { left: 1rem; top: 0.5rem; background: var(--ground); padding: 0.5rem; }
    button, input { font: inherit; color: inherit; background: var(--band); border: 1px solid var(--line);
      border-radius: 0.25rem; padding: 0.25rem 0.6rem; }
    button { cursor: pointer; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
    [hidden] { display: none; }
    .tools { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; }
    .tools input { width: 16rem; max-width: 100%; }
    .scroll { overflow-x: auto; margin: 0.5rem 0; }
    table { border-collapse: collapse; font-size: 0.8rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; padding: 0.25rem 0; }
    th, td { padding: 0.2rem 0.4rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap;
      vertical-align: top; }
    th { font-weight: 600; }
    thead th { background: var(--band); vertical-align: bottom; }
    tbody th { font-weight: 400; }
    .wrap { white-space: normal; min-width: 12rem; }
    .number { text-align: right; }
    thead button { border: 0; background: none; padding: 0; font-weight: 600; white-space: nowrap;
      text-decoration: underline dotted var(--quiet); text-underline-offset: 0.2em; }
    th[aria-sort="ascending"] button::after { content: " \\2191"; color: var(--accent); }
    th[aria-sort="descending"] button::after { content: " \\2193"; color: var(--accent); }
    tbody tr:hover { background: var(--band); }
    .paper { background: #ffffff; padding: 0.25rem; border: 1px solid var(--line); width: max-content;
      max-width: 100%; overflow-x: auto; }
    .paper svg { display: block; width: 60rem; max-width: 100%; min-width: 34rem; height: auto; }
    .paper image { image-rendering: pixelated; }
    .cards { display: flex; flex-wrap: wrap; gap: 1rem; padding: 0; margin: 0.5rem 0; max-width: none;
      list-style: none; }
    .cards li { width: 15rem; max-width: 100%; border: 1px solid var(--line); border-radius: 0.25rem; padding: 0.5rem;
      break-inside: avoid; }
    .cards figure { margin: 0; }
    .cards svg { width: 6.75rem; height: 6.75rem; }
    .cards .pair { display: flex; gap: 0.5rem; }
    .cards figcaption { font-size: 0.85rem; margin-top: 0.25rem; }
    .picture image, image.pixels { image-rendering: pixelated; }
    .picture .missing { fill: var(--band); stroke: var(--line); }
    .picture .place { fill: none; stroke: #ffffff; stroke-width: 3; paint-order: stroke; }
    .picture .place.inner { stroke: #d01818; stroke-width: 1.2; }
    .sketch .frame { fill: none; stroke: var(--line); }
    .sketch .axis { stroke: var(--line); }
    .sketch .relu { fill: none; stroke: var(--quiet); stroke-dasharray: 1 2; }
    .sketch .mean { fill: none; stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 5 3; }
    .sketch .function { fill: none; stroke: var(--accent); stroke-width: 2; }
    .sketch .dot { fill: var(--warm); }
    .sketch text { fill: var(--quiet); font-size: 8px; }
    .definitions { position: absolute; width: 0; height: 0; }
    @media print {
      @page { margin: 12mm; }
      :root, :root:not([data-theme="light"]), :root[data-theme="dark"] { --ground: #ffffff; --ink: #000000;
        --quiet: #404040; --line: #999999; --band: #f0f0f0; --accent: #0b57a4; --warm: #b3261e; color-scheme: light; }
      html { font-size: 11px; }
      body { max-width: none; padding: 0; }
      .tools, .skip, nav, #theme { display: none; }
      .scroll, .paper { overflow: visible; }
      .paper { border: 0; }
      .paper svg { min-width: 0; width: 100%; }
      table { font-size: 5.5pt; }
      th, td { padding: 0.5pt 2pt; }
      thead button { text-decoration: none; }
      th[aria-sort] button::after { content: none; }
      thead { display: table-header-group; }
      tr, figure { break-inside: avoid; }
      h2, h3, h4 { break-after: avoid; }
    }

    """
}

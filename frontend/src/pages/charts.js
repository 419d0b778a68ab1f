// Draws the charts of a page as they come near; the library is fetched with the first of them.
// Without this file each chart is its table.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "900px" },
);

async function draw(host) {
  const table = host.closest("figure").querySelector("[data-instead]");
  try {
    const { drawChart } = await import(new URL(host.dataset.script, location.href));
    await drawChart(host, JSON.parse(document.getElementById(host.dataset.chart).textContent));
    table.open = false;
    host.dataset.ready = "";
  } catch (problem) {
    console.error(problem);
    host.textContent = host.dataset.failed;
  }
}

document.querySelectorAll("[data-chart]").forEach((host) => near.observe(host));

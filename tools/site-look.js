// Opens every page of the built site in a headless browser, wide and narrow, and keeps a picture of each:
//
//   NODE_PATH=... node tools/site-look.js out/site out/site-look
//
// Faults are: a word in the console, a request to another machine, a picture that does not show, formulas that were not
// set, a page that scrolls sideways on a phone, and what axe calls serious or critical.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");
const puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [root, pictures] = process.argv.slice(2).map((p) => path.resolve(p));
const types = {
  ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json",
  ".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".woff": "font/woff", ".xml": "text/xml"
};

function serve() {
  const server = http.createServer((request, response) => {
    const asked = path.join(root, decodeURIComponent(new URL(request.url, "http://x").pathname));
    const file = fs.existsSync(asked) && fs.statSync(asked).isDirectory() ? path.join(asked, "index.html") : asked;
    if (!file.startsWith(root) || !fs.existsSync(file)) {
      response.writeHead(request.url === "/favicon.ico" ? 204 : 404);
      response.end();
      return;
    }
    response.writeHead(200, { "Content-Type": types[path.extname(file)] || "application/octet-stream" });
    fs.createReadStream(file).pipe(response);
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

function pagesOf(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const here = path.join(folder, entry.name);
    if (entry.isDirectory()) return pagesOf(here);
    return entry.name.endsWith(".html") ? [path.relative(root, here)] : [];
  });
}

async function inspect(page) {
  return page.evaluate(() => ({
    broken: [...document.images].filter((i) => !i.complete || !i.naturalWidth).map((i) => i.getAttribute("src")),
    nameless: [...document.images].filter((i) => !i.hasAttribute("alt")).map((i) => i.getAttribute("src").slice(0, 60)),
    unset: [...document.querySelectorAll(".math")].filter((m) => !m.querySelector("mjx-container")).length,
    wide: document.documentElement.scrollWidth - window.innerWidth
  }));
}

async function visit(browser, origin, name) {
  const faults = [];
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:")) faults.push(`asks elsewhere: ${url}`);
  });
  for (const width of [1100, 390]) {
    await page.setViewport({ width: width, height: 900 });
    await page.goto(`${origin}/${name}`, { waitUntil: "load", timeout: 60000 });
    await page.evaluate(() => window.MathJax && window.MathJax.startup.promise);
    const seen = await inspect(page);
    seen.broken.forEach((src) => faults.push(`a picture does not show: ${src}`));
    seen.nameless.forEach((src) => faults.push(`a picture has no words: ${src}`));
    if (seen.unset) faults.push(`${seen.unset} formulas are not set`);
    if (seen.wide > 0) faults.push(`scrolls sideways by ${seen.wide} px at ${width} px`);
    const file = `${name.replace(/[/\\]/g, "-").replace(/[.]html$/, "")}-${width}.png`;
    await page.screenshot({ path: path.join(pictures, file), fullPage: true });
  }
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run());
  for (const violation of result.violations) {
    if (["serious", "critical"].includes(violation.impact)) {
      faults.push(`axe: ${violation.id}: ${violation.nodes.length} times, first ${violation.nodes[0].target}`);
    }
  }
  await page.close();
  return [...new Set(faults)].map((fault) => `${name}: ${fault}`);
}

// The search finds a page by a word of its text, and calls it by its title.
async function search(browser, origin) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1100, height: 900 });
  await page.goto(`${origin}/index.html`, { waitUntil: "load" });
  await page.focus("#search-input");
  await page.waitForFunction(() => !document.querySelector("#search-input").classList.contains("loading"));
  await page.type("#search-input", "non-detect");
  await page.waitForSelector(".aa-suggestion", { timeout: 20000 });
  const found = await page.evaluate(() => [...document.querySelectorAll(".aa-suggestion")].map((s) => s.textContent));
  const beyond = await page.evaluate(() => {
    return document.querySelector(".aa-dropdown-menu").getBoundingClientRect().right > window.innerWidth;
  });
  await page.screenshot({ path: path.join(pictures, "search.png") });
  await page.close();
  const faults = beyond ? ["search: what is found lies outside the window"] : [];
  if (found.some((text) => /null|undefined/.test(text))) faults.push(`search: ${found.join(" | ")}`);
  return faults;
}

async function main() {
  fs.mkdirSync(pictures, { recursive: true });
  const server = await serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
  });
  const pages = pagesOf(root);
  const faults = [];
  // One after the other: a page that is not in front draws nothing.
  for (const name of pages) faults.push(...await visit(browser, origin, name));
  faults.push(...await search(browser, origin));
  await browser.close();
  server.close();
  faults.forEach((fault) => console.log(fault));
  console.log(`look: ${pages.length} pages, ${faults.length} faults`);
  process.exitCode = faults.length ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

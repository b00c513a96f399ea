// Bundles the locked third-party JavaScript: one target a line, each to bundles/NAME.js, with every licence text.
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync, mkdirSync, existsSync } from "node:fs";
import { join } from "node:path";

const OUT = process.argv[2] ?? "bundles";

// The engine has no module loader: a script target is an expression statement that leaves its exports at a global
// name, which the sandbox takes away again before any script of a user runs. A widget target is a constant of the
// widget's module, since anywidget sends each module as one text.
const TARGETS = [
  { name: "moment", script: "workbench:moment", pick: "exported.default", names: true },
  { name: "acorn", script: "workbench:acorn", pick: "exported" },
  {
    name: "node12",
    script: "workbench:node12",
    pick: "exported",
    names: true,
    alias: { util: "./entries/util.js", punycode: "punycode/" },
    define: { SharedArrayBuffer: "ArrayBuffer" }, // the engine has no shared memory; webidl-conversions asks for its name
  },
  { name: "preact", constant: "preact" },
  { name: "codemirror", constant: "codemirror" },
];

function options(target) {
  const common = {
    entryPoints: [`entries/${target.name}.js`],
    outfile: join(OUT, `${target.name}.js`),
    bundle: true,
    alias: target.alias ?? {},
    define: target.define ?? {},
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: !target.names, // a script that logs a moment or a URL sees the names of its classes
    metafile: true,
    legalComments: "none", // the full texts are in LICENSES.txt
    logLevel: "warning",
  };
  if (target.constant) {
    const banner = { js: `const ${target.constant}=(()=>{` };
    return { ...common, format: "iife", globalName: "exported", target: "es2022", banner, footer: { js: "return exported})();" } };
  }
  const place = JSON.stringify(target.script);
  return {
    ...common,
    format: "iife",
    globalName: "exported",
    target: "es2019",
    banner: { js: "(function(){" },
    footer: { js: `globalThis[${place}]=${target.pick};})();` },
  };
}

// Whose file it is that esbuild put into a bundle.
function packageOf(file) {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

function licence(name) {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ships no licence text`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version} (${license})\n${"-".repeat(72)}\n${text}\n`;
}

mkdirSync(OUT, { recursive: true });
const built = await Promise.all(TARGETS.map((target) => build(options(target))));
const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const packages = [...new Set(inputs.map(packageOf).filter(Boolean))].sort();
const head = "The workbench's bundles contain the following third-party packages.\n\n";
writeFileSync(join(OUT, "LICENSES.txt"), head + packages.map(licence).join("\n\n"));
const zones = readFileSync("node_modules/moment-timezone/data/packed/latest.json", "utf8");
writeFileSync(join(OUT, "zones.json"), JSON.stringify(JSON.parse(zones)));
if (!TARGETS.every((target) => existsSync(join(OUT, `${target.name}.js`)))) throw new Error("a bundle is missing");

//! {"ingredients": {"text": "RT @bob: Check https://t.co/abc123?x=1&y=2 — “quoted” 😀👍🏽 #tag1 #Tag_2 \r\n\r\n\r\nend…", "limit": "60"}}
class Formatter {
  static defaults = { limit: 280, ellipsis: "…" };
  #cache = new Map();
  constructor(options) { this.options = Object.assign({}, Formatter.defaults, options); }
  pattern(source, flags = "g") {
    const key = `${flags}/${source}`;
    if (!this.#cache.has(key)) this.#cache.set(key, new RegExp(source, flags));
    return this.#cache.get(key);
  }
  trim(text) {
    const points = Array.from(text);
    const { limit, ellipsis } = this.options;
    return points.length <= limit ? text : points.slice(0, limit - 1).join("").replace(/\s+\S*$/u, "") + ellipsis;
  }
  format(text) {
    const steps = [
      (t) => t.replace(this.pattern("^RT @\\w+: "), ""),
      (t) => t.replace(this.pattern("https?://\\S+"), (url) => url.split("?")[0]),
      (t) => t.replace(this.pattern("(?<!\\w)#(\\w+)"), "[$1]"),
      (t) => t.replace(/[“”]/g, '"').replace(/(\r?\n){2,}/g, "\n"),
    ];
    return this.trim(steps.reduce((made, step) => step(made), text));
  }
}
const made = new Formatter({ limit: Number(Trigger.ingredients.limit) }).format(Trigger.ingredients.text);
console.log(made, made.length, Array.from(made).length, Object.entries({ a: 1, b: [2] }), [..."👍🏽"].length, "😀".codePointAt(0), "😀".split(""));

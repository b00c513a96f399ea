"""Scripts about strings, numbers, JSON and regular expressions, as hypothesis strategies of JavaScript text.

Every script is the body of an async function that reports what it finds with ``out(value)``.
"""

from __future__ import annotations

import json

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Script = SearchStrategy[str]

ALPHABET = "abcABCxyz012 .,-_$/\\'\"`%&<>éßüñİıſΣς中😀\u0301\u00a0\u200b\ufeff\t\n"


def js(value: object) -> str:
    """A Python value as a JavaScript literal."""
    return json.dumps(value)


def text(size: int = 12) -> SearchStrategy[str]:
    """A JavaScript string literal."""
    return st.text(ALPHABET, max_size=size).map(js)


def small() -> SearchStrategy[str]:
    """A small whole number, negative ones too."""
    return st.integers(-4, 12).map(str)


SPECIAL = ["0", "-0", "NaN", "Infinity", "-Infinity", "1e21", "1e-7", "0.1", "1.005", "123.456", "-2.5", "4294967296"]


def number() -> SearchStrategy[str]:
    """A number literal of any size and shape."""
    reals = st.floats(allow_nan=False, allow_infinity=False).map(repr)
    tame = st.floats(-1e6, 1e6).map(lambda real: repr(round(real, 4)))
    return st.one_of(st.sampled_from(SPECIAL), st.integers(-(2**54), 2**54).map(str), tame, reals)


def scalar() -> SearchStrategy[str]:
    """Any plain value."""
    return st.one_of(number(), text(), st.sampled_from(["null", "undefined", "true", "false"]))


def build(template: str, **parts: SearchStrategy[str]) -> Script:
    """A template whose ``@name`` stand for drawn texts."""

    def fill(drawn: dict[str, str]) -> str:
        made = template
        for name in sorted(drawn, key=len, reverse=True):
            made = made.replace(f"@{name}", drawn[name])
        return made

    return st.fixed_dictionaries(parts).map(fill)


def string_scripts() -> Script:
    """Methods of strings, alone and in chains."""
    methods = st.one_of(
        build("slice(@a, @b)", a=small(), b=small()),
        build("substr(@a, @b)", a=small(), b=small()),
        build("substring(@a, @b)", a=small(), b=small()),
        build("padStart(@a, @t)", a=small(), t=text(3)),
        build("padEnd(@a, @t)", a=small(), t=text(3)),
        build("repeat(@a)", a=st.integers(-1, 4).map(str)),
        build("replace(@t, @u)", t=text(2), u=st.sampled_from(["'$$'", "'[$&]'", '"$`|$\'"', "(m, at) => m + at"])),
        build("concat(@v, @w)", v=scalar(), w=scalar()),
        st.sampled_from(
            ["toUpperCase()", "toLowerCase()", "trim()", "trimStart()", "trimEnd()", "normalize('NFD')", "normalize()"]
        ),
    )
    ends = st.one_of(
        build("split(@t, @n)", t=text(2), n=st.sampled_from(["undefined", "2", "0"])),
        build("indexOf(@t, @n)", t=text(2), n=small()),
        build("lastIndexOf(@t, @n)", t=text(2), n=small()),
        build("includes(@t)", t=text(2)),
        build("startsWith(@t, @n)", t=text(2), n=small()),
        build("endsWith(@t)", t=text(2)),
        build("charCodeAt(@n)", n=small()),
        build("codePointAt(@n)", n=small()),
        build("localeCompare(@t)", t=text(4)),
        st.sampled_from(["length", "anchor('a\"b')", "split('')", "toLocaleUpperCase()", "valueOf()", "big()"]),
    )
    chain = st.lists(methods, max_size=3).map(lambda calls: "".join(f".{call}" for call in calls))
    whole = build("out(@t@chain.@end)", t=text(), chain=chain, end=ends)
    codes = build(
        "out([encodeURIComponent(@t), encodeURI(@t), escape(@t)]); out([...@t].length); "
        "out(Array.from(@t).reverse().join(''));",
        t=text(),
    )
    decode = build("out(decodeURIComponent(@t)); out(unescape(@t));", t=st.text("%E2A0C9ab+", max_size=9).map(js))
    template = build(
        "const tag = (s, ...v) => [s, s.raw, v]; out(tag`a${@v}\\n${@w}`); out(`${@v}-${[@w]}`);",
        v=scalar(),
        w=scalar(),
    )
    return st.one_of(whole, whole, codes, decode, template)


def number_scripts() -> Script:
    """How numbers print, parse, round and convert."""
    radix = st.integers(0, 38).map(str)
    digits = st.integers(-1, 22).map(str)
    shown = build(
        "out((@n).@m)",
        n=number().map(lambda n: n),
        m=st.one_of(
            build("toFixed(@d)", d=digits),
            build("toPrecision(@d)", d=digits),
            build("toExponential(@d)", d=digits),
            build("toString(@r)", r=radix),
            st.just("toLocaleString()"),
            build("toLocaleString('en-US', {minimumFractionDigits: @d})", d=st.integers(0, 6).map(str)),
        ),
    )
    numeral = st.text("0123456789.eE+-xobn_ Infity", max_size=8).map(js)
    parsed = build(
        "out([parseInt(@t), parseInt(@t, @r), parseFloat(@t), Number(@t), +@t, isNaN(@t)])", t=numeral, r=radix
    )
    names = ["abs", "ceil", "floor", "round", "trunc", "sign", "sqrt", "cbrt", "fround", "clz32", "log2", "log10"]
    sums = build(
        "out(Math.@f(@n)); out([@n @op @m, @n == @m, @n < @m]);",
        f=st.sampled_from(names),
        n=scalar(),
        m=scalar(),
        op=operators(),
    )
    many = build(
        "out([Math.max(@a, @b), Math.min(@a, @b), Math.hypot(3, 4), Math.atan2(1, 1)])", a=scalar(), b=scalar()
    )
    big = build(
        "out([BigInt(@a) @op BigInt(@b), BigInt.asIntN(8, BigInt(@a)), typeof BigInt(@a)])",
        a=st.integers(-(10**20), 10**20).map(lambda n: f"'{n}'"),
        b=st.integers(-3, 40).map(str),
        op=st.sampled_from(["+", "-", "*", "/", "%", "<", "=="]),
    )
    return st.one_of(shown, shown, parsed, sums, many, big)


def operators() -> SearchStrategy[str]:
    """A binary operator on plain values."""
    return st.sampled_from(["+", "-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>", ">>>", ",", "&&", "||"]).map(
        lambda op: f"/**/ {op} /**/"
    )


def json_scripts() -> Script:
    """JSON both ways: broken texts, revivers, replacers, indents, toJSON, order of keys."""
    tree = st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-5, 5),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(ALPHABET, max_size=5),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.text("ab01_", max_size=3), inner, max_size=4)
        ),
        max_leaves=10,
    ).map(json.dumps)
    broken = st.tuples(tree, st.integers(0, 30), st.sampled_from([*list("{}[],:\"'x0-.\\\n"), ""])).map(
        lambda made: js(made[0][: made[1]] + made[2] + made[0][made[1] + 1 :])
    )
    indent = st.sampled_from(["undefined", "0", "2", "'--'", "11", "'\\t'"])
    replacer = st.sampled_from(
        ["null", "['a', 'b', 0]", "(k, v) => typeof v === 'number' ? v + 1 : v", "(k, v) => k === 'a' ? undefined : v"]
    )
    written = build("out(JSON.stringify(@t, @r, @i))", t=tree, r=replacer, i=indent)
    read = build("out(JSON.parse(@t))", t=broken)
    revived = build(
        "const seen = []; out(JSON.parse(@t, function (k, v) { seen.push(k); return k === 'a' ? "
        "undefined : v; })); out(seen);",
        t=tree.map(js),
    )
    odd = build(
        "out(JSON.stringify({a: @v, b: [@w], f() {}, s: Symbol('s'), d: new Date(@n), toJSON: @j}))",
        v=scalar(),
        w=scalar(),
        n=st.integers(-(10**12), 10**13).map(str),
        j=st.sampled_from(["undefined", "() => 'mine'", "function (k) { return {k, a: this.a}; }"]),
    )
    return st.one_of(written, read, read, revived, odd)


def pattern() -> SearchStrategy[str]:
    """A regular expression's source."""
    atom = st.sampled_from(
        [
            "a",
            "b",
            "x",
            "1",
            ".",
            "\\d",
            "\\w",
            "\\s",
            "\\b",
            "\\B",
            "[a-c]",
            "[^a]",
            "[\\d.]",
            "\\u0061",
            "^",
            "$",
            "é",
            " ",
            "-",
            "\\.",
            "\\/",
        ]
    )
    quantifier = st.sampled_from(["", "", "", "*", "+", "?", "{1,2}", "{2}", "*?", "+?"])
    piece = st.tuples(atom, quantifier).map("".join)

    def grouped(inner: SearchStrategy[str]) -> SearchStrategy[str]:
        opening = st.sampled_from(["(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>"])
        group = st.tuples(opening, inner).map(lambda made: f"{made[0]}{made[1]})")
        return st.one_of(
            group, st.tuples(inner, st.just("|"), inner).map("".join), st.lists(inner, max_size=3).map("".join)
        )

    return st.recursive(piece, grouped, max_leaves=6)


def regex_scripts() -> Script:
    """Regular expressions on short strings, through every method that takes one."""
    use = st.sampled_from(
        [
            "out(t.match(re))",
            "out(t.replace(re, '[$1$&]'))",
            "out(t.replace(re, (...a) => JSON.stringify(a)))",
            "out(t.split(re))",
            "out(t.search(re)); out(re.test(t)); out(re.lastIndex)",
            "const m = re.exec(t); out(m && [m.index, {...m.groups}, [...m]])",
            "out([...t.matchAll(new RegExp(re, 'g'))].map((m) => [m.index, ...m]))",
            "out([re.source, re.flags, String(re)])",
        ]
    )
    return build(
        "const t = @t; const re = new RegExp(@p, @f); @use;",
        t=st.text("abx1. -é/\n", max_size=14).map(js),
        p=pattern().map(js),
        f=st.sampled_from(["''", "'g'", "'i'", "'m'", "'s'", "'u'", "'y'", "'gi'", "'gu'", "'gg'"]),
        use=use,
    )

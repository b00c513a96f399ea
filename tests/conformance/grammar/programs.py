"""Scripts about sorting, promise order, closures, classes, destructuring, generators and control flow."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.conformance.grammar.values import Script, build, js, number, scalar, small, text


def _list(items: SearchStrategy[str], size: int = 6) -> SearchStrategy[str]:
    return st.lists(items, max_size=size).map(lambda made: f"[{', '.join(made)}]")


def sort_scripts() -> Script:
    """Arrays put in order by good, boolean, constant and contradictory comparators; each comparison is seen."""
    comparator = st.sampled_from(
        [
            "(a, b) => a > b",
            "(a, b) => a < b",
            "(a, b) => a - b",
            "(a, b) => b - a",
            "(a, b) => (a > b ? 1 : -1)",
            "(a, b) => (a < b ? -1 : 0)",
            "() => 0",
            "() => 1",
            "() => -1",
            "() => true",
            "(a, b) => String(a).length - String(b).length",
            "(a, b) => a % 3 - b % 3",
            "(a, b) => ((a * 7919 + b * 104729) % 5) - 2",
            "(a, b) => NaN",
            "(a, b) => (a === 3 ? undefined : a - b)",
        ]
    )
    numbers = st.one_of(
        st.lists(st.integers(-9, 30), max_size=12),
        st.lists(st.integers(0, 99), min_size=30, max_size=90),
        st.integers(20, 150).flatmap(
            lambda n: st.sampled_from([list(range(n)), list(range(n, 0, -1)), [*range(n // 2), *range(n // 2)]])
        ),
    ).map(js)
    watched = build(
        "let hash = 0, count = 0; const by = @c; const a = @a; a.sort((x, y) => { count++; hash = (hash "
        "* 31 + x * 7 + y) | 0; return by(x, y); }); out([a, count, hash]);",
        c=comparator,
        a=numbers,
    )
    plain = build(
        "const a = @a; out(a.sort(@c) === a); out(a);",
        a=_list(scalar(), 9),
        c=st.one_of(st.just("undefined"), comparator),
    )
    holes = build(
        "const a = @a; a.length = @n; a[@m] = 5; a.sort(); out(a.map(String)); out([a.length, Object.keys(a)]);",
        a=_list(text(3)),
        n=st.integers(0, 9).map(str),
        m=st.integers(0, 9).map(str),
    )
    stable = build(
        "const rows = @a.map((k, i) => ({k, i})); rows.sort((x, y) => x.k - y.k); out(rows.map((r) => "
        "[r.k, r.i])); out(rows.map((r) => r.i).reverse().sort());",
        a=st.lists(st.integers(0, 4), max_size=60).map(js),
    )
    typed = build(
        "out([...new Float64Array(@a).sort()]); out([...Int8Array.from(@a).sort((a, b) => b - a)]);",
        a=st.lists(st.integers(-200, 200), max_size=10).map(js),
    )
    return st.one_of(watched, watched, watched, plain, holes, stable, typed)


def _step(label: SearchStrategy[str], inner: SearchStrategy[str]) -> SearchStrategy[str]:
    parts = {"l": label, "i": inner}
    return st.one_of(
        build("Promise.resolve().then(() => log('@la')).then(() => log('@lb')).then(() => log('@lc'));", l=label),
        build("(async () => { log('@ls'); await null; log('@l1'); @i await 0; log('@l2'); })();", **parts),
        build(
            "(async () => { try { await Promise.reject(new Error('@l')); } catch (e) { log(e.message); @i } "
            "finally { log('@lf'); } })();",
            **parts,
        ),
        build("(async () => Promise.resolve('@l'))().then(log);", l=label),
        build("(async () => { await {then(r) { log('@lT'); @i r(); }}; log('@lA'); })();", **parts),
        build("Promise.resolve({then(r) { log('@lT'); r('@lR'); }}).then(log);", l=label),
        build(
            "Promise.reject('@l').catch((e) => { log(e); @i return e; }).finally(() => log('@lf')).then(log);", **parts
        ),
        build(
            "Promise.all([1, Promise.resolve('@l'), new Promise((r) => r('@l2'))]).then((v) => log(v.join()));", l=label
        ),
        build("Promise.race([new Promise(() => {}), Promise.resolve('@lr'), '@l']).then(log);", l=label),
        build(
            "Promise.allSettled([Promise.reject('@l'), 2]).then((v) => log(v.map((x) => x.status).join()));", l=label
        ),
        build(
            "(async () => { for await (const x of [Promise.resolve('@l1'), '@l2']) { log(x); @i } log('@le'); })();",
            **parts,
        ),
        build(
            "(async () => { async function* g() { yield '@lg'; yield Promise.resolve('@lh'); } for await "
            "(const x of g()) log(x); })();",
            l=label,
        ),
        build("new Promise((r) => { log('@lx'); r(Promise.resolve('@ly')); log('@lz'); }).then(log); @i", **parts),
        build("Promise.resolve().then(() => { @i return Promise.resolve('@l'); }).then(log);", **parts),
        build(
            "{ const p = Promise.resolve('@l'); p.then(log); (async () => log((await p) + 'w'))(); p.then(() "
            "=> { throw '@lt'; }).then(log, log); }",
            l=label,
        ),
        build(
            "(async () => { const a = async () => { await 0; log('@la'); return '@lb'; }; log(await a()); "
            "return a(); })().then(log);",
            l=label,
        ),
        build("class T extends Promise {} T.resolve('@l').then(log); @i".replace("T", "P@l"), **parts),
    )


def promise_scripts() -> Script:
    """Promise jobs of every kind, interleaved and nested: the order in which they log."""
    label = st.sampled_from("abcdefghijkm")
    nested = st.recursive(st.just(""), lambda inner: _step(label, inner), max_leaves=4)
    body = st.lists(_step(label, nested), min_size=1, max_size=4).map(" ".join)
    wait = "for (let i = 0; i < 40; i++) await null;"
    plain = build(f"const seen = []; const log = (x) => void seen.push(x); @b log('sync'); {wait} out(seen);", b=body)
    called = build(
        f"const seen = []; const log = (x) => void seen.push(x); const q = performQuery('a.b', {{n: "
        f"@n}}).then((r) => log(r.statusCode + JSON.stringify(r.responseBody)));"
        f" @b runAction('c.d', @v).then(() => log('acted')); await q; {wait} await performQuery('e.f'); out(seen);",
        b=body,
        n=number(),
        v=st.sampled_from(
            ["{fields: {a: 'b'}}", "{}", "{fields: {d: new Date(0), u: undefined, f() {}}}", "{fields: [1, [2]]}"]
        ),
    )
    return st.one_of(plain, plain, plain, called)


def class_scripts() -> Script:
    """Classes: fields, accessors, inheritance, statics, symbols, private fields, and their errors."""
    members = st.lists(
        st.one_of(
            build("x = @v;", v=scalar()),
            build("static s = @v;", v=scalar()),
            build("#p = @v; get p() { return this.#p; } set p(v) { this.#p = [v, this.#p]; }", v=scalar()),
            build("get g() { return [@v, this.x]; }", v=scalar()),
            build("m(a = @v, ...r) { return [a, r, typeof this]; }", v=scalar()),
            build("static n() { return [this.name, @v]; }", v=scalar()),
            build("*[Symbol.iterator]() { yield @v; yield* [1, 2]; }", v=scalar()),
            build("[Symbol.toPrimitive](hint) { return hint === 'number' ? 42 : hint; }"),
            build("toString() { return 'A:' + @v; }", v=scalar()),
            build("['c' + @n]() { return @n; }", n=small().map(lambda n: f"({n})")),
        ),
        max_size=4,
        unique_by=lambda member: member[:4],
    ).map(" ".join)
    probe = st.sampled_from(
        [
            "out(a.x)",
            "out(a.p); a.p = 1; out(a.p)",
            "out(a.g)",
            "out(a.m())",
            "out(a.m(1, 2, 3))",
            "out([...a])",
            "out(`${a}`)",
            "out(+a)",
            "out(A.n())",
            "out(A.s)",
            "out(Object.keys(a))",
            "out(Object.getOwnPropertyNames(A.prototype))",
            "a.nope()",
            "A()",
            "out(a instanceof A)",
            "out(JSON.stringify(a))",
            "out(a.x.y.z)",
            "out(Object.getOwnPropertyNames(A))",
            "out(A.toString().length)",
            "delete a.x; out('x' in a)",
        ]
    )
    probes = st.lists(probe, min_size=1, max_size=4).map(
        lambda made: "; ".join(f"attempt(() => {{ {p}; }})" for p in made)
    )
    single = build("class A { @m } const a = new A(@v); @p;", m=members, v=scalar(), p=probes)
    derived = build(
        "class B { constructor(...r) { out(r); out(new.target.name); } m() { return 'B'; } static n() { "
        "return 'Bn'; } get g() { return 'Bg'; } } class A extends B { @m z() { return super.m(); } } "
        "const a = new A(@v); @p; out(a.z());",
        m=members,
        v=scalar(),
        p=probes,
    )
    odd = build(
        "class E extends Error { constructor(m) { super(m); this.name = 'E'; this.code = @v; } } "
        "attempt(() => { throw new E(@v); }); out(new E('q') instanceof Error); out(String(new E(@v)));",
        v=scalar(),
    )
    return st.one_of(single, derived, odd)


def binding_scripts() -> Script:
    """Destructuring, defaults, spread, rest, closures, hoisting and the temporal dead zone."""
    target = st.sampled_from(
        [
            "[a, b = 2, ...c]",
            "[a, , b]",
            "{a, b = 5, ...c}",
            "{a: {b} = {}, c}",
            "{[`a`]: a, length: b}",
            "[[a] = [1], {b}]",
            "{a: [b, c] = 'xy'}",
        ]
    )
    source = st.one_of(
        scalar(),
        _list(scalar()),
        st.sampled_from(
            [
                "{a: 1, b: undefined, d: 3}",
                "{a: {b: 7}}",
                "new Map([[1, 2]])",
                "[[5], {b: 6}]",
                "{a: null}",
                "(function* () { yield 1; yield 2; })()",
            ]
        ),
    )
    names = "attempt(() => out(a)); attempt(() => out(b)); attempt(() => out(c));"
    bound = build(f"attempt(() => {{ const @t = @s; {names} }});", t=target, s=source)
    called = build(
        "const f = function (@t, z = @v) { out([typeof a, z, arguments.length, f.length]); }; attempt(() "
        "=> f(@s)); attempt(() => f());",
        t=target,
        s=source,
        v=scalar(),
    )
    closures = build(
        "const fs = []; for (@k i = 0; i < @n; i++) fs.push(() => i++); out(fs.map((f) => f())); "
        "out(fs.map((f) => f())); const add = (x) => (y) => (z) => x + y + z; out(add(@v)(@w)(@v));",
        k=st.sampled_from(["let", "var"]),
        n=st.integers(0, 5).map(str),
        v=scalar(),
        w=scalar(),
    )
    hoisted = build(
        "attempt(() => { out(typeof f); out(v); @x; var v = 1; let l = 2; const c = 3; function f() {} class K {} });",
        x=st.sampled_from(
            ["out(l)", "c = 4", "new K()", "f = 3; out(f)", "v()", "undeclared", "v.x", "l = 1", "void 0", "(0, f)()"]
        ),
    )
    spread = build(
        "attempt(() => { out([...@s]); out({...@s}); out(Math.max(...@s)); });", s=source.map(lambda made: f"({made})")
    )
    return st.one_of(bound, called, closures, hoisted, spread)


def flow_scripts() -> Script:
    """Loops, labels, switch, try/finally, generators, Map and Set, Proxy, and errors that scripts commonly meet."""
    act = st.sampled_from(
        [
            "out(i)",
            "continue",
            "break",
            "if (i === 1) continue",
            "if (i > 1) break",
            "if (i) break outer",
            "continue outer",
            "out([i, @v])".replace("@v", "'t'"),
        ]
    )
    loops = build("outer: for (let j = 0; j < 2; j++) for (let i = 0; i < 3; i++) { @a; @b; }", a=act, b=act)
    switched = build(
        "for (const x of @l) switch (x) { case @v: out('first'); default: out('default'); case @w: "
        "out('last'); break; case 1: out('one'); }",
        l=_list(scalar()),
        v=scalar(),
        w=scalar(),
    )
    finals = build(
        "const f = () => { try { out('t'); @a; } catch (e) { out('c'); out(e); @b; } finally { out('f'); "
        "@c; } return 'end'; }; attempt(() => out(f()));",
        **{
            name: st.sampled_from(
                ["", "return 1", "throw 2", "throw new RangeError('r')", "null.x", "nope()", "return"]
            )
            for name in "abc"
        },
    )
    generated = build(
        "function* g() { try { const got = yield @v; out(got); yield* [1, got]; return @w; } finally { "
        "out('f'); } } const it = g(); out(it.next()); out(it.next(@w)); @x; out(it.next());",
        v=scalar(),
        w=scalar(),
        x=st.sampled_from(
            ["out(it.return(9))", "attempt(() => it.throw(new Error('t')))", "out([...it])", "out(it.next())"]
        ),
    )
    kept = build(
        "const m = new Map(), s = new Set(); for (const k of @l) { m.set(k, (m.get(k) || 0) + 1); "
        "s.add(k); } out([...m]); out([...s]); out([m.size, s.has(@v), m.delete(@v), s.size]); "
        "out(Object.fromEntries(m));",
        l=_list(scalar(), 8),
        v=scalar(),
    )
    arrays = build(
        "const a = @l; out(a.@m); out(a);",
        l=_list(scalar(), 7),
        m=st.one_of(
            st.sampled_from(
                [
                    "reverse()",
                    "concat([1], 2, [[3]])",
                    "flat()",
                    "flatMap((x) => [x, x])",
                    "map((x, i) => [x, i])",
                    "filter(Boolean)",
                    "reduce((p, q) => p + q)",
                    "reduceRight((p, q) => `${p}${q}`)",
                    "join('-')",
                    "entries().next()",
                    "some((x) => x > 1)",
                    "every((x) => x)",
                    "shift()",
                    "pop()",
                    "toString()",
                    "lastIndexOf(undefined)",
                    "length = 2",
                    "findIndex((x) => x !== x)",
                    "toLocaleString()",
                ]
            ),
            build("splice(@x, @y, 'n')", x=small(), y=small()),
            build("slice(@x, @y)", x=small(), y=small()),
            build("fill(@v, @x, @y)", v=scalar(), x=small(), y=small()),
            build("copyWithin(@x, @y)", x=small(), y=small()),
            build("includes(@v)", v=scalar()),
            build("indexOf(@v, @x)", v=scalar(), x=small()),
        ),
    )
    mistakes = build(
        "const o = {a: @v, f: 1, n: null, s: 'str'}; attempt(() => { @x; });", v=scalar(), x=st.sampled_from(MISTAKES)
    )
    proxied = build(
        "const seen = []; const p = new Proxy({a: @v}, {get(t, k, r) { seen.push(String(k)); return "
        "Reflect.get(t, k, r); }, has(t, k) { seen.push('has'); return k in t; }, ownKeys(t) { "
        "seen.push('keys'); return Reflect.ownKeys(t); }}); out(p.a); out('b' in p); out({...p}); "
        "out(JSON.stringify(p)); out(seen);",
        v=scalar(),
    )
    compared = build(
        "out([@v == @w, @v === @w, Object.is(@v, @w), @v + @w, typeof (@v + @w), @v < @w, !@v, "
        "String(@v), `${[@v]}`]); out([@v, @w].toString());",
        v=scalar(),
        w=scalar(),
    )
    objects = build(
        "const o = {@k: 1, b: @v, [@t]: 2, 10: 3, 9: 4, get z() { return this.b; }, ...@t}; "
        "out(Object.entries(o)); out(Object.keys(Object.freeze(o))); attempt(() => { 'use strict'; "
        "(function () { 'use strict'; o.b = 2; })(); }); out(Object.getOwnPropertyDescriptor(o, 'z') !== "
        "undefined);",
        k=st.sampled_from(["a", "if", "1", "'x y'"]),
        v=scalar(),
        t=text(3),
    )
    return st.one_of(
        loops, switched, finals, generated, kept, arrays, arrays, mistakes, mistakes, proxied, compared, objects
    )


MISTAKES = [
    "o.missing.x",
    "o.n.x",
    "o.missing.x = 1",
    "o.nope()",
    "o.f()",
    "o.s.nope()",
    "undefinedName",
    "undefinedName.x",
    "o.a.b.c",
    "null.length",
    "undefined[0]",
    "const k = 'key'; o.n[k]",
    "o.n.f()",
    "new o.f()",
    "[...o]",
    "const [x] = o",
    "const {x} = o.n",
    "const {x: {y}} = o",
    "for (const x of o) out(x)",
    "JSON.parse(o.s)",
    "JSON.parse('')",
    "JSON.parse('{\"a\":')",
    "JSON.parse(o)",
    "const c = {}; c.c = c; JSON.stringify(c)",
    "new Array(-1)",
    "'x'.repeat(-1)",
    "(1).toFixed(101)",
    "(1).toString(1)",
    "new Date(NaN).toISOString()",
    "decodeURIComponent('%')",
    "new RegExp('(')",
    "new RegExp('*')",
    "'a' in 'b'",
    "o instanceof 5",
    "Symbol() + ''",
    "1n + 1",
    "BigInt('x')",
    "null()",
    "o.f.g.h()",
    "[].reduce((a, b) => a)",
    "Object.defineProperty(Object.freeze({}), 'x', {value: 1})",
    "'use strict'; undefined.foo",
    "(void 0).foo",
    "(() => { throw {a: 1}; })()",
    "throw undefined",
    "throw 'text'",
    "throw new TypeError('mine')",
    "Reflect.construct(1)",
    "new (class { constructor() { this.x.y; } })()",
    "(function f() { f(); })()",
    "[1].map(5)",
    "[1].map(undefined)",
    "[3, 1].sort('x')",
    "new Map([1])",
    "new Set(5)",
    "Object.setPrototypeOf(null, {})",
    "Object.assign(null)",
    "'abc'.match(new RegExp('[', 'g'))",
    "Promise.resolve.call(1)",
    "new Promise()",
    "Trigger.ingredients.nothing.trim()",
    "Meta.currentUserTime.nope()",
    "moment.tz('x')",
    "'x'.normalize('bad')",
    "String.fromCodePoint(-1)",
    "new Intl.NumberFormat('en', {style: 'currency'})",
    "(12).toLocaleString('en-US', {style: 'bad'})",
    "Number.prototype.toString.call('x')",
    "new Proxy({}, null)",
    "super_()",
    "let q = q",
    "class A extends null {} new A()",
    "class A { constructor() {} } A()",
    "class B extends Object { constructor() { this.x = 1; } } new B()",
]

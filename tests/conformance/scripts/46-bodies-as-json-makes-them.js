runAction("a.b", { fields: { d: new Date(0), m: Meta.currentUserTime, u: undefined, f() {}, n: NaN, i: -Infinity, s: Symbol("s"), z: -0, a: [undefined, () => 1], nested: { toJSON: () => "made" } } });
runAction("a.b", []);
runAction("a.b", "text");
runAction("a.b", null);
runAction("a.b", 5);
runAction("a.b", true);
class Body { constructor() { this.own = 1; } get seen() { return 2; } }
runAction("a.b", new Body());
runAction("a.b", new Map([[1, 2]]));

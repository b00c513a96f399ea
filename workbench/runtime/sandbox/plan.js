// What of a script can run, from its tree: its functions, its statements, the arms of its branches; and the probe.
//
// The engine counts how often each of its instructions ran, but not every arm has an instruction with a place of its
// own: `a ? 1 : 2` has one place for all. The probe is the script with a call of an empty arrow function before each
// arm. It is compiled and never run; where the engine's compiler puts an arrow, its arm begins (see coverage.js).
(function (kit) {
  "use strict";
  const MARK = "(()=>0)()"; // an instruction of its own place: the call, where its arguments begin
  const NO_UNIT = { __proto__: null, BlockStatement: true, EmptyStatement: true, FunctionDeclaration: true, LabeledStatement: true };
  const CONSTANT = /^(?:Literal|TemplateLiteral|(?:Arrow)?FunctionExpression|ObjectExpression|ArrayExpression)$/;

  const isFunction = (node) => /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
  const isUnit = (node) => /(?:Statement|Declaration)$/.test(node.type) && NO_UNIT[node.type] === undefined && !heads.has(node);
  const heads = new WeakSet(); // what a `for` declares: part of the `for`
  // A loop that has nothing to do before its first round.
  const isLoop = (node) => node.type === "WhileStatement" || (node.type === "ForStatement" && node.init === null);
  // The compiler decides these once and for all; what it drops is no branch.
  const isConstant = (node) => CONSTANT.test(node.type) || (node.type === "UnaryExpression" && isConstant(node.argument));

  // Nothing in it makes an instruction, so nothing in it can be counted.
  const isEmpty = (node) =>
    node.type === "EmptyStatement" ||
    (node.type === "ExpressionStatement" && /^(?:Literal|ThisExpression|FunctionExpression|ArrowFunctionExpression)$/.test(node.expression.type)) ||
    node.type === "FunctionDeclaration" ||
    (node.type === "BlockStatement" && node.body.every(isEmpty)) ||
    (node.type === "LabeledStatement" && isEmpty(node.body)) ||
    (node.type === "VariableDeclaration" && node.kind === "var" && node.declarations.every((one) => one.init === null && one.id.type === "Identifier"));

  class Plan {
    constructor(source, tree) {
      this.source = source;
      this.starts = kit.lineStarts(source);
      this.functions = [{ start: 0, head: 0, place: [1, 1] }]; // the first is the script itself
      this.units = []; // statements and the bodies of short arrow functions, with the unit around each, or -1
      this.arms = [];
      this.pieces = []; // what the probe has more than the source
      this.children(tree, 0, -1);
    }

    visit(node, inside, around) {
      if (isFunction(node)) {
        this.function_(node, node.start);
        return;
      }
      if (/^For/.test(node.type) && (node.init || node.left)) heads.add(node.init || node.left);
      this.arms_(node, inside);
      const isMethod = node.type === "MethodDefinition" || (node.type === "Property" && (node.method || node.kind !== "init"));
      const isField = node.type === "PropertyDefinition" && node.value !== null;
      if (!isMethod && !isField) {
        this.children(node, inside, isUnit(node) ? this.unit(node, inside, around) : around);
        return;
      }
      if (node.computed) this.visit(node.key, inside, around);
      if (isMethod) this.function_(node.value, node.start);
      else this.field(node);
    }

    // The engine makes a function of a field's value; it is called with the constructor.
    field({ start, value }) {
      const inside = this.functions.push({ start, head: value.start, place: null }) - 1;
      this.visit(value, inside, this.unit(value, inside, -1));
    }

    // A method begins at its name, though its tree begins at its parameters.
    function_(node, from) {
      const inside = this.functions.push({ start: node.start, head: node.body.start, place: kit.placeIn(this.starts, from) }) - 1;
      for (const parameter of node.params) this.visit(parameter, inside, -1);
      if (node.body.type === "BlockStatement") this.children(node.body, inside, -1);
      else this.visit(node.body, inside, this.unit(node.body, inside, -1));
    }

    unit(node, inside, around) {
      return this.units.push({ start: node.start, end: node.end, inside, around, line: kit.placeIn(this.starts, node.start)[0], isLoop: isLoop(node) }) - 1;
    }

    children(node, inside, around) {
      for (const key in node) {
        const value = node[key];
        if (key === "type" || typeof value !== "object" || value === null) continue;
        if (Array.isArray(value)) for (const one of value) one && typeof one.type === "string" && this.visit(one, inside, around);
        else if (typeof value.type === "string") this.visit(value, inside, around);
      }
    }

    arms_(node, inside) {
      if (node.type === "ConditionalExpression" && !isConstant(node.test)) {
        this.expression("?", node.consequent, inside);
        this.expression(":", node.alternate, inside);
      } else if (node.type === "LogicalExpression" && !isConstant(node.left)) this.expression(node.operator, node.right, inside);
      else if (node.type === "AssignmentPattern") this.expression("default value", node.right, inside);
      else if (node.type === "SwitchCase") this.case_(node, inside);
      else if (node.type === "IfStatement") {
        const untaken = node.alternate === null && !isConstant(node.test) ? kit.placeIn(this.starts, node.start) : null;
        this.statement("if", node.consequent, inside, untaken);
        if (node.alternate) this.statement("else", node.alternate, inside, null);
      }
    }

    expression(kind, node, inside) {
      this.surround(node, `(${MARK},(`, "))");
      this.arm({ kind, at: node.start, inside, untaken: null });
    }

    // `untaken` is the place of an `if` without `else`: its other arm has no text.
    statement(kind, node, inside, untaken) {
      if (isEmpty(node)) return;
      this.surround(node, `{${MARK};`, "}");
      this.arm({ kind, at: node.start, inside, untaken });
    }

    case_(node, inside) {
      if (node.consequent.every(isEmpty)) return;
      const start = node.consequent[0].start;
      this.pieces.push({ at: start, order: this.pieces.length, text: `${MARK};`, arm: this.arms.length });
      this.arm({ kind: node.test ? "case" : "default", at: node.start, inside, untaken: null });
    }

    arm(arm) {
      arm.place = kit.placeIn(this.starts, arm.at);
      this.arms.push(arm);
    }

    // What is inside closes before what is around it.
    surround(node, before, after) {
      const order = this.pieces.length + 1;
      this.pieces.push({ at: node.start, order, text: before, arm: this.arms.length });
      this.pieces.push({ at: node.end, order: -order, text: after, arm: -1 });
    }

    // The text of the probe; each arm learns where in it its arrow stands.
    probe() {
      this.pieces.sort((a, b) => a.at - b.at || a.order - b.order);
      let text = "";
      let from = 0;
      for (const { at, text: piece, arm } of this.pieces) {
        text += this.source.slice(from, at);
        if (arm >= 0) this.arms[arm].mark = text.length + piece.indexOf(MARK) + MARK.length - 2;
        text += piece;
        from = at;
      }
      text += this.source.slice(from);
      const starts = kit.lineStarts(text);
      for (const arm of this.arms) {
        arm.arrow = kit.placeIn(starts, arm.mark - MARK.indexOf(")()")).join(":");
        arm.mark = kit.placeIn(starts, arm.mark).join(":");
      }
      // No script may declare this name: the engine compiles the probe, tells the debugger, and refuses to run it.
      return `${text}\nlet debuggerGlobal;`;
    }
  }

  kit.plan = (source) => {
    const plan = new Plan(source, kit.parseScript(source));
    const probe = plan.probe();
    return { probe, plan: kit.stringify({ starts: plan.starts, functions: plan.functions, units: plan.units, arms: plan.arms }) };
  };
})

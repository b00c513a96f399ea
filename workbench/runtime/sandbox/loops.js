// Loops without a condition, for saying where a script hung: the engine gives such a loop the place of what it ran
// before it, so each is listed with the stretch of source that stands for it.
(function (kit) {
  "use strict";
  const { getLineInfo } = kit.acorn;
  const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
  const METHODS = new Set(["Property", "MethodDefinition", "PropertyDefinition"]);
  const SILENT = new Set(["BlockStatement", "LabeledStatement", "EmptyStatement", "TryStatement"]); // give no place

  // Rows of from-line, from-column, line, column, from 1: a place from the first up to the second is the loop's.
  kit.loops = (source, tree) => {
    const rows = [];
    const place = (offset) => {
      const found = getLineInfo(source, offset);
      return [found.line, found.column + 1];
    };
    let before = 0; // where the last thing begins that the same function ran before
    const inFunction = (node, from) => {
      const outside = before;
      before = from;
      children(node);
      before = outside;
    };
    const visit = (node) => {
      if (METHODS.has(node.type) && node.value && FUNCTIONS.has(node.value.type)) {
        visit(node.key);
        return inFunction(node.value, node.start);
      }
      if (FUNCTIONS.has(node.type)) return inFunction(node, node.start);
      if (node.type === "ForStatement" && !node.test && !node.init) rows.push([...place(before), ...place(node.start)]);
      const isPlaced = node.type.endsWith("Statement") || node.type === "VariableDeclaration";
      if (isPlaced && !SILENT.has(node.type)) before = node.start;
      return children(node);
    };
    const children = (node) => {
      for (const key in node) {
        const value = node[key];
        if (key === "type" || typeof value !== "object" || value === null) continue;
        if (Array.isArray(value)) for (const one of value) one && typeof one.type === "string" && visit(one);
        else if (typeof value.type === "string") visit(value);
      }
    };
    visit(tree);
    return rows.slice(0, 1000);
  };
})

// The parser behind the syntax gate and the questions about a script.
export { Parser, getLineInfo, isIdentifierChar, tokTypes } from "acorn";
export { base as walkers } from "acorn-walk";

// The gate of Node 12's syntax: a parser that takes what Node 12 takes, and nothing else.
(function (kit) {
  "use strict";
  const { Parser, tokTypes } = kit.acorn;
  const { Refusal } = kit;
  const FROM_14 = kit.worksFrom(14);
  const FROM_15 = kit.worksFrom(15);
  const FROM_16 = kit.worksFrom(16);

  // Everything up to ES2019, BigInt, numeric separators and public and private fields; nothing after. Where a newer
  // form begins, the fault is told at the place and in the words of V8 7.8, which stumbles over it there.
  const Node12 = Parser.extend(
    (Base) =>
      class extends Base {
        readToken_question() {
          const next = this.input.charCodeAt(this.pos + 1);
          const after = this.input.charCodeAt(this.pos + 2);
          if (next === 63) {
            const assign = after === 61;
            throw new Refusal("Unexpected token '?'", this.pos + 1, assign ? FROM_15 : FROM_14);
          }
          if (next === 46 && !(after >= 48 && after <= 57)) throw new Refusal("Unexpected token '.'", this.pos + 1, FROM_14);
          return super.readToken_question();
        }
        readToken_pipe_amp(code) {
          if (this.input.charCodeAt(this.pos + 1) === code && this.input.charCodeAt(this.pos + 2) === 61) {
            throw new Refusal("Unexpected token '='", this.pos + 2, FROM_15);
          }
          return super.readToken_pipe_amp(code);
        }
        parseClassMethod(method, ...rest) {
          if (method.key && method.key.type === "PrivateIdentifier") {
            throw new Refusal("Unexpected token '('", this.start, FROM_14);
          }
          return super.parseClassMethod(method, ...rest);
        }
        parseClassStaticBlock(node) {
          throw new Refusal("Unexpected token '{'", this.input.indexOf("{", node.start), FROM_16);
        }
        parseMaybeUnary(...rest) {
          if (this.type === tokTypes.privateId) throw new Refusal("Unexpected identifier", this.start, FROM_16);
          return super.parseMaybeUnary(...rest);
        }
        // Between the arguments of a call V8 misses the parenthesis, not the comma, and points at what came before.
        parseExprList(close, ...rest) {
          const before = this.betweenArguments;
          this.betweenArguments = close === tokTypes.parenR;
          const list = super.parseExprList(close, ...rest);
          this.betweenArguments = before;
          return list;
        }
        parseMaybeAssign(...rest) {
          const before = this.betweenArguments;
          this.betweenArguments = false;
          const node = super.parseMaybeAssign(...rest);
          this.betweenArguments = before;
          return node;
        }
        expect(type) {
          if (this.betweenArguments && type === tokTypes.comma && this.type !== type) {
            throw new Refusal("missing ) after argument list", this.lastTokStart);
          }
          super.expect(type);
        }
        validateRegExpFlags(state) {
          if (state.flags.indexOf("d") >= 0) {
            throw new Refusal("Invalid regular expression flags", state.start - 1, FROM_16);
          }
          try {
            super.validateRegExpFlags(state);
          } catch (error) {
            throw new Refusal("Invalid regular expression flags", state.start - 1, state.flags.indexOf("v") >= 0 ? kit.worksFrom(20) : "");
          }
        }
        // V8 7.8 looks into a pattern only when the script comes to it: what is wrong there is thrown then.
        validateRegExpPattern(state) {
          try {
            super.validateRegExpPattern(state);
          } catch (error) {
            if (error instanceof Refusal) throw error;
          }
        }
        isNewerIdentifier(from, to) {
          for (let at = from; at < to; at++) {
            const code = this.input.codePointAt(at);
            if (code > 0xffff) at++;
            if (code > 0x7f && isNewer(code)) return at - (code > 0xffff ? 1 : 0);
          }
          return -1;
        }
        finishToken(type, value) {
          if (type === tokTypes.name && this.pos > this.start) {
            const at = this.isNewerIdentifier(this.start, this.pos);
            if (at >= 0) throw new Refusal("Invalid or unexpected token", at, "Node 12 knows the letters of Unicode 13; this one came later.");
          }
          return super.finishToken(type, value);
        }
      },
  );

  const isNewer = (code) => {
    const ranges = kit.newerLetters;
    let low = 0;
    let high = ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (code < ranges[middle * 2]) high = middle;
      else if (code > ranges[middle * 2 + 1]) low = middle + 1;
      else return true;
    }
    return false;
  };

  kit.parseScript = (source) => new Node12({ ecmaVersion: 2022, sourceType: "script", allowHashBang: true }, source).parse();
})

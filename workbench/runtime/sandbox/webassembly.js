// WebAssembly: compiled while the script waits, since nobody else does it; the promises settle as the language's own do.
(function (kit) {
  "use strict";
  kit.installWebAssembly = () => {
    const { WebAssembly } = kit.global;
    const { Instance, Module: Native } = WebAssembly;
    const { prototype } = Native;
    const compiled = (bytes) => {
      kit.host.compiling(true);
      try {
        return kit.construct(Native, [bytes]);
      } finally {
        kit.host.compiling(false);
      }
    };
    const kinds = {
      Module: function (bytes) {
        if (new.target === undefined) throw new kit.global.TypeError("WebAssembly.Module(): WebAssembly.Module must be invoked with 'new'");
        return compiled(bytes); // whatever extends it, as in Node 12
      },
    };
    const kind = kit.native("Module", 1, kinds.Module);
    kit.defineProperty(kind, "prototype", { __proto__: null, value: prototype, writable: false, enumerable: false, configurable: false });
    for (const name of ["imports", "exports", "customSections"]) {
      const native = Native[name];
      const methods = {
        [name](module, section) {
          const found = kit.apply(native, Native, name === "customSections" ? [module, section] : [module]);
          for (let i = 0; i < found.length; i++) delete found[i].type; // Node 12 does not say it yet
          return found;
        },
      };
      kit.defineProperty(kind, name, { ...kit.descriptor(Native, name), value: kit.native(name, native.length, methods[name]) });
    }
    kit.hide(prototype, "constructor", kind);
    kit.hide(WebAssembly, "Module", kind);

    const exportsOf = Native.exports;
    const isModule = (value) => {
      try {
        kit.apply(exportsOf, Native, [value]);
        return true;
      } catch (error) {
        return false;
      }
    };
    const promised = (make) => new kit.Promise((resolve) => resolve(make()));
    const statics = {
      compile(bytes) {
        return promised(() => compiled(bytes));
      },
      instantiate(source, imports) {
        return promised(() => {
          if (isModule(source)) return kit.construct(Instance, [source, imports]);
          const module = compiled(source);
          return { instance: kit.construct(Instance, [module, imports]), module };
        });
      },
    };
    for (const name of ["compile", "instantiate"]) {
      kit.defineProperty(WebAssembly, name, { ...kit.descriptor(WebAssembly, name), value: kit.native(name, 1, statics[name]) });
    }
  };
})

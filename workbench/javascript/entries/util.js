// The two names that whatwg-url takes from Node's own module `util`: the sandbox's, which are there by then.
const { TextEncoder, TextDecoder } = globalThis["workbench:encoding"];

export { TextDecoder, TextEncoder };

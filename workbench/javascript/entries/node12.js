// What Node 12 has beside the language and a script of the profile `node12` finds: Buffer, URL, URLSearchParams.
export { Buffer } from "buffer/";
export { URL, URLSearchParams } from "whatwg-url";

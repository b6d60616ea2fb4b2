// Whether this is a run of mutations, which makes the sources larger and slower.

export const mutated: boolean = '__stryker__' in globalThis;

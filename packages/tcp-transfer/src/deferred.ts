/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let settle!: [(value: T) => void, (reason: unknown) => void];
  const promise = new Promise<T>((...functions) => {
    settle = functions;
  });
  return { promise, resolve: settle[0], reject: settle[1] };
}

// The system's errors on their way between threads.

/** The system's error. An Error that is sent between threads would lose all but its message. */
export interface SystemFailure {
  readonly message: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
}

/** An Error again. */
export function asError({ message, ...fields }: SystemFailure): Error {
  return Object.assign(new Error(message), fields);
}

/** The function of a worker that makes a {@link SystemFailure}, as CommonJS. */
export const failureSource = `
function failureOf({ message, code, errno, syscall }) {
  return { message, code, errno, syscall };
}
`;

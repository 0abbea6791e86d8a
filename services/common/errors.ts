// Error answers: {"error": {"code", "message"}}, without a stack trace.

/** An error with an HTTP status. Any code that a route calls may throw it. */
export class HttpError extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly retryAfter: number | undefined;

  constructor(
    statusCode: number,
    code: string,
    message: string,
    options: { retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpError';
    this.statusCode = statusCode;
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

export const badRequest = (code: string, message: string) => new HttpError(400, code, message);
export const notFound = (message: string) => new HttpError(404, 'not_found', message);
/** The syntax is right, but the value has no meaning or cannot be stored. */
export const unprocessable = (code: string, message: string) => new HttpError(422, code, message);
export const conflict = (code: string, message: string) => new HttpError(409, code, message);

/** A dependency is temporarily unavailable: 503 with Retry-After. */
export class Unavailable extends HttpError {
  constructor(message: string, cause?: unknown, retryAfter = 1) {
    super(503, 'unavailable', message, { retryAfter, cause });
    this.name = 'Unavailable';
  }
}

export function errorBody(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}

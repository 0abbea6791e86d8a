// JSON logs, at most one line per request. Bodies, headers and query strings are never logged.
import { pino } from 'pino';
import type { DestinationStream, Level, Logger } from 'pino';
import { traceIds } from './trace.ts';

export type Log = Logger;
export type LogLevel = Level | 'silent';

export function createLog(service: string, level: LogLevel = 'info', destination?: DestinationStream): Log {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: traceIds,
    // Other fields of an error may contain values of a row or a connection, so only these are logged.
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options, pino.destination({ dest: 1, sync: true }));
}

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

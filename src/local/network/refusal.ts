import { createServer, type Server } from 'node:http';
import { answer } from './http-proxy';

/** Answers the calls that the charts do not declare. `message` says what is missing, by the host that was called. */
export function refusalPort(message: (host: string) => string): Server {
  return createServer((incoming, response) => {
    incoming.resume();
    answer(response, 403, message((incoming.headers.host ?? '').replace(/:\d+$/, '')));
  });
}

import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { conflict, notFound } from '../common/errors.ts';
import { parseEvent } from '../common/events.ts';
import { parseJson } from '../common/json.ts';
import type { DeadLetter, Log, Stored } from './log.ts';
import { publicationOf } from './publication.ts';
import type { Publisher } from './publisher.ts';

export interface RouteParts {
  readonly log: Log;
  readonly publisher: Publisher;
  readonly subscribers: readonly string[];
  readonly onAnswer: (stored: Stored) => void;
  /** Called when an entry may be due immediately. */
  readonly wake: () => void;
}

export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  addPublishing(app, parts);
  addDeadLetters(app, parts);
  app.get('/status', async () => parts.log.status(parts.subscribers));
}

function addPublishing(app: FastifyInstance, { publisher, onAnswer }: RouteParts): void {
  void app.register(async (scope) => {
    // Keeps the text as well as the parsed value, because subscribers get exactly the text from the publisher.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/cloudevents+json', 'application/json'],
      { parseAs: 'buffer' },
      async (_: unknown, body: Buffer) => ({ value: parseJson(body), text: body.toString('utf8') }),
    );
    scope.post<{ Body?: { value: unknown; text: string } }>('/events', async (request, reply) => {
      const event = parseEvent(request.body?.value);
      const stored = await publisher.publish(publicationOf(event, request.body!.text));
      onAnswer(stored);
      if (stored === 'conflict')
        throw conflict(
          'other_content',
          `an event with the source ${event.source} and the id ${event.id} but other content is already stored`,
        );
      return reply.code(202).send({ status: stored });
    });
  });
}

const Letter = Type.Object({ letter: Type.String({ maxLength: 100 }) });
const Filter = Type.Object(
  {
    subscriber: Type.Optional(
      Type.String({ pattern: '^[a-z0-9-]{1,63}(@\\d{1,15})?$', description: 'the name of a subscriber' }),
    ),
    after: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d{0,2}|1000)$', description: 'a number from 1 to 1000' })),
  },
  { additionalProperties: false },
);

function addDeadLetters(app: FastifyInstance, { log, subscribers, wake }: RouteParts): void {
  app.get<{ Querystring: { subscriber?: string; after?: string; limit?: string } }>(
    '/dead-letters',
    { schema: { querystring: Filter } },
    async ({ query }) => {
      const limit = Number(query.limit ?? 100);
      const found = await log.deadLetters({ ...query, limit });
      return { deadLetters: found.map(describe), ...(found.length === limit && { next: found.at(-1)!.letter }) };
    },
  );

  app.get<{ Params: { letter: string } }>(
    '/dead-letters/:letter',
    { schema: { params: Letter } },
    async ({ params }) => {
      const found = await log.deadLetter(params.letter);
      if (!found) throw notFound(`there is no dead letter ${params.letter}`);
      return { ...describe(found), event: JSON.parse(found.body) };
    },
  );

  app.post<{ Params: { letter: string } }>(
    '/dead-letters/:letter/redrive',
    { schema: { params: Letter } },
    async ({ params }, reply) => {
      const redriving = await log.redrive(params);
      if (redriving === 0) throw notFound(`there is no dead letter ${params.letter}`);
      wake();
      return reply.code(202).send({ redriving });
    },
  );

  app.post<{ Params: { name: string } }>('/subscribers/:name/redrive', async ({ params }, reply) => {
    if (!subscribers.includes(params.name)) throw notFound(`no such subscriber: ${params.name}`);
    const redriving = await log.redrive({ subscriber: params.name });
    wake();
    return reply.code(202).send({ redriving });
  });
}

/** Without the body, which can be large. */
function describe({ letter, id, ...rest }: DeadLetter): Record<string, unknown> {
  return { ...rest, id: letter, eventId: id, body: undefined };
}

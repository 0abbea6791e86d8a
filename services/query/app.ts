// query: GET /posts, also as /query, which is how the gateway's path /api/query arrives. Needs neither posts nor comments.
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommentCreated, CommentModerated, PageQuery, PostCreated, page } from '../common/blog.ts';
import type { Config } from '../common/config.ts';
import { Database } from '../common/database.ts';
import type { Context, Service } from '../common/run.ts';
import { createServer } from '../common/server.ts';
import { handler, subscribe } from '../common/subscriber.ts';
import type { schema } from './config.ts';
import { addComment, addPost, listPosts, migrations, moderateComment } from './store.ts';

export function build({ config, log, metrics, health }: Context<Config<typeof schema>>): Service {
  const database = new Database({ config, schema: 'query', migrations, log });
  const app = createServer({ log, metrics, health });
  health.add('database', () => database.check());

  for (const path of ['/posts', '/query']) {
    app.get<{ Querystring: PageQuery }>(path, { schema: { querystring: PageQuery } }, async (request, reply) => {
      const limit = Number(request.query.limit ?? 20);
      const { items, next } = page(await listPosts(database, limit + 1, request.query.after), limit);
      return sendIfChanged(request, reply, JSON.stringify({ posts: items, next }));
    });
  }

  const handlers = {
    PostCreated: handler(PostCreated, addPost),
    CommentCreated: handler(CommentCreated, addComment),
    CommentModerated: handler(CommentModerated, moderateComment),
  };
  subscribe(app, { database, log, metrics, handlers });
  return { app, database };
}

/** Pages ask often and mostly nothing is new: then the answer is 304 without a body. */
function sendIfChanged(request: FastifyRequest, reply: FastifyReply, body: string): FastifyReply {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  void reply.header('etag', etag).header('cache-control', 'no-cache');
  const known = request.headers['if-none-match']?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
  if (known) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(body);
}

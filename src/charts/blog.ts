import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Database, Gateway, Namespace } from '../index';
import { comments } from './blog/comments';
import { eventBus } from './blog/event-bus';
import { moderation } from './blog/moderation';
import { posts } from './blog/posts';
import { query } from './blog/query';
import { web } from './blog/web';

/** A blog made of microservices. Who calls whom is said here, and nowhere else. */
export class Blog extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'blog' });
    new Namespace(this, 'blog');
    const database = new Database(this, 'postgres', { databaseName: 'blog' });

    const bus = eventBus(this, database);
    const services = {
      posts: posts(this, database),
      comments: comments(this, database),
      moderation: moderation(this, database),
      query: query(this, database),
    };
    services.posts.calls(bus);
    services.comments.calls(bus);
    services.moderation.calls(bus);
    bus.notifies(services.posts, services.comments, services.moderation, services.query);

    new Gateway(this, 'gateway', {
      host: 'blog.localhost',
      routes: { '/': web(this), '/api/posts': services.posts, '/api/comments': services.comments, '/api/query': services.query },
    });
  }
}

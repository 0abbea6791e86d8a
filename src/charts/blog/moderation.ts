import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

const BLOCKED_WORDS = ['orange', 'casino', 'lottery'];

/** Approves or rejects each comment by its words. */
export function moderation(scope: Construct, database: Database): Microservice {
  const words = '/etc/moderation/blocked-words.txt';
  return new Microservice(scope, 'moderation', {
    image: Image.service('moderation'),
    replicas: 2,
    database,
    eventsPort: 8081,
    health: { port: 8082 },
    metrics: {},
    env: { BLOCKED_WORDS_FILE: words },
    files: { [words]: `${BLOCKED_WORDS.join('\n')}\n` },
  });
}

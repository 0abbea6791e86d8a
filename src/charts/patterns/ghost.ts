import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { defineApp, Gateway, Image, Microservice, Namespace, Volume } from '../../index';

/** The passwords are in a Secret that you create: kubectl -n ghost create secret generic mysql --from-literal=… */
const password = { secret: 'mysql', key: 'password', existing: true };
const rootPassword = { secret: 'mysql', key: 'root-password', existing: true };

/** Images from elsewhere: Ghost, which stores pictures on a volume and everything else in MySQL. */
export class Ghost extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'ghost' });
    new Namespace(this, 'ghost');

    const mysql = new Microservice(this, 'mysql', {
      image: Image.of('mysql:8.4'),
      replicas: 1,
      http: false,
      ports: { mysql: 3306 },
      user: 999,
      env: {
        MYSQL_DATABASE: 'ghost',
        MYSQL_USER: 'ghost',
        MYSQL_PASSWORD: password,
        MYSQL_ROOT_PASSWORD: rootPassword,
      },
      volumes: { '/var/lib/mysql': new Volume(this, 'mysql-data', { size: '5Gi' }) },
      writable: ['/tmp', '/var/run/mysqld', '/var/lib/mysql-files'],
      resources: { memory: '512Mi', memoryLimit: '1Gi' },
      // Over TCP: while MySQL creates a new database, it answers only on its socket.
      health: {
        ready: ['sh', '-c', 'mysql -h127.0.0.1 -ughost -p"$MYSQL_PASSWORD" -e "SELECT 1" ghost'],
        timeout: 5,
        startup: 300,
      },
      shutdown: { pause: 0, grace: 60 },
    });
    const ghost = new Microservice(this, 'ghost', {
      image: Image.of('ghost:6.2-alpine'),
      replicas: 1,
      port: 2368,
      env: {
        url: 'http://ghost.localhost',
        database__client: 'mysql',
        database__connection__host: '$(MYSQL_HOST)',
        database__connection__user: 'ghost',
        database__connection__database: 'ghost',
        database__connection__password: password,
      },
      volumes: { '/var/lib/ghost/content': new Volume(this, 'content', { size: '5Gi' }) },
      resources: { memory: '256Mi', memoryLimit: '1Gi' },
      health: { live: 'tcp', ready: 'tcp', startup: 180 },
    });
    ghost.calls(mysql);
    new Gateway(this, 'gateway', { host: 'ghost.localhost', routes: { '/': ghost } });
  }
}

export default defineApp((app) => {
  new Ghost(app, 'ghost');
});

import { hostsOfScript, hostsOfWords } from '../../../../src/check/world/network/commands';

const VARIABLES = new Map([
  ['HOST', 'db'],
  ['PORT', '5432'],
  ['URL', 'http://api:8080/x'],
]);
const context = {
  namespace: 'shop',
  valueOf: (name: string) => VARIABLES.get(name),
  has: (name: string) => VARIABLES.has(name),
};
const written = ({ host, port }: { host: string; port?: number }) => (port === undefined ? host : `${host}:${port}`);
const found = (script: string) => hostsOfScript(script, context).map(written);

test.each([
  ['nc -z db 5432', 'db:5432'],
  ['nc -zv -w 2 db 5432', 'db:5432'],
  ['nc -zvw5 db 5432', 'db:5432'],
  ['/usr/bin/nc db 5432 </dev/null', 'db:5432'],
  ['nc -z DB.shop.svc.cluster.local. 5432', 'db.shop.svc.cluster.local:5432'],
  ['nc -z db $SOME_PORT', 'db'],
  ['nc -z db 20-30', 'db'],
  ['nc -z "$HOST" ${PORT}', 'db:5432'],
  ['nc -z $(HOST) $(PORT)', 'db:5432'],
  ['nc -z ${HOST:-other} 1', 'db:1'],
  ['until nslookup db; do echo waiting; sleep 2; done', 'db'],
  [
    'nslookup db.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local',
    'db.shop.svc.cluster.local',
  ],
  ['getent hosts db', 'db'],
  ['ping -c 1 -W2 db', 'db'],
  ['telnet db 25', 'db:25'],
  ['curl -fs api:8080/x', 'api:8080'],
  ['curl -sS --retry 5 --fail -o /dev/null -w "%{http_code}" -H "Host: other" api/healthz?x=1', 'api:80'],
  ['curl -s -X POST -d "a=b" user:secret@api:8080/$ID', 'api:8080'],
  ['[ "$(curl -s api/health)" = ok ] && exit 0', 'api:80'],
  ['wget -qO- --timeout=3 api:80', 'api:80'],
  ['wget --spider -q -T 5 api', 'api:80'],
  ['pg_isready -U app -h db -p 5433', 'db:5433'],
  ['pg_isready -hdb', 'db:5432'],
  ['PGPASSWORD=x psql --host=db -U app -c "select 1"', 'db:5432'],
  ['mysqladmin ping -h db', 'db:3306'],
  ['mysql -uroot -p"$PASSWORD" -hdb -P 3307 -e "select 1"', 'db:3307'],
  ['redis-cli -h cache -p 6380 ping', 'cache:6380'],
  ['redis-cli -h cache -a "$PASSWORD" ping', 'cache:6379'],
  ['mongosh db/app --eval "db.stats()"', 'db:27017'],
  ['mongo --quiet --host rs0/a:27018,b', 'a:27018,b:27017'],
  ['./wait-for-it.sh db:5432 -t 30 -- curl api', 'db:5432,api:80'],
  ['wait-for-it -h db -p 5432', 'db:5432'],
  ['/opt/wait-for db:5432 -- true', 'db:5432'],
  ['kafka-topics.sh --bootstrap-server kafka:9092 --list', 'kafka:9092'],
  ['bin/kafka-console-producer --broker-list a:9092,b:9092', 'a:9092,b:9092'],
  ['nats -s bus server ping', 'bus:4222'],
  ['cockroach init --insecure --host=db-0.db', 'db-0.db:26257'],
  ['exec /app --db-host=db --brokers kafka:9092', 'db,kafka:9092'],
  ['timeout 1 bash -c "</dev/tcp/db/5432"', 'db:5432'],
  ['while ! (exec 3<>/dev/tcp/$HOST/$PORT) 2>/dev/null; do sleep 1; done', 'db:5432'],
  ['cat < /dev/null > /dev/tcp/db/5432', 'db:5432'],
  ['timeout -t 5 nc -z db 5432', 'db:5432'],
  ['sh -ec "nc -z db 5432"', 'db:5432'],
  ['eval "nc -z db 5432"', 'db:5432'],
  ['for name in db cache; do until nc -z $name 80; do sleep 1; done; done', 'db:80,cache:80'],
  ['NAME=db\nnc -z $NAME 1', 'db:1'],
  ['nc -z \\\n  db \\\n  5432', 'db:5432'],
  [
    'if nc -z db 1; then nc -z "cache" 2; else nc -z \'api\' 3; fi; case x in nc) ping a ;; esac',
    'db:1,cache:2,api:3,a',
  ],
])('%j calls %s', (script, hosts) => {
  expect(found(script).join()).toBe(hosts);
});

test.each([
  // The pod itself, addresses and files.
  'nc -z localhost 80',
  'nc -z 10.0.0.1 80; nc -z 127.0.0.1 80; ping ::1',
  'curl localhost:8080/x',
  'psql -h /var/run/postgresql',
  'curl --unix-socket /run/docker.sock docker/info',
  'mysql -h db --protocol=socket',
  // A server, and UDP.
  'nc -lk -p 8080 db',
  'nc -u db 53',
  // Variables of which only the shell knows the value.
  'nc -z $UNKNOWN 5432',
  'nc -z ${UNKNOWN:-db} 5432',
  'nc -z db-$UNKNOWN 5432',
  'nc -z $1 $2',
  'nc -z $(hostname) 80',
  'nc -z ${HOST%%:*} 80',
  'read HOST; nc -z $HOST 80',
  'HOST=other; nc -z $HOST 80',
  'if true; then NAME=db; fi; nc -z $NAME 80',
  '. /etc/env; nc -z $HOST 80',
  'for HOST in $ALL; do nc -z $HOST 80; done',
  'NAME=db true; nc -z $NAME 80',
  // Texts and other programs.
  'echo nc -z db 5432',
  'echo "waiting for nc -z db 5432"',
  '# nc -z db 5432',
  'cat <<END\nnc -z db 5432\nEND',
  'kubectl exec app -- nc -z db 5432',
  'ssh db nc',
  'chown app:1000 /data',
  'cp -r db:80 x',
  'mongo admin --eval "db.x()"',
  'mongo /scripts/init.js',
  'curl -o out -H x:1',
  'curl "$URL"',
  'nslookup -type=SRV _x._tcp.db',
  'getent passwd db',
  '/server --listen-addr=db:80 --advertise-host db',
  "nc -z 'unclosed",
])('%j calls nothing that is certain', (script) => {
  expect(found(script)).toEqual([]);
});

test('a port that a variable may change is unknown', () => {
  const has = (name: string) => name === 'PGPORT';
  expect(hostsOfWords(['psql', '-h', 'db'], { ...context, has })).toEqual([{ host: 'db', word: 2 }]);
});

test('a lookup is no connection', () => {
  expect(hostsOfScript('nslookup db', context)).toMatchObject([{ host: 'db', lookup: true }]);
  expect(hostsOfScript('nc -z db 1', context)[0]).not.toHaveProperty('lookup');
});

test('each host has the position of its word', () => {
  const words = ['/tini', '--', 'sh', '-c', 'nc -z db 1'];
  expect(hostsOfWords(words, context)).toMatchObject([{ host: 'db', word: 4 }]);
  expect(hostsOfWords(['timeout', '5', 'redis-cli', '-h', 'db'], context)).toMatchObject([{ host: 'db', word: 4 }]);
  expect(hostsOfWords(['wait-for-it', 'db:1', '--', 'nc', 'api', '2'], context)).toMatchObject([
    { host: 'db', word: 1 },
    { host: 'api', word: 4 },
  ]);
});

test.each(['$(', '"', "'", '`', '(', '{', '${', '<<a\n', 'if ', '\\', 'nc ', 'nc db 1;'])(
  'a long script of %j is read in a short time',
  (part) => {
    const before = performance.now();
    hostsOfScript(`nc -z db 1\n${part.repeat(200_000 / part.length)}`, context);
    hostsOfScript(`nc -z db 1\n${part.repeat(19_000 / part.length)}`, context);
    expect(performance.now() - before).toBeLessThan(5000);
  },
);

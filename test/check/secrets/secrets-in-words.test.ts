import { secretsInWords } from '../../../src/check/secrets/secrets-in-words';

test.each([
  [['--password=hunter2'], 'the value of --password', 0],
  [['--db-password', 'hunter2'], 'the value of --db-password', 1],
  [['-Dspring.datasource.password=hunter2'], 'the value of -Dspring.datasource.password', 0],
  [['--cookie-secret=hunter2'], 'the value of --cookie-secret', 0],
  [['redis-server', '--requirepass', 'hunter2'], 'the value of --requirepass', 2],
  [['/usr/bin/redis-cli', '-a', 'hunter2', 'ping'], 'the value of -a', 2],
  [['mysqladmin', 'ping', '-uroot', '-phunter2'], 'the value of -p', 3],
  [['mongosh', '-u', 'root', '-p', 'hunter2'], 'the value of -p', 4],
  [['curl', '-u', 'elastic:hunter2', 'http://search'], 'the value of -u', 2],
  [['sh', '-c', 'PGPASSWORD=hunter2 psql -h db'], 'the value of PGPASSWORD', 2],
  [['sh', '-c', 'export DB_PASSWORD="hunter2"; run'], 'the value of DB_PASSWORD', 2],
  [['sh', '-c', 'sleep 1 && mysql -h db -phunter2 < /sql'], 'the value of -p', 2],
  [
    ['kubectl', 'create', 'secret', 'generic', 'db', '--from-literal=password=hunter2'],
    'the value of --from-literal=password',
    5,
  ],
])('%j has a password', (words, what, word) => {
  expect(secretsInWords(words)).toEqual([{ what, word }]);
});

test.each([
  [['--password=$(PASSWORD)']],
  [['--password', '$PASSWORD']],
  [['--password=']],
  [['--password']],
  [['--password', '--verbose']],
  [['--password-file=/run/secrets/password']],
  [['--password', '/run/secrets/password']],
  [['--no-password', 'shop']],
  [['--allow-empty-password=yes']],
  [['--min-password=8']],
  [['--tls-secret=shop-tls']],
  [['psql', '--password', 'shop']],
  [['mysql', '-p', 'shop']],
  [['mysql', '-h', 'db', '-p$MYSQL_PASSWORD']],
  [['mysql', '-P3306']],
  [['ssh', '-p', '2222', 'host']],
  [['node', '-p', '1+1']],
  [['mongod', '--port', '27017']],
  [['curl', '-u', 'elastic:$PASSWORD', 'http://search']],
  [['curl', '-u', 'elastic', 'http://search']],
  [['sh', '-c', 'redis-cli ping; nc -a x']],
  [['sh', '-c', 'DB_PASSWORD=$(cat /run/password) run']],
  [['sh', '-c', 'DB_PASSWORD=`cat /run/password` run']],
  [['sh', '-c', "CHANGE MASTER TO MASTER_PASSWORD='', MASTER_HOST='a'"]],
  [['sh', '-c', 'if [ -z "$PASSWORD" ]; then echo no --password; fi']],
])('%j has none', (words) => {
  expect(secretsInWords(words)).toEqual([]);
});

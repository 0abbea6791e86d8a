import { addressesInConnectionString } from '../../../../src/check/world/network/connection-strings';

test.each([
  ['host=db port=5433 user=app dbname=app', 'db', 5433],
  ['user=app password=x host=db sslmode=disable', 'db', undefined],
  ['app:secret@tcp(db:3307)/app?parseTime=true', 'db', 3307],
  ['app:secret@tcp(db)/app', 'db', 3306],
  ['Server=db;Database=app;User Id=sa;Password=x', 'db', undefined],
  ['Server=tcp:db,1433;Initial Catalog=app', 'db', 1433],
  ['Data Source=db.shop;User ID=sa', 'db.shop', undefined],
  ['Host=db;Port=5432;Database=app;Username=app', 'db', 5432],
])('%s names %s', (text, host, port) => {
  expect(addressesInConnectionString(text)).toEqual([{ host, port, sure: true }]);
});

test.each([
  'host=db',
  'host=db port=5432',
  'Server=10.0.0.1;Database=app',
  'Server=localhost;Database=app',
  'Server=$DB;Database=app',
  'Server=.\\SQLEXPRESS;Database=app',
  'Data Source=/data/app.db;Password=x',
  'app@unix(/run/mysqld.sock)/app',
  'database=app',
])('%s names no certain address', (text) => {
  expect(addressesInConnectionString(text)).toEqual([]);
});

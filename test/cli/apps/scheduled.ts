import { App, Chart } from 'cdk8s';
import { Image, Microservice } from '../../../src/index';

/** An app with schedules in three time zones, and a microservice without a schedule. */
const app = new App();
const shop = new Chart(app, 'shop', { namespace: 'shop' });
const image = Image.of('shop/any:1');
new Microservice(shop, 'berlin', {
  image,
  schedule: [
    { at: '02:30', replicas: 6 },
    { at: '20:00', replicas: 1 },
  ],
  timeZone: 'Europe/Berlin',
});
new Microservice(shop, 'new-york', {
  image,
  schedule: [
    { at: '08:00', replicas: 4, days: ['Sat', 'Sun'] },
    { at: '18:00', replicas: 2 },
  ],
  timeZone: 'America/New_York',
  autoscale: { max: 9 },
});
new Microservice(shop, 'always', { image, schedule: [{ at: '00:00', replicas: 3 }] });
new Microservice(shop, 'plain', { image });
export default app;

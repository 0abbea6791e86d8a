import { App, Chart } from 'cdk8s';
import { Image, Microservice, Namespace } from '../../../src/index';

/** An app without problems: one microservice calls another. */
const app = new App();
const shop = new Chart(app, 'shop', { namespace: 'shop' });
new Namespace(shop, 'shop');
const cart = new Microservice(shop, 'cart', { image: Image.of('shop/cart:1') });
new Microservice(shop, 'web', { image: Image.of('shop/web:1') }).calls(cart);
export default app;

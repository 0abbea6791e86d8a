import { App } from 'cdk8s';
import { Image, Microservice } from '../../../src/index';

const app = new App();
new Microservice(app, 'web', { image: Image.of('shop/web:1') });
export default app;

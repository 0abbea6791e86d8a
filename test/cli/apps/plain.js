'use strict';
// An app in JavaScript that is the export of its module.
const { ApiObject, App, Chart } = require('cdk8s');

const app = new App();
new ApiObject(new Chart(app, 'plain'), 'settings', {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
});
module.exports = app;

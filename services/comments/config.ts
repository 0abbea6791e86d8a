import { databaseVariables, serviceUrl, serviceVariables } from '../common/config.ts';

export const schema = {
  ...serviceVariables,
  ...databaseVariables,
  EVENT_BUS_URL: serviceUrl(),
};

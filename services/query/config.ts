import { databaseVariables, serviceVariables, subscriberVariables } from '../common/config.ts';

export const schema = {
  ...serviceVariables,
  ...databaseVariables,
  ...subscriberVariables,
};

export {
  SERVICE_NOW_SECRETS,
  startServiceNow,
  type Mishap,
  type Row,
  type SeenRequest,
  type ServiceNowServer,
} from './testing/service-now-server.ts';

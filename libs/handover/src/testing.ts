export {
  SERVICE_NOW_SECRETS,
  startServiceNow,
  type Attachment,
  type Mishap,
  type Row,
  type SeenRequest,
  type ServiceNowServer,
} from './testing/service-now-server.ts';

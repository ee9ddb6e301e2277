export { startInflux, type InfluxServer, type InfluxServerOptions } from './testing/influx-server.ts';

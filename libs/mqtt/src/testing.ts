export { MosquittoServer, startMosquitto, type MosquittoSettings } from './testing/mosquitto-server.ts';

export { startRedis, type RedisServer } from './testing/redis-server.ts';

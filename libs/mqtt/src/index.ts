export { type Passwords } from './authenticator.ts';
export { type MqttIntakeCounters } from './counters.ts';
export { type Log } from './log.ts';
export { MqttIntake, type MqttIntakeDependencies, type MqttIntakePorts } from './mqtt-intake.ts';
export { MQTT_INTAKE_DEFAULTS, type MqttIntakeOptions } from './options.ts';
export { type UplinkSink } from './publish-path.ts';
export { isDeviceId, uplinkTopicOf } from './topics.ts';

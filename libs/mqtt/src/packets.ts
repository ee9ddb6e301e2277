import mqttPacket from 'mqtt-packet';

// Otherwise the first packet makes a buffer for each of 65,536 packet ids, all of which the garbage collector marks ever after.
mqttPacket.writeToStream.cacheNumbers = false;

/** Reads and writes MQTT packets, for aedes too. */
export { mqttPacket };

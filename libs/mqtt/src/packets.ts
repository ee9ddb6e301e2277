import mqttPacket from 'mqtt-packet';

/**
 * Reads and writes MQTT packets. Without a number cache, for aedes too: the first packet would make a buffer for each of
 * 65,536 packet ids, all of which the garbage collector marks ever after.
 */
export function packets(): typeof mqttPacket {
  mqttPacket.writeToStream.cacheNumbers = false;
  return mqttPacket;
}

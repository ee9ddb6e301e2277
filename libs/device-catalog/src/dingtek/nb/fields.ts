/** A frame in Dingtek's words. RSRP and SNR are raw: tenths of a dB. */
export interface DingtekFields {
  device_type: number;
  /** 1 heartbeat, 2 alarm, 3 parameters. */
  data_type: number;
  imei?: string;
  frame_counter?: number;
  distance_mm?: number;
  lon?: number;
  lat?: number;
  temperature_c?: number;
  humidity_pct?: number;
  angle_deg?: number;
  alarm_full?: number;
  alarm_fire?: number;
  alarm_tilt?: number;
  alarm_battery?: number;
  alarm_ultra?: number;
  alarm_radar?: number;
  alarm_magnet?: number;
  parked?: number;
  battery_v?: number;
  rsrp_raw?: number;
  snr_raw?: number;
  /** Unix seconds, UTC. */
  timestamp?: number;
  mag_x?: number;
  mag_y?: number;
  mag_z?: number;
  fw?: string;
  upload_interval_h?: number;
  detect_interval_min?: number;
  full_threshold_cm?: number;
  level_threshold_cm?: number;
  magnet_threshold?: number;
  battery_threshold_pct?: number;
}

export const BIN = 0x01;
export const DO200 = 0x02;
export const DO201 = 0x31;
export const DO202 = 0x32;

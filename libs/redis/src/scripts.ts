import { createHash } from 'node:crypto';

/** A Lua script: Redis runs it as a whole, and its writes reach the append-only file as a whole. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

/*
 * Errors of our own begin with a word in capitals, as those of Redis do; faults.ts knows them.
 * Sequences are formatted with %.0f: Lua 5.1 would print 1e+15 for large ones.
 */

/** Refuses to work on another log, and on one that has lost its tail. */
const CHECK_STATE = `
if fields[1] ~= ARGV[1] then return redis.error_reply('LOGREPLACED another log stands in this Redis') end
if fields[2] then return redis.error_reply('LOGBEHIND a group had come to ' .. fields[2]) end`;

/**
 * Appends frames to one partition, and moves the marks of their source.
 * KEYS: stream, state, source (only with marks). ARGV: logId; marks, then per mark: partition of the source, the value
 * that it has to have, the new one; then per frame: uplinks, frame. Gives the new head.
 *
 * The marks are compared first, so a frame that is forwarded again, by a second forwarder or after frames were lost,
 * changes nothing. XADD itself refuses an id that is not behind the newest entry.
 */
export const APPEND = script(`
local stream, state, source = KEYS[1], KEYS[2], KEYS[3]
local fields = redis.call('HMGET', state, 'log', 'lost', 'head')
${CHECK_STATE}
local marks = tonumber(ARGV[2])
for mark = 0, marks - 1 do
  local at = 3 + 3 * mark
  if redis.call('HGET', source, ARGV[at]) ~= ARGV[at + 1] then
    return redis.error_reply('SOURCECONFLICT the source stands elsewhere')
  end
end
local head = tonumber(fields[3] or '0')
local bytes = 0
for at = 3 + 3 * marks, #ARGV, 2 do
  head = head + tonumber(ARGV[at])
  bytes = bytes + #ARGV[at + 1]
  redis.call('XADD', stream, string.format('%.0f-0', head), 'frame', ARGV[at + 1])
end
local text = string.format('%.0f', head)
if bytes > 0 then
  redis.call('HSET', state, 'head', text)
  redis.call('HINCRBY', state, 'bytes', bytes)
end
for mark = 0, marks - 1 do
  redis.call('HSET', source, ARGV[3 + 3 * mark], ARGV[5 + 3 * mark])
end
return text`);

/**
 * Moves a group forward. KEYS: state. ARGV: logId, group, sequence.
 * A group that is ahead of the head has processed uplinks that are not in the log any more. New uplinks would get their
 * sequences and be passed over, so from then on the partition takes nothing.
 */
export const COMMIT = script(`
local state, field = KEYS[1], 'group:' .. ARGV[2]
local fields = redis.call('HMGET', state, 'log', 'lost', 'head', field)
${CHECK_STATE}
local sequence = tonumber(ARGV[3])
if sequence > tonumber(fields[3] or '0') then
  redis.call('HSET', state, 'lost', ARGV[3])
  return redis.error_reply('LOGBEHIND a group had come to ' .. ARGV[3])
end
if sequence > tonumber(fields[4] or '0') then redis.call('HSET', state, field, ARGV[3]) end
return 0`);

/** Frames that one call looks at: up to 4 MiB are copied, during which Redis does nothing else. */
export const TRIM_FRAMES = 16;

/**
 * Deletes the oldest frames that every group has passed and that are past a limit.
 * KEYS: stream, state. ARGV: logId, UTC ms before which a frame is old, bytes of the partition that may stay, groups.
 * Gives the number of frames deleted; call it again while that is TRIM_FRAMES.
 */
export const TRIM = script(`
local stream, state = KEYS[1], KEYS[2]
local fields = redis.call('HMGET', state, 'log', 'lost', 'bytes')
${CHECK_STATE}
local passed = math.huge
for at = 4, #ARGV do
  passed = math.min(passed, tonumber(redis.call('HGET', state, 'group:' .. ARGV[at]) or '0'))
end
local agedAt, retain = tonumber(ARGV[2]), tonumber(ARGV[3])
local bytes, gone, deleted, floor = tonumber(fields[3] or '0'), 0, 0, nil
for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+', 'COUNT', ${TRIM_FRAMES})) do
  local last, frame = tonumber(string.match(entry[1], '^%d+')), entry[2][2]
  local old = struct.unpack('<d', frame, 13) < agedAt
  if last > passed or not (old or bytes - gone > retain) then break end
  gone, deleted, floor = gone + #frame, deleted + 1, last
end
if floor then
  redis.call('XTRIM', stream, 'MINID', '=', string.format('%.0f-0', floor + 1))
  redis.call('HSET', state, 'floor', string.format('%.0f', floor))
  redis.call('HINCRBY', state, 'bytes', -gone)
end
return deleted`);

/**
 * The marks of a source in one partition, set where it has none yet.
 * KEYS: source. ARGV: per mark: partition of the source, sequence.
 */
export const BEGIN = script(`
for at = 1, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[at], ARGV[at + 1]) end
return redis.call('HGETALL', KEYS[1])`);

export const SCRIPTS: readonly Script[] = [APPEND, COMMIT, TRIM, BEGIN];

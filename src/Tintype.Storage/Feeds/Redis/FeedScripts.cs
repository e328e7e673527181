namespace Tintype.Storage.Feeds.Redis;

/// <summary>
/// What must be done in one step on the server, for many feeds of one partition at once. A feed is two strings, and there only while both
/// are. Its arrivals are eight zeros and the newest ids, in the order they came; from <see cref="Settled"/> on they move into the other:
/// <code>
///  0  fingerprint of the relations it was built for
///  8  floor: every id at or above it that belongs is here; 0: there are no older ones
/// 16  generation of the unpushed posts it was built beside; while it is being built, the builder's token
/// 24  ids written into slots so far (4 bytes)
/// 28  slots (4 bytes); the top bit is set while it is being built
/// 32  slots of 8 bytes each: a ring, once there are as many as may be
/// </code>
/// all numbers with the highest byte first, 0 where there is no id. A push is one command: what it appends to tells by its length whether the
/// feed was there, and whether it is time to settle. Slots are made a ninth ahead of need and written in place: Redis doubles what it
/// has to grow by appending, which would be 16 bytes for each id of all, and is nothing for the few that have just arrived.
/// </summary>
/// <remarks>
/// Ids stand in the order they came, perhaps twice, perhaps below the floor; whoever reads sorts them. A full ring writes over those that
/// came first, and before that raises the floor above them. Numbers are compared in halves: Lua's are floating, and its strings compare by locale.
/// A push names the arrivals alone; the other key has their name without the last letter and the same hash tag.
/// </remarks>
internal static class FeedScripts
{
    public const int HeaderBytes = 32;

    /// <summary>
    /// Ids that settle at once. Settling costs ten times what a push does, so it should be seldom; but Redis doubles what it appends to, and with
    /// these and the zeros before them 256 bytes are just full.
    /// </summary>
    public const int Settled = 30;

    public const int SettledBytes = 8 * Settled;

    public const uint IsBuilding = 0x8000_0000;

    /// <summary>KEYS: the unpushed posts. ARGV: name and value of the generation they were read in, name, old and new value of an author's; an old one of nothing: was not there.</summary>
    public const string ReplaceUnpushed =
        """
        local there = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[3])
        if there[1] ~= ARGV[2] or (there[2] or '') ~= ARGV[4] then return 0 end
        redis.call('HSET', KEYS[1], ARGV[3], ARGV[5])
        return 1
        """;

    /// <remarks>Numbers are made whole where it matters: Garnet's Lua has fractions of them, and "32.0" is no place in a string.</remarks>
    private const string Words =
        """
        local call, sub, whole, pack, unpack = redis.call, string.sub, math.floor, struct.pack, struct.unpack
        local none = string.rep('\0', 8)
        """;

    /// <summary>KEYS: arrivals of feeds. ARGV: id (8 bytes), bytes of ids by which arrivals settle, most slots.</summary>
    public const string Push = Words +
        """

        local id, least, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
        local usual = '>' .. string.rep('I4', least / 4)

        -- Above the greatest of these ids, or what it was if that is higher.
        local function raise(high, low, ids)
          local format = #ids == least and usual or '>' .. string.rep('I4', #ids / 4)
          local halves = {unpack(format, ids)}
          for n = 1, #ids / 4, 2 do
            local h, l = halves[n], halves[n + 1]
            if (h > high or h == high and l >= low) and h + l > 0 then
              high, low = h, l + 1
              if low == 4294967296 then high, low = high + 1, 0 end
            end
          end
          return high, low
        end

        local function settle(arrivals)
          local key, ids = sub(arrivals, 1, -2), call('GET', arrivals)
          local head = call('GETRANGE', key, 8, 31)
          if #head < 24 then -- Given up for want of room.
            call('DEL', arrivals)
            return
          end
          local high, low, _, _, written, slots = unpack('>I4I4I4I4I4I4', head)
          local building = 0
          if slots >= 2147483648 then building = 2147483648; slots = slots - building end
          local count = #ids / 8 - 1
          if written == slots and slots < most then
            local more = math.min(math.max(whole(slots / 9), count), most - slots)
            slots = slots + more
            call('SET', key, call('GETRANGE', key, 0, 27) .. pack('>I4', slots + building) .. call('GETRANGE', key, 32, -1) .. string.rep(none, more), 'KEEPTTL')
          end
          local at = written % slots
          count = math.min(count, slots - at, 512) -- To the ring's end at most, and no more than Lua's stack has room for.
          local from, to = whole(32 + 8 * at), whole(31 + 8 * (at + count))
          if written >= slots then
            high, low = raise(high, low, call('GETRANGE', key, from, to))
          end
          call('SETRANGE', key, from, sub(ids, 9, 8 + 8 * count))
          call('SETRANGE', key, 8, pack('>I4I4', high, low) .. sub(head, 9, 16) .. pack('>I4', written + count))
          call('SET', arrivals, none .. sub(ids, 9 + 8 * count), 'KEEPTTL')
        end

        for n = 1, #KEYS do
          local length = call('APPEND', KEYS[n], id)
          if length == 8 then
            call('DEL', KEYS[n]) -- There was no feed.
          elseif length > least then
            settle(KEYS[n])
          end
        end
        return 0
        """;

    /// <summary>KEYS: of each feed the feed, its arrivals. ARGV: id (8 bytes). Leaves zeros where it stands.</summary>
    public const string Remove =
        """
        local function clear(key, from)
          local ids = redis.call('GET', key)
          local at = ids and string.find(ids, ARGV[1], from, true)
          while at do
            if at % 8 == 1 then redis.call('SETRANGE', key, at - 1, string.rep('\0', 8)) end
            at = string.find(ids, ARGV[1], at + 1, true)
          end
        end
        for n = 1, #KEYS, 2 do
          clear(KEYS[n], 33)
          clear(KEYS[n + 1], 9)
        end
        return 0
        """;

    /// <summary>
    /// KEYS: a feed, its arrivals. ARGV: an empty one with its builder's token, seconds to live, 1 if it is only to be begun when it is not
    /// there. Makes a place for what is pushed while it is being built: 1 or, as somebody else was first, 0.
    /// </summary>
    public const string Begin =
        """
        if ARGV[3] == '1' and redis.call('EXISTS', KEYS[1], KEYS[2]) == 2 then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
        redis.call('SET', KEYS[2], string.rep('\0', 8), 'EX', ARGV[2])
        return 1
        """;

    /// <summary>
    /// KEYS: a feed, its arrivals. ARGV: the builder's fingerprint and token (8 bytes each), header up to the generation (24 bytes), ids pulled,
    /// seconds to live. Puts what was pulled before what was pushed meanwhile, unless another builder began or it was dropped: 1 or 0.
    /// </summary>
    public const string Finish = Words +
        """

        local begun, arrived = call('GET', KEYS[1]), call('GET', KEYS[2])
        if not begun or #begun < 32 or not arrived then return 0 end
        local pushed, slots = unpack('>I4I4', begun, 25)
        if sub(begun, 1, 8) .. sub(begun, 17, 24) ~= ARGV[1] or slots < 2147483648 or pushed > slots - 2147483648 then return 0 end
        local ids = ARGV[3] .. sub(begun, 33, 32 + 8 * pushed) .. sub(arrived, 9)
        call('SET', KEYS[1], ARGV[2] .. pack('>I4I4', #ids / 8, #ids / 8) .. ids, 'EX', ARGV[4])
        call('SET', KEYS[2], none, 'EX', ARGV[4])
        return 1
        """;
}

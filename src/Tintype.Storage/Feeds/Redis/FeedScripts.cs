namespace Tintype.Storage.Feeds.Redis;

/// <summary>
/// What must be done in one step on the server, for many feeds of one partition at once. A feed is two strings, and there only while both
/// are. Its arrivals are eight zeros and the newest ids, in the order they came; by <see cref="Settled"/> of them they move into the other:
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
/// Ids stand in the order they came, perhaps twice, perhaps below the floor; whoever reads sorts them. A full ring writes over the sixteen that
/// came first, and before that raises the floor above them. Numbers are compared in halves: Lua's are floating, and its strings compare by locale.
/// A push names the arrivals alone; the other key has their name without the last letter and the same hash tag.
/// </remarks>
internal static class FeedScripts
{
    public const int HeaderBytes = 32;

    /// <summary>Ids that settle at once.</summary>
    public const int Settled = 16;

    public const uint IsBuilding = 0x8000_0000;

    /// <summary>KEYS: the unpushed posts. ARGV: name and value of the generation they were read in, name, old and new value of an author's; an old one of nothing: was not there.</summary>
    public const string ReplaceUnpushed =
        """
        local there = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[3])
        if there[1] ~= ARGV[2] or (there[2] or '') ~= ARGV[4] then return 0 end
        redis.call('HSET', KEYS[1], ARGV[3], ARGV[5])
        return 1
        """;

    private const string Numbers =
        """
        local call, octets, sub, char = redis.call, string.byte, string.sub, string.char
        local none = string.rep('\0', 8)
        local function number(text, at)
          local a, b, c, d = octets(text, at, at + 3)
          return ((a * 256 + b) * 256 + c) * 256 + d
        end
        local function bytes(n)
          local d = n % 256; n = (n - d) / 256
          local c = n % 256; n = (n - c) / 256
          local b = n % 256; n = (n - b) / 256
          return char(n, b, c, d)
        end
        """;

    /// <summary>KEYS: arrivals of feeds. ARGV: id (8 bytes), most slots (a multiple of sixteen).</summary>
    public const string Push = Numbers +
        """

        local function settle(arrivals, most)
          local key = sub(arrivals, 1, -2)
          local head = call('GETRANGE', key, 8, 31)
          if #head < 24 then -- Given up for want of room.
            call('DEL', arrivals)
            return
          end
          local ids = call('GETRANGE', arrivals, 8, -1)
          local high, low, written, slots, building = number(head, 1), number(head, 5), number(head, 17), number(head, 21), 0
          if slots >= 2147483648 then building = 2147483648; slots = slots - building end
          if written == slots and slots < most then
            local more = math.floor(slots / 144) * 16
            if more < 16 then more = 16 end
            if more > most - slots then more = most - slots end
            slots = slots + more
            call('SET', key, call('GETRANGE', key, 0, 27) .. bytes(slots + building) .. call('GETRANGE', key, 32, -1) .. string.rep(none, more), 'KEEPTTL')
          end
          local at = 32 + 8 * (written % slots)
          if written >= slots then
            local old = call('GETRANGE', key, at, at + 127)
            for place = 1, 121, 8 do
              local oldHigh, oldLow = number(old, place), number(old, place + 4)
              if (oldHigh > high or oldHigh == high and oldLow >= low) and oldHigh + oldLow > 0 then
                high, low = oldHigh, oldLow + 1
                if low == 4294967296 then high, low = high + 1, 0 end
              end
            end
          end
          call('SETRANGE', key, at, sub(ids, 1, 128))
          call('SETRANGE', key, 8, bytes(high) .. bytes(low) .. sub(head, 9, 16) .. bytes(written + 16))
          call('SET', arrivals, none .. sub(ids, 129), 'KEEPTTL')
        end

        local id = ARGV[1]
        for n = 1, #KEYS do
          local length = call('APPEND', KEYS[n], id)
          if length == 8 then
            call('DEL', KEYS[n]) -- There was no feed.
          elseif length >= 136 then -- More, if the server had no room to settle before.
            settle(KEYS[n], tonumber(ARGV[2]))
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
    public const string Finish = Numbers +
        """

        local begun, arrived = call('GET', KEYS[1]), call('GET', KEYS[2])
        if not begun or not arrived or #begun < 32 or sub(begun, 1, 8) .. sub(begun, 17, 24) ~= ARGV[1] or octets(begun, 29) < 128 then return 0 end
        local pushed, room = number(begun, 25), number(begun, 29) - 2147483648
        if pushed > room then return 0 end
        local ids = ARGV[3] .. sub(begun, 33, 32 + 8 * pushed) .. sub(arrived, 9)
        local count = #ids / 8
        local settled = count - count % 16
        local slots = settled
        if slots < 16 then slots = 16 end
        call('SET', KEYS[1], ARGV[2] .. bytes(settled) .. bytes(slots) .. sub(ids, 1, 8 * settled) .. string.rep(none, slots - settled), 'EX', ARGV[4])
        call('SET', KEYS[2], none .. sub(ids, 8 * settled + 1), 'EX', ARGV[4])
        return 1
        """;
}

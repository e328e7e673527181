namespace Tintype.Storage.Feeds.Redis;

/// <summary>
/// What must be done in one step on the server, for many feeds of one partition at once. A feed is one string:
/// <code>
///  0  fingerprint of the relations it was built for
///  8  floor: every id at or above it that belongs is here; 0: there are no older ones
/// 16  generation of the unpushed posts it was built beside; while it is being built, the builder's token
/// 24  ids written into slots so far (4 bytes)
/// 28  slots (4 bytes); the top bit is set while it is being built
/// 32  sixteen places to wait in, 8 bytes each, 0 where there is none
/// 160 slots of 8 bytes each, 0 where there is none: a ring, once there are as many as may be
/// </code>
/// all numbers with the highest byte first. A push reads the waiting ones, whose place is always the same, and writes its id behind them: two
/// commands, and no number is looked at. Every seventeenth moves the sixteen into slots. Slots are made a ninth ahead of need and
/// written in place: Redis doubles what it has to grow by appending, which would be 16 bytes for each id, and Garnet would copy the feed.
/// </summary>
/// <remarks>
/// Ids stand in the order they came, perhaps twice, perhaps below the floor; whoever reads sorts them. A full ring writes over the sixteen that
/// came first, and before that raises the floor above them. Numbers are compared in halves: Lua's are floating, and its strings compare by locale.
/// </remarks>
internal static class FeedScripts
{
    public const int Waiting = 32;
    public const int WaitingMost = 16;
    public const int HeaderBytes = Waiting + 8 * WaitingMost;
    public const uint IsBuilding = 0x8000_0000;

    private const string Numbers =
        """
        local call, octets, sub, char, find = redis.call, string.byte, string.sub, string.char, string.find
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

    /// <summary>KEYS: feeds. ARGV: id (8 bytes), most slots (a multiple of sixteen). Gives how many of the feeds were there.</summary>
    public const string Push = Numbers +
        """

        local none = string.rep('\0', 8)
        local function settle(key, sixteen, most)
          local head = call('GETRANGE', key, 8, 31)
          local high, low, written, slots, building = number(head, 1), number(head, 5), number(head, 17), number(head, 21), 0
          if slots >= 2147483648 then building = 2147483648; slots = slots - building end
          if written == slots and slots < most then
            local more = math.floor(slots / 144) * 16
            if more < 16 then more = 16 end
            if more > most - slots then more = most - slots end
            slots = slots + more
            call('SET', key, call('GETRANGE', key, 0, 27) .. bytes(slots + building) .. call('GETRANGE', key, 32, -1) .. string.rep(none, more), 'KEEPTTL')
          end
          local at = 160 + 8 * (written % slots)
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
          call('SETRANGE', key, at, sixteen)
          call('SETRANGE', key, 8, bytes(high) .. bytes(low) .. sub(head, 9, 16) .. bytes(written + 16))
        end

        local id, there = ARGV[1], 0
        for n = 1, #KEYS do
          local key = KEYS[n]
          local waiting = call('GETRANGE', key, 32, 159)
          if #waiting == 128 then
            there = there + 1
            local free = find(waiting, none, 1, true)
            while free and free % 8 ~= 1 do free = find(waiting, none, free + 1, true) end -- Some of the zeros were an id's.
            if free then
              call('SETRANGE', key, 31 + free, id)
            else
              settle(key, waiting, tonumber(ARGV[2]))
              call('SETRANGE', key, 32, id .. string.rep(none, 15))
            end
          end
        end
        return there
        """;

    /// <summary>KEYS: feeds. ARGV: id (8 bytes). Empties its places, waiting or in slots.</summary>
    public const string Remove =
        """
        for _, key in ipairs(KEYS) do
          local feed = redis.call('GET', key)
          local at = feed and string.find(feed, ARGV[1], 33, true)
          while at do
            if at % 8 == 1 then redis.call('SETRANGE', key, at - 1, string.rep('\0', 8)) end
            at = string.find(feed, ARGV[1], at + 1, true)
          end
        end
        return 0
        """;

    /// <summary>
    /// KEYS: a feed. ARGV: the builder's fingerprint and token (8 bytes each), header up to the generation (24 bytes), ids pulled, seconds
    /// to live. Puts what was pulled before what was pushed meanwhile, unless another builder began or it was dropped: 1 or 0.
    /// </summary>
    public const string Finish = Numbers +
        """

        local begun = call('GET', KEYS[1])
        if not begun or #begun < 160 or sub(begun, 1, 8) .. sub(begun, 17, 24) ~= ARGV[1] or octets(begun, 29) < 128 then return 0 end
        local pushed, room = number(begun, 25), number(begun, 29) - 2147483648
        if pushed > room then return 0 end
        local ids = ARGV[3] .. sub(begun, 161, 160 + 8 * pushed)
        for at = 33, 153, 8 do
          local waiting = sub(begun, at, at + 7)
          if waiting ~= string.rep('\0', 8) then ids = ids .. waiting end
        end
        local count = #ids / 8
        local rest = count % 16
        local settled = count - rest
        local slots = settled
        if slots < 16 then slots = 16 end
        call('SET', KEYS[1], ARGV[2] .. bytes(settled) .. bytes(slots) ..
          sub(ids, 8 * settled + 1) .. string.rep('\0', 8 * (16 - rest)) ..
          sub(ids, 1, 8 * settled) .. string.rep('\0', 8 * (slots - settled)), 'EX', ARGV[4])
        return 1
        """;
}

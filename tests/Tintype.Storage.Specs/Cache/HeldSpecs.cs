using Tintype.Storage.Cache;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

/// <summary>Entries that are read without being looked up are good as long as a look would find the same.</summary>
public sealed class HeldSpecs
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly SetClock clock = new();
    private readonly PromiseCache<int, string> cache;

    public HeldSpecs() => cache = new(new CachePolicy("specs", 10, 64, Lifetime, false, "specs"), CacheLevels.Alone(clock), isSame: (old, loaded) => old == loaded);

    [Fact]
    public async Task An_entry_is_read_again_until_it_is_forgotten()
    {
        var held = await HoldAsync(1, "one");
        Assert.True(IsGood(held, out var read));
        Assert.Equal("one", read);

        cache.Forget(1);

        Assert.False(IsGood(held, out _));
    }

    [Fact]
    public async Task An_entry_given_up_for_want_of_room_is_good_no_more()
    {
        var held = await HoldAsync(1, "one");

        for (var key = 2; key < 100; key++)
        {
            await HoldAsync(key, "another");
        }

        Assert.Null(cache.Hold(1));
        Assert.False(IsGood(held, out _));
    }

    [Fact]
    public async Task What_was_forgotten_while_it_was_loaded_is_never_good()
    {
        var source = new TaskCompletionSource<string?>();
        var reading = cache.GetAsync(1, _ => source.Task);
        var held = cache.Hold(1)!;

        cache.Forget(1);
        source.SetResult("before the write");
        await reading;

        Assert.False(IsGood(held, out _));
    }

    [Fact]
    public async Task An_entry_is_good_anew_once_it_was_renewed_and_a_value_that_says_the_same_stays()
    {
        var value = new string("one".AsSpan());
        var held = await HoldAsync(1, value);
        clock.Move(Lifetime);
        Assert.False(IsGood(held, out _));

        await cache.GetAsync(1, _ => Task.FromResult<string?>(new string("one".AsSpan())));

        Assert.True(IsGood(held, out var read));
        Assert.Same(value, read);
    }

    [Fact]
    public async Task By_an_entry_at_hand_a_value_is_what_a_look_would_find()
    {
        var loads = 0;
        Held<string>? atHand = null;
        Func<int[], Task<string?[]>> load = keys => Task.FromResult<string?[]>([.. keys.Select(_ => $"{++loads}")]);

        // More often than the key is looked up all the same.
        for (var read = 0; read < 100; read++)
        {
            clock.Move(TimeSpan.FromTicks(1));
            Assert.Equal("1", await cache.GetAsync(1, ref atHand, load));
        }
        cache.Forget(1);
        Assert.Equal("2", await cache.GetAsync(1, ref atHand, load));

        clock.Move(2 * Lifetime);
        Assert.Equal("3", await cache.GetAsync(1, ref atHand, load));
        Assert.Equal("3", await cache.GetAsync(1, ref atHand, load));
    }

    private async Task<Held<string>> HoldAsync(int key, string value)
    {
        await cache.GetAsync(key, _ => Task.FromResult<string?>(value));
        return cache.Hold(key)!;
    }

    private bool IsGood(Held<string> held, out string? read) => held.TryRead(clock.GetTimestamp(), out read);
}

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

    [Fact]
    public async Task A_forgotten_entry_lets_its_value_go_however_long_it_is_held()
    {
        var (held, value) = await HoldWeaklyAsync();

        cache.Forget(1);
        GC.Collect();

        Assert.False(value.IsAlive);
        Assert.False(IsGood(held, out _));

        // Apart, so that nothing of it lies on the stack.
        async Task<(Held<string>, WeakReference)> HoldWeaklyAsync()
        {
            var one = new string("one".AsSpan());
            return (await HoldAsync(1, one), new WeakReference(one));
        }
    }

    [Fact]
    public async Task Who_reads_while_others_forget_never_takes_what_was_let_go_for_nothing()
    {
        const int readers = 4, reads = 20_000;
        var left = readers;
        Func<int[], Task<string?[]>> load = async keys =>
        {
            await Task.Yield();
            return Array.ConvertAll(keys, _ => "one");
        };
        var forgetting = Task.Run(() =>
        {
            while (Volatile.Read(ref left) > 0)
            {
                cache.Forget(1);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, readers).Select(_ => Task.Run(ReadAsync)));
        await forgetting;

        async Task ReadAsync()
        {
            try
            {
                Held<string>? atHand = null;
                for (var read = 0; read < reads; read++)
                {
                    Assert.Equal("one", await cache.GetAsync(1, load));
                    Assert.Equal("one", await cache.GetAsync(1, ref atHand, load));
                    Assert.True(atHand is null || !IsGood(atHand, out var held) || held == "one");
                }
            }
            finally
            {
                Interlocked.Decrement(ref left);
            }
        }
    }

    private async Task<Held<string>> HoldAsync(int key, string value)
    {
        await cache.GetAsync(key, _ => Task.FromResult<string?>(value));
        return cache.Hold(key)!;
    }

    private bool IsGood(Held<string> held, out string? read) => held.TryRead(clock.GetTimestamp(), out read);
}

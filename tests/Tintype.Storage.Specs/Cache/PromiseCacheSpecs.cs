using Tintype.Storage.Cache;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class PromiseCacheSpecs
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly SetClock clock = new();
    private readonly PromiseCache<int, string> cache;
    private int loads;

    public PromiseCacheSpecs() => cache = new(new CachePolicy("specs", 1000, 64, Lifetime, false, "specs"), CacheLevels.Alone(clock));

    [Fact]
    public async Task A_thousand_who_miss_at_once_cost_one_load()
    {
        var source = new TaskCompletionSource<string?>();
        var waiting = Enumerable.Range(0, 1000).Select(_ => cache.GetAsync(1, _ => { loads++; return source.Task; }).AsTask()).ToList();

        source.SetResult("one");

        Assert.All(await Task.WhenAll(waiting), value => Assert.Equal("one", value));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task Only_what_is_missing_is_loaded_and_all_of_it_together()
    {
        await cache.GetAsync([1, 2], LoadAsync);

        var values = await cache.GetAsync([3, 1, 4, 3, 2], keys =>
        {
            Assert.Equal([3, 4], keys);
            return LoadAsync(keys);
        });

        Assert.Equal(["3", "1", "4", "3", "2"], values);
        Assert.Equal(2, loads);
    }

    [Fact]
    public async Task What_was_loaded_before_a_write_is_not_kept_after_it()
    {
        var source = new TaskCompletionSource<string?>();
        var reading = cache.GetAsync(1, _ => source.Task);

        cache.Forget(1);
        source.SetResult("old");

        Assert.Equal("old", await reading);
        Assert.Equal("new", await cache.GetAsync(1, _ => Task.FromResult<string?>("new")));
    }

    [Fact]
    public async Task It_has_what_it_would_give_however_long_loading_takes()
    {
        var source = new TaskCompletionSource<string?>();
        Assert.False(cache.Has(1));
        var reading = cache.GetAsync(1, _ => source.Task);
        Assert.False(cache.Has(1), "it is being loaded");

        source.SetResult(null);
        await reading;
        Assert.True(cache.Has(1), "that there is nothing is an answer too");

        clock.Move(Lifetime * 1.5);
        Assert.True(cache.Has(1), "its life is over, but not for as long again");
        clock.Move(Lifetime);
        Assert.False(cache.Has(1), "it is too old to be given");

        await cache.GetAsync(1, _ => Task.FromResult<string?>("one"));
        cache.Forget(1);
        Assert.False(cache.Has(1), "forgotten");
    }

    [Fact]
    public async Task What_does_not_exist_is_remembered_not_to()
    {
        Assert.Null(await cache.GetAsync(1, _ => { loads++; return Task.FromResult<string?>(null); }));
        Assert.Null(await cache.GetAsync(1, _ => { loads++; return Task.FromResult<string?>(null); }));

        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task After_its_lifetime_a_value_is_loaded_anew()
    {
        await cache.GetAsync([1], LoadAsync);
        clock.Move(Lifetime * 0.8);
        await cache.GetAsync([1], LoadAsync);
        Assert.Equal(1, loads);

        clock.Move(Lifetime * 0.21);
        await cache.GetAsync([1], LoadAsync);

        Assert.Equal(2, loads);
    }

    [Fact]
    public async Task In_the_last_tenth_of_its_life_a_value_is_renewed_once_and_nobody_waits()
    {
        await cache.GetAsync(1, _ => Task.FromResult<string?>("old"));
        clock.Move(Lifetime * 0.9);
        var source = new TaskCompletionSource<string?>();

        var readers = Enumerable.Range(0, 100).Select(_ => cache.GetAsync(1, _ => { loads++; return source.Task; })).ToList();

        Assert.All(readers, reader => Assert.True(reader.IsCompleted));
        Assert.Equal(1, loads);
        source.SetResult("new");
        Assert.Equal("new", await cache.GetAsync(1, _ => source.Task));
    }

    [Fact]
    public async Task Renewals_that_are_due_within_a_moment_are_one_load_and_until_then_everything_is_read_as_it_was()
    {
        int[] keys = [.. Enumerable.Range(1, 20)];
        await cache.GetAsync(keys, LoadAsync);
        clock.Move(Lifetime * 0.888); // Most lives have come to their last tenth, and none to its last second.
        bool IsGood(int key) => cache.Hold(key)!.TryRead(clock.GetTimestamp(), out _);
        var due = keys.Where(key => !IsGood(key)).ToArray();
        Assert.InRange(due.Length, 2, keys.Length);
        var source = new TaskCompletionSource<string?[]>();
        var renewed = new TaskCompletionSource<int[]>();
        Task<string?[]> RenewAsync(int[] asked)
        {
            renewed.SetResult(asked);
            return source.Task;
        }

        foreach (var key in keys)
        {
            var read = cache.GetAsync(key, RenewAsync);
            Assert.True(read.IsCompleted, "nobody waits");
            Assert.Equal($"{key}", await read);
        }
        Assert.All(keys, key => Assert.True(IsGood(key), "who holds an entry need not look it up meanwhile"));

        Assert.Equal(due, await renewed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        source.SetResult([.. due.Select(key => $"new {key}")]);
        await Eventually.HoldsAsync(async () => await cache.GetAsync(due[^1], RenewAsync) == $"new {due[^1]}", "they are put in place");
        Assert.Equal(keys.Select(key => due.Contains(key) ? $"new {key}" : $"{key}"), await cache.GetAsync(keys, RenewAsync));
    }

    [Fact]
    public async Task A_renewal_that_has_no_time_for_company_begins_at_once()
    {
        await cache.GetAsync([1], LoadAsync);
        var (step, lived) = (TimeSpan.FromMilliseconds(10), TimeSpan.Zero);
        while (cache.Hold(1)!.TryRead(clock.GetTimestamp(), out _))
        {
            clock.Move(step);
            lived += step;
        }
        clock.Move(lived / 9 - TimeSpan.FromMilliseconds(100)); // Nine tenths of its life are over: all but a tenth of a second of the last.

        Assert.Equal("1", (await cache.GetAsync([1], LoadAsync))[0]);

        Assert.Equal(2, loads);
    }

    [Fact]
    public async Task Whoever_waits_for_a_slow_source_gets_the_old_value_before_long()
    {
        await cache.GetAsync(1, _ => Task.FromResult<string?>("old"));
        clock.Move(Lifetime * 1.5);
        var source = new TaskCompletionSource<string?>();

        Assert.Equal("old", await cache.GetAsync(1, _ => source.Task));

        source.SetResult("new");
        Assert.Equal("new", await cache.GetAsync(1, _ => source.Task));
    }

    [Fact]
    public async Task A_value_twice_as_old_as_it_may_be_is_waited_for()
    {
        await cache.GetAsync(1, _ => Task.FromResult<string?>("old"));
        clock.Move(Lifetime * 2.1);
        var source = new TaskCompletionSource<string?>();

        var reading = cache.GetAsync(1, _ => source.Task);
        source.SetResult("new");

        Assert.Equal("new", await reading);
    }

    [Fact]
    public async Task What_was_forgotten_is_not_given_while_its_source_is_slow()
    {
        await cache.GetAsync(1, _ => Task.FromResult<string?>("old"));
        clock.Move(Lifetime * 1.1);
        cache.Forget(1);
        var source = new TaskCompletionSource<string?>();

        var reading = cache.GetAsync(1, _ => source.Task);
        source.SetResult("new");

        Assert.Equal("new", await reading);
    }

    [Fact]
    public async Task While_the_source_is_down_expired_values_go_on_and_forgotten_ones_do_not()
    {
        await cache.GetAsync([1, 2], LoadAsync);
        clock.Move(Lifetime * 2);
        cache.Forget(2);

        Assert.Equal("1", await cache.GetAsync(1, Down));
        await Assert.ThrowsAsync<TimeoutException>(async () => await cache.GetAsync(2, Down));
        Assert.Equal("1", await cache.GetAsync(1, AskedTooSoon));

        clock.Move(TimeSpan.FromSeconds(3));
        Assert.Equal("fresh", await cache.GetAsync(1, _ => Task.FromResult<string?>("fresh")));
        Assert.Equal("fresh", await cache.GetAsync(2, _ => Task.FromResult<string?>("fresh")));
    }

    [Fact]
    public async Task A_value_is_replaced_only_by_whoever_read_that_very_value()
    {
        var read = (await cache.GetAsync([1], LoadAsync))[0]!;
        cache.Replace(1, read, "better");
        cache.Replace(1, read, "too late");

        Assert.Equal("better", (await cache.GetAsync([1], LoadAsync))[0]);
    }

    private static Task<string?> AskedTooSoon(int key) => throw new InvalidOperationException("asked again within two seconds");

    private static Task<string?> Down(int key) => throw new TimeoutException();

    private Task<string?[]> LoadAsync(int[] keys)
    {
        loads++;
        return Task.FromResult<string?[]>([.. keys.Select(key => key.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
    }
}

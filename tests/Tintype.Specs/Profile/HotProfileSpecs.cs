using Prometheus;
using Xunit;

namespace Tintype.Specs.Profile;

/// <summary>Alone among the specs, for it reads a counter of the whole process.</summary>
[CollectionDefinition(nameof(AloneInProcess), DisableParallelization = true)]
public sealed class AloneInProcess;

/// <summary>Everybody looks at one person at once.</summary>
[Collection(nameof(AloneInProcess))]
public sealed class HotProfileSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_thousand_who_look_at_one_person_at_once_cost_one_load()
    {
        world.LooksInside();
        var alice = await world.Alice;
        await world.PostAsync(alice);
        var before = await LoadsAsync("grids");

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => world.Stranger.GetStringAsync($"/api/v1/accounts/{alice.Id}/statuses")));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, await LoadsAsync("grids") - before);
    }

    private static async Task<double> LoadsAsync(string cache)
    {
        using var text = new MemoryStream();
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(text);
        var line = System.Text.Encoding.UTF8.GetString(text.ToArray()).Split('\n')
            .FirstOrDefault(line => line.StartsWith($"tintype_cache_loads_total{{cache=\"{cache}\",from=\"source\"}}", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}

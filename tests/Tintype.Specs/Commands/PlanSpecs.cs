using System.Text.Json;
using Tintype.Commands;
using Tintype.Commands.Planning;
using Xunit;

namespace Tintype.Specs.Commands;

/// <summary>tintype plan: the course's own arithmetic comes out of the course's numbers, and every number counts.</summary>
public sealed class PlanSpecs
{
    [Fact]
    public async Task With_the_courses_numbers_it_finds_what_the_course_finds()
    {
        var plan = Plan.Of(await InputAsync("--course --people 100000000 --photos-per-day 1000000 --photo-kb 300 --visitors 50000 --network-mbit 1000"));

        Assert.Equal(10.4, plan.Disk.UsersGb, 3);
        Assert.Equal(0.064, plan.Disk.PhotoRowsGbPerDay, 6);
        Assert.Equal(300, plan.Disk.ObjectsGbPerDay, 3);
        Assert.Equal(1.5, plan.Network.PageMb, 6);
        Assert.Equal(83, Math.Floor(plan.Network.PagesPerSecondOfLink));
        Assert.Equal(600, plan.Network.OutGbit, 6);
        Assert.Equal("network", plan.EndsFirst.Name);
    }

    [Fact]
    public async Task With_measured_numbers_the_network_ends_first_on_a_small_machine_and_the_processor_once_a_CDN_hands_out_images()
    {
        const string machine = "--visitors 50000 --people 1000000 --photos-per-day 100000 --disk-gb 1000";

        Assert.Equal("network", Plan.Of(await InputAsync($"{machine} --cores 2 --memory-gb 24 --network-mbit 1000")).EndsFirst.Name);
        Assert.Equal("processor", Plan.Of(await InputAsync($"{machine} --cores 2 --memory-gb 24 --network-mbit 10000 --cdn-share 1")).EndsFirst.Name);
        Assert.Equal("memory", Plan.Of(await InputAsync($"{machine} --cores 64 --memory-gb 2 --network-mbit 100000 --cdn-share 1")).EndsFirst.Name);
    }

    [Fact]
    public async Task Twice_the_visitors_are_twice_the_work_and_never_fewer_instances()
    {
        var (one, two) = (Plan.Of(await InputAsync("--visitors 100000")), Plan.Of(await InputAsync("--visitors 200000")));

        Assert.Equal(2 * one.Sets.Single(set => set.Name == "feed").Cores, two.Sets.Single(set => set.Name == "feed").Cores, 6);
        Assert.All(one.Sets.Zip(two.Sets), pair => Assert.True(pair.First.Instances <= pair.Second.Instances));
        Assert.All(one.Sets.Where(set => set.Because.Length > 0 && set.Name is "feed" or "media" or "upload, worker"), set => Assert.True(set.Cores <= set.Instances * 2 * 0.6 + 1e-9));
    }

    [Fact]
    public async Task No_number_is_without_effect_and_each_names_its_source()
    {
        // So much that nothing is hidden by rounding up; databases that are bounded by their writes, and by their reads.
        PlanInput[] busy =
        [
            await InputAsync("--visitors 3000000 --people 900000000 --cdn-share 0.5 --photos-per-day 3000"),
            await InputAsync("--visitors 3000000 --people 900000 --cdn-share 0.5 --photos-per-day 3000 --likes-per-read 0"),
        ];

        foreach (var knob in PlanKnobs.All)
        {
            Assert.True(busy.Any(input => Figures(Plan.Of(input)) != Figures(Plan.Of(knob.Set(input, knob.Get(input) * 0.37)))), $"{knob.Option} changes nothing");
            Assert.NotEmpty(knob.Source);
        }
        Assert.Equal(typeof(PlanInput).GetProperties().Count(property => property.PropertyType == typeof(double)), PlanKnobs.All.Count);
        Assert.Equal(PlanKnobs.All.Count, PlanKnobs.All.Select(knob => knob.Option).Distinct().Count());
    }

    [Fact]
    public async Task Costs_of_a_machine_of_ones_own_are_read_from_a_file_and_what_is_said_comes_last()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"feed-us": 20, "upload-us": 1000}""");

        var input = await InputAsync($"--costs {file} --upload-us 2000");
        await File.WriteAllTextAsync(file, """{"feed-years": 20}""");
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => InputAsync($"--costs {file}"));

        Assert.Equal((20, 2000), (input.FeedMicroseconds, input.UploadMicroseconds));
        Assert.Contains("feed-years", refusal.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("--visitors 0"), InlineData("--people -1"), InlineData("--cdn-share 1.5"), InlineData("--utilisation 2"), InlineData("--costs nowhere.json")]
    public Task What_makes_no_sense_is_refused(string args) => Assert.ThrowsAsync<SettingsException>(() => InputAsync(args));

    private static Task<PlanInput> InputAsync(string args) => PlanCommand.InputOfAsync(PlanCommand.Create().Parse(args), CancellationToken.None);

    private static string Figures(Plan plan) => JsonSerializer.Serialize(plan with { Input = new PlanInput() });
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tintype.Commands.Load;
using Tintype.Commands.Load.Connected;
using Xunit;

namespace Tintype.Specs.Commands;

/// <summary>tintype load --visitors: everybody stays connected and reads what is theirs.</summary>
public sealed class ConnectedLoadSpecs(World world) : IClassFixture<World>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // However busy the machine is.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Fifty_visitors_arrive_and_read_their_feeds_and_the_control_in_turns()
    {
        var alice = await world.Alice;
        await world.PostAsync(alice, "to look at");
        PersonInWorld[] people = [alice, await world.Bob, await world.Carol, await world.Dave];
        await using var control = await StartControlAsync();
        var plan = new ConnectedPlan([new Uri(world.Url)], [new Uri(control.Urls.First())], 50, Every: 2 * Second, Arrive: 2 * Second, Counted: 2 * Second, Rounds: 1) { Patience = Long, MostLate = Long };
        var load = new ConnectedLoad(plan);

        await load.RunAsync(Enumerable.Range(0, 50).Select(place => (place, new Visitor("", people[place % people.Length].Bearer))), Stopwatch.GetTimestamp(), TestContext.Current.CancellationToken);

        Assert.Equal((50, 0), Counts(load.Arrival));
        Assert.All(load.Turns, turn => Assert.Equal((50, 0), Counts(turn)));
        Assert.Equal(2, load.Turns.Count);
        Assert.All(load.Turns, turn => Assert.True(turn.BytesOfRead > 2, "somebody's feed has a post in it"));
    }

    [Fact]
    public async Task Who_is_not_let_in_counts_as_failed()
    {
        var load = new ConnectedLoad(new ConnectedPlan([new Uri(world.Url)], [], 3, Second, TimeSpan.Zero, Second, Rounds: 1) { Patience = Long, MostLate = Long });

        await load.RunAsync(Enumerable.Range(0, 3).Select(place => (place, new Visitor("nobody", "wrong"))), Stopwatch.GetTimestamp(), TestContext.Current.CancellationToken);

        Assert.Equal((0, 3), Counts(load.Arrival));
        Assert.Equal(["status 401"], load.Turns[0].Figures("feed").Failures.Keys);
    }

    [Fact]
    public void Turns_follow_each_other_with_a_lap_before_each()
    {
        var plan = new ConnectedPlan([new Uri("http://here")], [new Uri("http://there")], 10, Every: 10 * Second, Arrive: 60 * Second, Counted: 30 * Second, Rounds: 1);

        Assert.Equal(new Turn(-1, false, false), plan.At(89 * Second));
        Assert.Equal(new Turn(0, false, false), plan.At(90 * Second));
        Assert.Equal(new Turn(0, false, true), plan.At(100 * Second));
        Assert.Equal(new Turn(0, false, true), plan.At(129 * Second));
        Assert.Equal(new Turn(1, true, false), plan.At(130 * Second));
        Assert.Equal(new Turn(1, true, true), plan.At(plan.StartOf(1)));
        Assert.Equal(170 * Second, plan.End);
        Assert.Equal((70 * Second, 110 * Second), ((plan with { Control = [] }).StartOf(0), (plan with { Control = [] }).StartOf(1)));
        Assert.Equal((TimeSpan.Zero, 30 * Second), (plan.ArrivalOf(0), plan.ArrivalOf(5)));
    }

    [Fact]
    public void Each_connects_to_the_control_in_one_of_three_laps_after_everybody_has_arrived()
    {
        var plan = new ConnectedPlan([new Uri("http://here")], [new Uri("http://there")], 10, Every: 10 * Second, Arrive: 60 * Second, Counted: 30 * Second, Rounds: 1);

        foreach (var visitor in Enumerable.Range(0, 10))
        {
            // However their reads lie in a lap.
            Assert.Single(Enumerable.Range(0, 17), lap => plan.MeetsControl(visitor, (visitor + 10 * lap) * Second));
        }
        Assert.False(plan.MeetsControl(0, 59 * Second));
        Assert.False(plan.MeetsControl(0, 90 * Second));
        Assert.False((plan with { Control = [] }).MeetsControl(0, 60 * Second));
    }

    [Fact]
    public void Parts_add_up()
    {
        var (one, other) = (new ReadFigures(), new ReadFigures());
        one.Succeeded(TimeSpan.FromMilliseconds(1), 100);
        one.Failed("status 503");
        other.Succeeded(TimeSpan.FromMilliseconds(5), 300);
        other.Failed("status 503");

        one.Add(other.Keep());

        var sum = one.Figures("feed");
        Assert.Equal((2, 2, 200), (sum.Succeeded, sum.Failures["status 503"], one.BytesOfRead));
        Assert.InRange(sum.Max, 5, 5.1);
    }

    private static (long Succeeded, int Failed) Counts(ReadFigures figures) => figures.Figures("") is var all ? (all.Succeeded, all.Failed) : default;

    private static async Task<WebApplication> StartControlAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            var length = int.Parse(context.Request.Path.Value.AsSpan(1), CultureInfo.InvariantCulture);
            context.Response.ContentLength = length;
            return context.Response.WriteAsync(new string('x', length));
        });
        await app.StartAsync();
        return app;
    }
}

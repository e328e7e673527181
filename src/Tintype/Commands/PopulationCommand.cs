using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using Tintype.Demo.Population;

namespace Tintype.Commands;

/// <summary>tintype population: a made-up network of any size, to measure on and to try things out with.</summary>
internal static class PopulationCommand
{
    /// <summary>Enough that a page of 20 seldom shows the same picture twice, few enough to paint in 20 seconds.</summary>
    private const int Pictures = 96;

    private const int LeastPosts = 1000;

    public static Command Create()
    {
        var graph = new Option<string?>("--graph") { Description = "File with a \"follower followee\" pair on each line, plain or gzipped (.gz)." };
        var people = new Option<int>("--people") { Description = "Make this many people and draw a power-law graph of follows instead." };
        var posts = new Option<int?>("--posts") { Description = "How many posts there are of the last 30 days. Default: one for every five people, at least 1,000." };
        var pictures = new Option<int>("--pictures") { Description = "How many pictures are painted; all posts show these.", DefaultValueFactory = _ => Pictures };
        var tokens = new Option<string?>("--tokens") { Description = "File to write \"username token\" lines to: a bearer token for everybody." };
        var tokensFor = new Option<int?>("--tokens-for") { Description = "Tokens for so many people drawn at random, instead of everybody." };
        var data = CommandApp.DataOption();
        var command = new Command("population", "Fill an empty folder with made-up people, follows and photos. Stop the server of that folder first.")
        {
            graph, people, posts, pictures, tokens, tokensFor, data,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var (file, number) = (parsed.GetValue(graph), parsed.GetValue(people));
            if (file is null == number < 1 || parsed.GetValue(posts) < 0 || parsed.GetValue(pictures) < 1 || parsed.GetValue(tokensFor) < 1)
            {
                throw new SettingsException("Say either --graph FILE or --people N (1 or more), --posts 0 or more, --pictures and --tokens-for 1 or more. See: tintype population --help");
            }
            var watch = Stopwatch.StartNew();
            var drawn = file is not null ? await FollowGraph.ReadAsync(file, cancel) : PowerLawGraph.Draw(number, seed: number);
            var plan = new PopulationPlan(
                drawn, parsed.GetValue(posts) ?? Math.Max(LeastPosts, drawn.People / 5), parsed.GetValue(pictures), parsed.GetValue(tokens), parsed.GetValue(tokensFor));
            var top = await FillAsync(plan, parsed.GetValue(data), cancel);
            Console.WriteLine($"{drawn.People:N0} people, {drawn.Follows:N0} follows and {plan.Posts:N0} posts in {watch.Elapsed.TotalSeconds:N0} s. The most seen fifth of the posts makes {top:P0} of what feeds show.");
            if (plan.TokensFile is not null)
            {
                Console.WriteLine($"Tokens: {Path.GetFullPath(plan.TokensFile)}");
            }
            return 0;
        });
        return command;
    }

    private static async Task<double> FillAsync(PopulationPlan plan, string? data, CancellationToken cancel)
    {
        await using var app = await CommandApp.OpenAsync(data, settings =>
        {
            settings.Roles = Roles.Worker;
            settings.Jobs.MediaWorkers = Environment.ProcessorCount;
            settings.DrainSeconds = 0; // Nobody is being served.
        });
        var claim = ActivatorUtilities.CreateInstance<PopulationClaim>(app.Services);
        await claim.BeginAsync(Path.GetFullPath(app.Services.GetRequiredService<Settings>().Data), cancel);
        await app.StartAsync(cancel);
        var top = await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(progress => PopulationBuilder.Of(app.Services).FillAsync(plan, progress, app.Services.GetRequiredService<TimeProvider>().GetUtcNow(), cancel));
        await claim.FinishAsync(cancel);
        await app.StopAsync(CancellationToken.None);
        return top;
    }
}

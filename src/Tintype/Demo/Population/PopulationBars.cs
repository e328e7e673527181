using Spectre.Console;

namespace Tintype.Demo.Population;

/// <summary>How far a population is, shown.</summary>
internal sealed class PopulationBars(ProgressContext progress, PopulationPlan plan, int pictures)
{
    private readonly ProgressTask people = progress.AddTask("people", maxValue: Math.Max(1, plan.Graph.People));
    private readonly ProgressTask tokens = progress.AddTask("tokens", maxValue: Math.Max(1, plan.TokensFile is null ? 0 : Math.Min(plan.TokensFor ?? int.MaxValue, plan.Graph.People)));
    private readonly ProgressTask follows = progress.AddTask("follows", maxValue: Math.Max(1, 2.0 * plan.Graph.Follows));
    private readonly ProgressTask directory = progress.AddTask("directory", maxValue: Math.Max(1, plan.Graph.People));
    private readonly ProgressTask pictured = progress.AddTask("pictures", maxValue: Math.Max(1, 2.0 * pictures));
    private readonly ProgressTask posts = progress.AddTask("posts", maxValue: Math.Max(1, plan.Posts - pictures));

    public void People(int more) => people.Increment(more);
    public void Tokens(int more) => tokens.Increment(more);
    public void Follows(int rows) => follows.Increment(rows);
    public void Directory(int more) => directory.Increment(more);
    public void Pictures(int halves) => pictured.Value = halves;
    public void Posts(int more) => posts.Increment(more);
}

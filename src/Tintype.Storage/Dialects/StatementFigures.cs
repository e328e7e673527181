using Prometheus;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects;

/// <summary>What this process asks of its databases, by cluster: statements that read, that write, that look for due jobs, and rows written. A herd, or work that grows with followers, shows here first.</summary>
/// <remarks>A statement run for each of many arguments counts once: it is sent once. Statements of transactions that rolled back count too.</remarks>
internal sealed class StatementFigures
{
    private static readonly Counter Statements = Metrics.CreateCounter("tintype_statements_total", "Statements sent to databases.", "cluster", "kind");
    private static readonly Counter Rows = Metrics.CreateCounter("tintype_rows_written_total", "Rows that statements added, changed or removed.", "cluster");
    private static readonly StatementFigures[] ByCluster = [.. Enum.GetValues<Cluster>().Select(cluster => new StatementFigures(cluster.ToString().ToLowerInvariant()))];

    private readonly Counter.Child reads;
    private readonly Counter.Child writes;
    private readonly Counter.Child looks;
    private readonly Counter.Child rows;

    private StatementFigures(string cluster)
    {
        (reads, writes, looks) = (Statements.WithLabels(cluster, "read"), Statements.WithLabels(cluster, "write"), Statements.WithLabels(cluster, "look"));
        rows = Rows.WithLabels(cluster);
    }

    public static StatementFigures Of(Cluster cluster) => ByCluster[(int)cluster];

    public void Sent(Statement statement) => (statement.Writes ? writes : reads).Inc();

    public void Looked() => looks.Inc();

    public void Wrote(long written) => rows.Inc(Math.Max(0, written));
}

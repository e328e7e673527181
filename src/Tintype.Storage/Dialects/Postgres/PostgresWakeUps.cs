using Microsoft.Extensions.Hosting;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>
/// Carries job signals between processes, by the news of the first server: a worker starts what another process has just committed
/// without waiting for its next look. A signal that gets lost costs one such wait.
/// </summary>
public sealed class PostgresWakeUps(ShardMap map, JobSignal signal) : IHostedService
{
    private const string Topic = "job ";

    private PostgresNews? news;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        news = (map.Databases[0].Database as PostgresDatabase)?.News;
        if (news is not null)
        {
            signal.Raised += Tell;
            news.Heard += Hear;
            news.Start();
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        signal.Raised -= Tell;
        if (news is not null)
        {
            news.Heard -= Hear;
        }
        return Task.CompletedTask;
    }

    private void Tell(Lane lane) => news!.Tell($"{Topic}{lane}", "due");

    private void Hear(string topic, string word)
    {
        if (topic.StartsWith(Topic, StringComparison.Ordinal) && Enum.TryParse<Lane>(topic.AsSpan(Topic.Length), out var lane))
        {
            signal.Hear(lane);
        }
    }
}

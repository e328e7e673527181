namespace Tintype.Storage.Dialects.Postgres;

/// <summary>What is asked of PostgreSQL servers beyond their connection strings.</summary>
/// <param name="MaxLag">A follower further behind its leader is not read from.</param>
/// <param name="Patience">How long a request waits for a leader to be there, and what failed with a lost one is tried again.</param>
public sealed record PostgresOptions(TimeSpan MaxLag, TimeSpan Patience)
{
    // A page that lacks the last two seconds is a page; a minute ago is a fault that people report. Ten seconds outlast a promotion by hand.
    public static readonly PostgresOptions Default = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));

    /// <summary>How long a request stands in line for a connection. Whoever opened the page has gone after 30 s, and what comes then only adds to the line.</summary>
    public TimeSpan Line { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A server, or a leader and its followers, in a cluster's list.</summary>
/// <param name="Name">What commands call it.</param>
/// <param name="ConnectionString">Npgsql's; several hosts are a leader and its followers, in any order.</param>
public sealed record DatabaseServer(string Name, string ConnectionString)
{
    /// <summary>A server that nobody named is called by its hosts and database.</summary>
    public static DatabaseServer Of(string connectionString)
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        var hosts = settings.Host!.Split(',').Select(host => host.Contains(':', StringComparison.Ordinal) ? host : $"{host}:{settings.Port}");
        return new($"{string.Join(',', hosts)}/{settings.Database}", connectionString);
    }

    public static implicit operator DatabaseServer(string connectionString) => Of(connectionString);
}

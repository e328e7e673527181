using Npgsql;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>How a server is talked to unless its connection string says otherwise, and which failures may pass.</summary>
internal static class ServerSettings
{
    public static NpgsqlConnectionStringBuilder WithDefaults(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // 40 of PostgreSQL's default 100 connections, so that two processes and an operator fit.
        Default("Maximum Pool Size", 40);
        // Seconds to connect, and to answer a statement: a page has given up by then.
        Default("Timeout", 5);
        Default("Command Timeout", 10);
        Default("Application Name", "tintype");
        // Which host leads is found out here, and for each host apart.
        settings.Remove("Target Session Attributes");
        return settings;

        void Default(string key, object value)
        {
            // ContainsKey knows every keyword; only what was given shows up as a key of its own.
            if (!settings.Keys.Cast<string>().Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                settings[key] = value;
            }
        }
    }

    /// <summary>
    /// For statements over many schemas of a server: planning one costs up to tens of ms, running it one or two. Their plans take up to 4 MB a
    /// connection, so there are few; and they are general, so that each is made once.
    /// </summary>
    public static NpgsqlConnectionStringBuilder OverSchemas(NpgsqlConnectionStringBuilder settings) => new(settings.ConnectionString)
    {
        MaxPoolSize = 4, MaxAutoPrepare = 16, AutoPrepareMinUsages = 1, Options = $"{settings.Options} -c plan_cache_mode=force_generic_plan".Trim(),
    };

    /// <summary>Whether the same again may well succeed. A statement that took too long would only take it again.</summary>
    public static bool Passes(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => true,
        // What a leader answers that has just been demoted.
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
        { InnerException: TimeoutException } => false,
        _ => IsServerFault(error),
    };

    public static bool IsServerFault(NpgsqlException error) => error switch
    {
        PostgresException answer => answer.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections,
        _ => true,
    };

    /// <summary>Whether a schema is not there: perhaps it has moved.</summary>
    public static bool IsNotHere(PostgresException error) => error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName;
}

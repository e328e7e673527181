namespace Tintype.Gateway;

/// <summary>
/// Reads the pools and reads them again when the file changes. By its content, once a second: that sees every way of replacing a file
/// (in place, by renaming, through the links of a mounted ConfigMap). A file that cannot be used changes nothing, and the log says why.
/// </summary>
internal sealed class PoolFile(PoolConfig config, GatewaySettings settings, TimeProvider time, ILogger<PoolFile> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private string? seen;

    /// <summary>The pools to start with.</summary>
    /// <exception cref="SettingsException">They cannot be used.</exception>
    public void Load()
    {
        try
        {
            seen = settings.Pools.Length > 0 ? File.ReadAllText(settings.Pools) : null;
            config.Use(seen is null ? Pool.Of(settings.Instances, config.Roles) : Pool.Read(seen, config.Roles));
        }
        catch (Exception error) when (error is PoolException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Gateway: the pools {settings.Pools} cannot be used: {error.Message}");
        }
        if (config.Pools.All(pool => pool.Instances.Count == 0))
        {
            throw new SettingsException("Gateway: there is nobody to forward to. Name a file in Gateway:Pools, or set Gateway:Instances:feed=http://10.0.0.7:5080 and so on.");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Pools.Length == 0)
        {
            return;
        }
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await LookAgainAsync(stoppingToken);
        }
    }

    private async Task LookAgainAsync(CancellationToken cancel)
    {
        string? text = null;
        try
        {
            text = await File.ReadAllTextAsync(settings.Pools, cancel);
            if (text != seen)
            {
                config.Use(Pool.Read(text, config.Roles));
                log.LogInformation("New pools: {Pools}", string.Join("; ", config.Pools.Select(pool => $"{pool.Role} {string.Join(" ", pool.Instances)}")));
            }
        }
        catch (Exception error) when (error is PoolException or IOException or UnauthorizedAccessException)
        {
            if (text != seen)
            {
                log.LogError("{File} cannot be used, the pools stay as they are: {Reason}", settings.Pools, error.Message);
            }
        }
        seen = text; // Also when it is no good: it is complained about once.
    }
}

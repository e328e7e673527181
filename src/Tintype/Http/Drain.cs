namespace Tintype.Http;

/// <summary>
/// Told to stop, a process first says that it is not ready, and serves on for a while, so that what balances over it turns elsewhere
/// before its doors close. What it has then taken in, it finishes.
/// </summary>
internal sealed class Drain(IHostApplicationLifetime lifetime, Settings settings, TimeProvider time, ILogger<Drain> log) : IHostedLifecycleService
{
    /// <summary>How long requests may take to end once the doors are closed.</summary>
    public static readonly TimeSpan Finish = TimeSpan.FromSeconds(30);

    private volatile bool begun;

    public bool HasBegun => begun || lifetime.ApplicationStopping.IsCancellationRequested;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        begun = true;
        if (settings.DrainSeconds > 0)
        {
            log.LogInformation("Told to stop: not ready any more, serving on for {Seconds} s", settings.DrainSeconds);
            await Task.Delay(TimeSpan.FromSeconds(settings.DrainSeconds), time, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>While a process drains, each answer ends its connection, so that kept connections move elsewhere too.</summary>
internal static class DrainSetup
{
    /// <summary>Must come before other hosted services: these are then told first that the process stops.</summary>
    public static void AddDrain(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(settings.DrainSeconds) + Drain.Finish);
    }

    public static void UseDrain(this WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        app.Use((context, next) =>
        {
            if (drain.HasBegun)
            {
                context.Response.Headers.Connection = "close";
            }
            return next(context);
        });
    }
}

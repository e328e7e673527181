using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tintype.Cards;
using Tintype.Demo;
using Tintype.Gateway;
using Tintype.Http;
using Tintype.Storage.Cache.Levels;
using Tintype.Storage.Cache.Memcached;
using Tintype.Storage.Cache.Redis;
using Tintype.Storage.Cache;
using Tintype.Storage.Dialects;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Feeds;
using Tintype.Storage.Feeds.Redis;
using Tintype.Storage.Jobs;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables.Search;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Loading;
using Tintype.Storage;

namespace Tintype;

/// <summary>Puts the process together: settings, storage, roles. The same for the server, the commands and the specs.</summary>
internal static class TintypeApp
{
    /// <summary>Builds an app that is migrated and ready to start.</summary>
    /// <param name="args">Configuration in ASP.NET form: --urls, --Tintype:Feed:Length=800.</param>
    /// <param name="adjust">Last word on settings and services: commands and specs.</param>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args, Action<Settings>? adjust = null, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var settings = Read(builder.Configuration, adjust);

        ConsoleLog.Use(builder.Logging);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Else each request is given an activity and a scope for log lines that nobody writes: two microseconds. Faults are logged by ErrorAnswers.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Both warn of what is as it should be: keys lie beside the accounts they protect; a form that came too late is answered.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20; // Uploads raise it for themselves.
        }).UseTintypeSockets(settings);
        AddGround(builder.Services, settings);
        if (Roles.IsGateway(settings))
        {
            replace?.Invoke(builder.Services);
            return GatewayApp.Build(builder, settings, Routes(settings));
        }
        var roles = Roles.Chosen(settings);
        PrepareFolder(settings.Data);
        if (settings.Storage.IsEmbedded)
        {
            var folder = DataFolder.Share(settings.Data);
            builder.Services.AddSingleton(_ => folder); // By a factory: what the container makes it disposes.
        }
        AddServices(builder.Services, settings, roles);
        if (settings.Demo)
        {
            builder.Services.AddSingleton<DemoCommunity>();
            builder.Services.AddHostedService(provider => provider.GetRequiredService<DemoCommunity>());
        }
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        _ = app.Services.GetService<DataFolder>();
        await MigrateAsync(app, TimeSpan.FromSeconds(settings.Storage.StartSeconds));
        await PrepareAsync(app.Services.GetRequiredService<IObjectStore>(), app.Logger);
        // It hears of what is written: from now on, whoever asks it first.
        app.Services.GetRequiredService<ViewerMarks>();
        if (settings.Demo)
        {
            await app.Services.GetRequiredService<DemoCommunity>().ClaimAsync(CancellationToken.None);
        }
        app.UseHttp();
        Roles.MapRoutes(app, roles);
        app.MapHealth(roles.ToDictionary(role => role.Name, role => role.Needs));
        return app;
    }

    /// <summary>What every role answers. Nothing that answering would need is opened.</summary>
    public static IReadOnlyList<RoleRoute> Routes(Settings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        AddGround(builder.Services, settings);
        AddServices(builder.Services, settings, []);
        using IHost knowsServices = builder.Build();
        return [.. Roles.All.SelectMany(role => Roles.RoutesOf(role, knowsServices.Services).Select(route => RoleRoute.Of(role.Name, route)))];
    }

    /// <summary>What a gateway needs too.</summary>
    private static void AddGround(IServiceCollection services, Settings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddDrain(settings);
    }

    private static void AddServices(IServiceCollection services, Settings settings, IReadOnlyList<Role> roles)
    {
        AddMemory(services, settings.Memory);
        AddStorage(services, settings);
        AddJobs(services, settings, runsHere: roles.Any(role => role.Name == Roles.Worker));
        services.AddHttp();
        services.AddCards();
        foreach (var role in Roles.All)
        {
            role.AddServices(services, settings);
        }
    }

    private static Settings Read(IConfiguration configuration, Action<Settings>? adjust)
    {
        var settings = configuration.GetSection("Tintype").Get<Settings>() ?? new Settings();
        adjust?.Invoke(settings);
        if (settings.PublicUrl.Length == 0)
        {
            var first = (configuration["urls"] ?? "http://127.0.0.1:5080").Split(';')[0];
            settings.PublicUrl = first.Replace("//+", "//localhost").Replace("//*", "//localhost").Replace("//0.0.0.0", "//localhost").Replace("//[::]", "//localhost");
        }
        settings.PublicUrl = settings.PublicUrl.TrimEnd('/');
        foreach (var part in typeof(Settings).GetProperties().Where(knob => knob.PropertyType.Name.EndsWith("Settings", StringComparison.Ordinal)).Select(knob => knob.GetValue(settings)!).Prepend(settings))
        {
            var wrong = new List<ValidationResult>();
            if (!Validator.TryValidateObject(part, new ValidationContext(part), wrong, validateAllProperties: true))
            {
                throw new SettingsException($"{part.GetType().Name.Replace("Settings", "")}: {string.Join(" ", wrong.Select(result => result.ErrorMessage))}");
            }
        }
        return settings;
    }

    /// <summary>First of all services, so that the connection is on its way when the others start.</summary>
    private static void AddMemory(IServiceCollection services, MemorySettings settings)
    {
        if (settings.Servers.Length > 0)
        {
            services.AddSingleton(new RedisOptions(settings.Servers, settings.Prefix));
            services.AddSingleton<RedisConnection>();
            services.AddHostedService(provider => provider.GetRequiredService<RedisConnection>());
            services.AddSingleton<IFeedStore, RedisFeedStore>();
            services.AddSingleton(provider => new Comfort(_ => Task.FromResult(provider.GetRequiredService<RedisConnection>().Fault)));
        }
        else
        {
            services.AddSingleton<IFeedStore, LocalFeedStore>();
        }
    }

    private static void AddStorage(IServiceCollection services, Settings settings)
    {
        services.AddSingleton(_ => settings.Storage.IsEmbedded
            ? EmbeddedStorage.Open(Path.Combine(settings.Data, "db"), settings.Storage.Shards)
            : PostgresStorage.Open(settings.Storage.ServersOf, settings.Storage.Shards, settings.Storage.Postgres));
        services.AddHostedService<PostgresWakeUps>();
        services.AddSingleton(provider => new IdGenerator(provider.GetRequiredService<TimeProvider>(), settings.Storage.Shards));
        services.AddSingleton(_ => settings.Objects.Open(settings.Data));
        services.AddSingleton<ShardRouter>();
        AddCaches(services, settings);
        services.AddSingleton<Migrator>();
        services.AddSingleton<JobSignal>();
        services.AddSingleton<ViewerFlagChanges>();
        services.AddSingleton<OutboxTable>();
        services.AddSingleton<AccountTable>();
        services.AddSingleton<TokenTable>();
        services.AddSingleton<ClientAppTable>();
        services.AddSingleton<PostTable>();
        services.AddSingleton<MediaTable>();
        services.AddSingleton<PhotoPostTable>();
        services.AddSingleton<InstanceLoad>();
        services.AddSingleton<PeopleLoad>();
        services.AddSingleton<FollowLoad>();
        services.AddSingleton<PostLoad>();
        services.AddSingleton<PhotoSweepTable>();
        services.AddSingleton<RelationTable>();
        services.AddSingleton<SharedKeyTable>();
        services.AddSingleton<ViewerFlagTable>();
        services.AddSingleton<CountTable>();
        services.AddSingleton<FollowTable>();
        services.AddSingleton<FollowImport>();
        services.AddSingleton<BlockTable>();
        services.AddSingleton<MuteTable>();
        services.AddSingleton<DirectoryTable>();
        services.AddSingleton<LikeTable>();
        services.AddSingleton<CommentTable>();
        services.AddSingleton<BookmarkTable>();
        services.AddSingleton<NotificationTable>();
        services.AddSingleton<MarkerTable>();
        services.AddSingleton<AuthorTimelineTable>();
        services.AddSingleton(new FeedOptions(settings.Feed.Length, settings.Feed.MaxFeeds, TimeSpan.FromDays(settings.Feed.ActiveDays)));
        services.AddSingleton<ProfileTable>();
    }

    /// <summary>What caches share with other processes: a memory server, and the word of what was changed.</summary>
    private static void AddCaches(IServiceCollection services, Settings settings)
    {
        var timeout = TimeSpan.FromMilliseconds(settings.Memory.CacheTimeout);
        if (settings.Memory.Servers.Length > 0)
        {
            services.AddSingleton<RedisBus>();
            services.AddSingleton<IProcessBus>(provider => settings.Storage.IsEmbedded ? provider.GetRequiredService<RedisBus>() : WordsOverBoth(provider));
            services.AddSingleton(provider => new RedisSharedCache(provider.GetRequiredService<RedisConnection>(), timeout, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<ISharedCounters>(provider => provider.GetRequiredService<RedisSharedCache>());
            services.AddSingleton<ISharedCache>(provider => provider.GetRequiredService<RedisSharedCache>());
        }
        else if (!settings.Storage.IsEmbedded)
        {
            services.AddSingleton<IProcessBus, PostgresBus>();
        }
        if (settings.Memory.Memcached is { Length: > 0 } addresses)
        {
            services.AddSingleton(provider => new MemcachedCache(addresses, settings.Memory.Prefix, timeout, provider.GetRequiredService<TimeProvider>()));
            // Counters stay where nothing is given up for want of room.
            services.TryAddSingleton<ISharedCounters>(provider => provider.GetRequiredService<MemcachedCache>());
            services.AddSingleton<ISharedCache>(provider => provider.GetRequiredService<MemcachedCache>());
        }
        services.AddSingleton(provider => new Invalidations(
            provider.GetService<IProcessBus>(), provider.GetService<ISharedCache>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Invalidations>>(),
            provider.GetRequiredService<ShardMap>().ToldAsync));
        services.AddHostedService(provider => provider.GetRequiredService<Invalidations>());
        services.AddSingleton(provider => new CacheLevels(
            provider.GetRequiredService<TimeProvider>(), provider.GetService<ISharedCache>(), provider.GetRequiredService<Invalidations>(),
            new CacheSizes(settings.Caches.Sizes)));
        services.AddSingleton(provider => new RateCounters(provider.GetRequiredService<TimeProvider>(), provider.GetService<ISharedCounters>()));
    }

    private static FailoverBus WordsOverBoth(IServiceProvider provider)
    {
        var bus = new FailoverBus(
            provider.GetRequiredService<RedisBus>(), new PostgresBus(provider.GetRequiredService<ShardMap>()), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FailoverBus>>());
        provider.GetRequiredService<RedisConnection>().Interrupted += () => bus.Doubt("a connection to the memory server was lost or mended");
        return bus;
    }

    private static void PrepareFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(Path.Combine(folder, $".probe-{Environment.ProcessId}"), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"the data folder {Path.GetFullPath(folder)} cannot be written: {error.Message}");
        }
    }

    // A demo has hundreds of photos to process before anybody has asked for much.
    private static int MediaWorkers(Settings settings) =>
        settings.Jobs.MediaWorkers > 0 ? settings.Jobs.MediaWorkers
        : settings.Demo ? Environment.ProcessorCount
        : Math.Max(1, Environment.ProcessorCount / 2);

    /// <param name="patience">For databases that do not answer yet.</param>
    private static async Task MigrateAsync(WebApplication app, TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await app.Services.GetRequiredService<Migrator>().MigrateAsync();
                return;
            }
            catch (DbException error) when ((error is DatabaseRestsException || error.IsTransient) && TimeProvider.System.GetElapsedTime(began) < patience)
            {
                app.Logger.LogWarning("Waiting for the databases: {Reason}", error.Message);
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
            catch (Exception error) when (error is DatabaseFromTheFutureException or ShardsChangedException or DbException)
            {
                throw new SettingsException($"the database cannot be used: {error.Message}");
            }
        }
    }

    /// <summary>A store that is down may come back, and what needs no photos goes on without; one that refuses us will refuse us tomorrow.</summary>
    private static async Task PrepareAsync(IObjectStore objects, ILogger log)
    {
        try
        {
            await objects.CheckAsync(CancellationToken.None);
        }
        catch (ObjectStoreDownException down)
        {
            log.LogWarning("{Reason} Photos are not served and not taken until it does", down.Message);
        }
        catch (ObjectStoreRefusedException refused)
        {
            throw new SettingsException(refused.Message);
        }
    }

    private static void AddJobs(IServiceCollection services, Settings settings, bool runsHere)
    {
        services.AddSingleton(provider => new FinishedJobs(runsHere, provider.GetService<RedisConnection>()));
        services.AddSingleton(provider =>
        {
            var handlers = new JobHandlers(provider.GetRequiredService<FinishedJobs>());
            foreach (var role in Roles.All)
            {
                role.AddJobs(handlers);
            }
            return handlers;
        });
        var jobs = settings.Jobs;
        services.AddSingleton(new JobOptions(
            MediaWorkers(settings), jobs.FanOutWorkers, jobs.RestWorkers,
            TimeSpan.FromSeconds(jobs.LeaseSeconds), TimeSpan.FromSeconds(jobs.PollSeconds), jobs.MaxAttempts));
        if (runsHere)
        {
            services.AddHostedService<JobRunner>();
        }
    }
}

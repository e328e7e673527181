using Microsoft.AspNetCore.Builder;
using Tintype.Servers;
using Xunit;

namespace Tintype.Specs.Gateway;

/// <summary>
/// A World whose roles are apps of their own on the same PostgreSQL database, two of them for the feed, behind a gateway that its people
/// knock at. What they share besides rows and photos they must share as processes do.
/// </summary>
public sealed class ClusterWorld : IAsyncLifetime
{
    private readonly string pools = Path.GetTempFileName();
    private readonly Dictionary<string, WebApplication> instances = [];

    public ClusterWorld()
    {
        var door = $"http://127.0.0.1:{LoopbackPort.Take()}";
        People = new World
        {
            OnPostgres = true,
            Door = door,
            Adjust = settings =>
            {
                settings.Roles = Roles.Worker;
                settings.PublicUrl = door;
                settings.TrustedProxies = ["127.0.0.1"];
                settings.Gateway.ProbeSeconds = 0.1;
                settings.Gateway.AddressRate = settings.Gateway.TokenRate = 0;
            },
        };
    }

    /// <summary>The people, and the process that works for them.</summary>
    public World People { get; }

    /// <summary>The address of an instance: "feed-1", "feed-2", "profile-1" ...</summary>
    public string Url(string name) => instances[name].Urls.First();

    public async ValueTask InitializeAsync()
    {
        await People.InitializeAsync();
        foreach (var role in Roles.All.Select(role => role.Name).Where(role => role != Roles.Worker))
        {
            await AddAsync($"{role}-1");
        }
        await AddAsync("feed-2");
        await WritePoolsAsync();
        await People.StartAnotherAsync(People.Door!, settings =>
        {
            settings.Roles = Roles.Gateway;
            settings.TrustedProxies = [];
            settings.Gateway.Pools = pools;
        });
    }

    /// <summary>Starts an instance of a role; the gateway learns of it with <see cref="WritePoolsAsync"/>.</summary>
    internal async Task AddAsync(string name, Action<Settings>? adjust = null) =>
        instances[name] = await People.StartAnotherAsync("http://127.0.0.1:0", settings =>
        {
            settings.Roles = name.Split('-')[0];
            adjust?.Invoke(settings);
        });

    /// <summary>Tells an instance to stop, as SIGTERM does, and waits until it has.</summary>
    public async Task StopAsync(string name)
    {
        await instances[name].StopAsync();
        instances.Remove(name);
    }

    /// <summary>Gives the gateway the instances as they are.</summary>
    public Task WritePoolsAsync() => File.WriteAllTextAsync(pools, System.Text.Json.JsonSerializer.Serialize(
        instances.GroupBy(instance => instance.Key.Split('-')[0]).ToDictionary(role => role.Key, role => role.Select(instance => Url(instance.Key)))));

    public async ValueTask DisposeAsync()
    {
        await People.DisposeAsync();
        File.Delete(pools);
    }
}

using Tintype.Servers;
using Xunit;

namespace Tintype.Specs.Backends;

/// <summary>A <see cref="World"/> whose photos are in a store on the network.</summary>
public abstract class ObjectWorld : IAsyncLifetime
{
    private static int made;
    private World? world;

    public World World => world!;

    public async ValueTask InitializeAsync()
    {
        var bucket = $"world-{Interlocked.Increment(ref made)}";
        var set = await StoreAsync();
        world = new World
        {
            Adjust = settings =>
            {
                settings.Objects.Bucket = bucket;
                set(settings.Objects);
            },
        };
        await world.InitializeAsync();
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private protected abstract Task<Action<ObjectSettings>> StoreAsync();
}

/// <summary>On Ceph.</summary>
public class S3World : ObjectWorld
{
    private protected override async Task<Action<ObjectSettings>> StoreAsync()
    {
        var ceph = await CephServer.Shared;
        return objects => OnCeph(objects, ceph);
    }

    internal static void OnCeph(ObjectSettings objects, CephServer ceph)
    {
        objects.Store = ObjectStoreKind.S3;
        objects.Url = ceph.Url;
        objects.AccessKey = new(CephServer.AccessKey);
        objects.SecretKey = new(CephServer.SecretKey);
        objects.PatienceSeconds = 30;
    }
}

/// <summary>On Azurite.</summary>
public class AzureWorld : ObjectWorld
{
    private protected override async Task<Action<ObjectSettings>> StoreAsync()
    {
        var azurite = await AzuriteServer.Shared;
        return objects =>
        {
            objects.Store = ObjectStoreKind.Azure;
            objects.AzureConnection = new(azurite.ConnectionString);
            objects.PatienceSeconds = 30;
        };
    }
}

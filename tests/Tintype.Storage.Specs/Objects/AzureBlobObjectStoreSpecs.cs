using Tintype.Servers;
using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Storage.Specs.Objects;

/// <summary>The contract on Azurite, each spec in a container of its own.</summary>
public sealed class AzureBlobObjectStoreSpecs : ObjectStoreContract, IAsyncLifetime
{
    private static int made;
    private readonly string staging = Directory.CreateTempSubdirectory("tintype-staging-").FullName;
    private AzureBlobObjectStore? store;

    protected override IObjectStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        var azurite = await AzuriteServer.Shared;
        store = new AzureBlobObjectStore(new AzurePlace(azurite.ConnectionString, $"spec-{Interlocked.Increment(ref made)}", TimeSpan.FromSeconds(30)), staging);
        await store.CheckAsync(default);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(staging, recursive: true);
        return ValueTask.CompletedTask;
    }
}

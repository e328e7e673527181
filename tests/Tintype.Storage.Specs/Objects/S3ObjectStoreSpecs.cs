using Tintype.Servers;
using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Storage.Specs.Objects;

/// <summary>The contract on Ceph, each spec in a bucket of its own.</summary>
public sealed class S3ObjectStoreSpecs : ObjectStoreContract, IAsyncLifetime
{
    private static int made;
    private readonly string staging = Directory.CreateTempSubdirectory("tintype-staging-").FullName;
    private S3ObjectStore? store;

    protected override IObjectStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        store = new S3ObjectStore(Place(await CephServer.Shared, $"spec-{Interlocked.Increment(ref made)}"), staging);
        await store.CheckAsync(default);
    }

    public ValueTask DisposeAsync()
    {
        store!.Dispose();
        Directory.Delete(staging, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal static S3Place Place(CephServer ceph, string bucket) => new(
        ceph.Url, bucket, "us-east-1", CephServer.AccessKey, CephServer.SecretKey, PathStyle: true, TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Wrong_keys_are_refused_with_the_stores_name_and_without_the_secret()
    {
        using var wrong = new S3ObjectStore(Place(await CephServer.Shared, "spec-wrong") with { SecretKey = "not-the-secret" }, staging);

        var refused = await Assert.ThrowsAsync<ObjectStoreRefusedException>(() => wrong.CheckAsync(default));

        Assert.Contains("/spec-wrong", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_in_parts_that_breaks_off_leaves_nothing_to_be_seen()
    {
        using var half = new CancellationTokenSource();
        using var staged = await Store.Staging.StageAsync(new MemoryStream(new byte[40 << 20]), 40 << 20, default);
        var keeping = Store.KeepAsync(staged!, ObjectKey.Parse("photos/1/half/original"), half.Token);
        await half.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);

        Assert.Empty(await Store.ListAsync("photos", default).ToListAsync());
    }
}

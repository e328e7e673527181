using Tintype.Servers;
using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Storage.Specs.Objects;

/// <summary>What a store on the network promises while it is not there.</summary>
public sealed class ObjectStoreFaultSpecs : IAsyncLifetime
{
    private static readonly ObjectKey Key = ObjectKey.Parse("photos/1/a/original");

    private readonly string staging = Directory.CreateTempSubdirectory("tintype-staging-").FullName;
    private CephServer? ceph;
    private S3ObjectStore? store;

    public async ValueTask InitializeAsync()
    {
        ceph = await CephServer.StartAsync();
        store = new S3ObjectStore(S3ObjectStoreSpecs.Place(ceph, "faults") with { Patience = TimeSpan.FromSeconds(1) }, staging);
        await UntilAsync(() => store.CheckAsync(default));
        await UntilAsync(() => store.PutAsync(Key, new byte[4 << 20], default));
    }

    public async ValueTask DisposeAsync()
    {
        store!.Dispose();
        await ceph!.DisposeAsync();
        Directory.Delete(staging, recursive: true);
    }

    [Fact]
    public async Task A_stopped_store_is_down_and_never_empty_and_what_was_kept_is_there_when_it_is_back()
    {
        await ceph!.Process.KillAsync();

        await EverythingFailsAsync();

        await ceph.StartAgainAsync();
        await UntilAsync(async () => Assert.Equal(4 << 20, (await store!.FindAsync(Key, default))!.Length));
    }

    [Fact]
    public async Task A_paused_store_holds_nobody_for_long_and_a_read_that_had_begun_breaks_off()
    {
        await using var begun = await store!.OpenReadAsync(Key, null, default);
        await ceph!.Process.PauseAsync();

        await EverythingFailsAsync();
        // More than what lies in the sockets' buffers on the way.
        await Assert.ThrowsAnyAsync<IOException>(() => begun!.Content.CopyToAsync(Stream.Null));

        await ceph.Process.ResumeAsync();
        await UntilAsync(() => store.CheckAsync(default));
    }

    [Fact]
    public async Task A_store_that_keeps_failing_is_not_even_asked()
    {
        await ceph!.Process.KillAsync();
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(1);

        var spared = false;
        while (!spared && TimeProvider.System.GetUtcNow() < deadline)
        {
            var failed = await Assert.ThrowsAsync<ObjectStoreDownException>(() => store!.FindAsync(Key, default));
            spared = failed.InnerException!.GetType().Name == "BrokenCircuitException";
        }

        Assert.True(spared, "each request asked a store that is dead");
    }

    private async Task EverythingFailsAsync()
    {
        using var staged = await store!.Staging.StageAsync(new MemoryStream([1, 2, 3]), 3, default);
        await Assert.ThrowsAsync<ObjectStoreDownException>(() => store.CheckAsync(default));
        await Assert.ThrowsAsync<ObjectStoreDownException>(() => store.FindAsync(Key, default));
        await Assert.ThrowsAsync<ObjectStoreDownException>(() => store.OpenReadAsync(Key, null, default));
        await Assert.ThrowsAsync<ObjectStoreDownException>(() => store.KeepAsync(staged!, ObjectKey.Parse("photos/1/b/original"), default));
        await Assert.ThrowsAsync<ObjectStoreDownException>(() => store.DeleteAsync(Key, default));
        await Assert.ThrowsAsync<ObjectStoreDownException>(async () => await store.ListAsync("photos", default).ToListAsync());
        Assert.True(File.Exists(staged!.Path));
    }

    /// <summary>Again while the store says that it is down.</summary>
    private static async Task UntilAsync(Func<Task> works)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(1);
        while (true)
        {
            try
            {
                await works();
                return;
            }
            catch (ObjectStoreDownException) when (TimeProvider.System.GetUtcNow() < deadline)
            {
                await Task.Delay(100);
            }
        }
    }
}

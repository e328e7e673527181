using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Storage.Specs.Objects;

public sealed class FileObjectStoreSpecs : ObjectStoreContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tintype-objects-").FullName;

    public FileObjectStoreSpecs() => Store = new FileObjectStore(folder);

    protected override IObjectStore Store { get; }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_a_dead_process_left_in_staging_is_removed_once_it_is_old()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, ".staging", "leftover"), [1]);

        Assert.Equal(0, Store.Staging.RemoveLeftovers(TimeProvider.System.GetUtcNow().AddDays(-1)));
        Assert.Equal(1, Store.Staging.RemoveLeftovers(TimeProvider.System.GetUtcNow().AddSeconds(1)));
    }
}

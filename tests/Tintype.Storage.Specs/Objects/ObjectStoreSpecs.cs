using System.Security.Cryptography;
using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Storage.Specs.Objects;

/// <summary>What every object store promises; each kind of store runs it.</summary>
public abstract class ObjectStoreContract
{
    protected abstract IObjectStore Store { get; }

    [Fact]
    public async Task What_is_kept_can_be_read_found_and_listed_under_its_key()
    {
        var key = ObjectKey.Parse("photos/1/a/original");
        var bytes = RandomNumberGenerator.GetBytes(300_000);

        await KeepAsync(key, bytes);

        Assert.Equal(bytes, await ReadAsync(key));
        var info = await Store.FindAsync(key, default);
        Assert.Equal(bytes.Length, info!.Length);
        Assert.Equal([key], await KeysAsync("photos"));
        Assert.Equal([key], await KeysAsync("photos/1"));
        Assert.Equal([key], await KeysAsync("photos/1/a"));
        Assert.Empty(await KeysAsync("photos/2"));
        Assert.Empty(await KeysAsync("photos/1/aa"));
        Assert.Empty(await KeysAsync("avatars"));
    }

    [Fact]
    public async Task Keeping_a_key_again_replaces_the_object_and_changes_its_tag()
    {
        var key = ObjectKey.Parse("photos/1/a/640.webp");
        await Store.PutAsync(key, [1, 2, 3], default);
        var first = await Store.FindAsync(key, default);

        await Store.PutAsync(key, [4, 5, 6, 7], default);

        Assert.Equal([4, 5, 6, 7], await ReadAsync(key));
        Assert.NotEqual(first!.ETag, (await Store.FindAsync(key, default))!.ETag);
    }

    [Theory]
    [InlineData(0, 0, new byte[] { 0 })]
    [InlineData(2, 4, new byte[] { 2, 3, 4 })]
    [InlineData(8, 100, new byte[] { 8, 9 })]
    public async Task A_part_can_be_read_alone(long first, long last, byte[] expected)
    {
        var key = ObjectKey.Parse("photos/1/part/original");
        await Store.PutAsync(key, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], default);

        await using var opened = await Store.OpenReadAsync(key, new ByteRange(first, last), default);

        Assert.Equal(10, opened!.Info.Length);
        Assert.Equal(expected.Length, opened.Part.Length);
        Assert.Equal(expected, await AllAsync(opened.Content));
    }

    [Fact]
    public async Task An_object_of_many_megabytes_comes_back_as_it_was()
    {
        var key = ObjectKey.Parse("photos/1/large/original");
        var bytes = RandomNumberGenerator.GetBytes((20 << 20) + 1);

        await KeepAsync(key, bytes);

        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await ReadAsync(key)));
        await using var middle = await Store.OpenReadAsync(key, new ByteRange(8 << 20, (8 << 20) + 9), default);
        Assert.Equal(bytes[(8 << 20)..((8 << 20) + 10)], await AllAsync(middle!.Content));
    }

    [Fact]
    public async Task A_thousand_objects_and_more_are_listed_each_once()
    {
        var keys = Enumerable.Range(0, 1_050).Select(number => ObjectKey.Parse($"photos/9/{number:0000}/320.webp")).ToList();
        await Parallel.ForEachAsync(keys, async (key, _) => await Store.PutAsync(key, [1], default));

        Assert.Equal(keys, (await KeysAsync("photos/9")).OrderBy(key => key.Value, StringComparer.Ordinal));
        Assert.Single(await KeysAsync("photos/9/0007"));
    }

    [Fact]
    public async Task A_store_that_is_there_checks_as_such() => await Store.CheckAsync(default);

    [Fact]
    public async Task A_signed_address_gives_the_object_dressed_as_asked()
    {
        var key = ObjectKey.Parse("photos/1/signed/640.webp");
        await Store.PutAsync(key, [1, 2, 3], default);

        var address = await Store.AddressAsync(key, new SignedRead(TimeSpan.FromMinutes(5), "image/webp", "private, max-age=60", "attachment; filename=\"a.webp\""), default);

        if (address is null)
        {
            Assert.IsType<FileObjectStore>(Store); // A folder has none.
            return;
        }
        using var http = new HttpClient();
        using var got = await http.GetAsync(address);
        Assert.Equal([1, 2, 3], await got.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/webp", got.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", got.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(TimeSpan.FromSeconds(60), got.Headers.CacheControl!.MaxAge);
        using var unsigned = await http.GetAsync(address.GetLeftPart(UriPartial.Path));
        Assert.False(unsigned.IsSuccessStatusCode, "the object can be read without a signature");
        using var other = await http.GetAsync(address.ToString().Replace("640.webp", "original", StringComparison.Ordinal));
        Assert.False(other.IsSuccessStatusCode, "the signature of one object opens another");
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_can_be_deleted_without_complaint()
    {
        var key = ObjectKey.Parse("photos/404/a/original");

        Assert.Null(await Store.FindAsync(key, default));
        Assert.Null(await Store.OpenReadAsync(key, null, default));
        await Store.DeleteAsync(key, default);
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_its_neighbour_is_not()
    {
        var (gone, stays) = (ObjectKey.Parse("photos/1/x/640.jpg"), ObjectKey.Parse("photos/1/x/320.jpg"));
        await Store.PutAsync(gone, [1], default);
        await Store.PutAsync(stays, [2], default);

        await Store.DeleteAsync(gone, default);

        Assert.Null(await Store.FindAsync(gone, default));
        Assert.Equal([2], await ReadAsync(stays));
    }

    [Fact]
    public async Task Staging_hashes_counts_and_stops_at_the_limit()
    {
        var bytes = RandomNumberGenerator.GetBytes(200_000);

        using var staged = await Store.Staging.StageAsync(new MemoryStream(bytes), bytes.Length, default);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), staged!.Sha256);
        Assert.Equal(bytes.Length, staged.Length);
        Assert.Null(await Store.Staging.StageAsync(new MemoryStream(bytes), bytes.Length - 1, default));
    }

    [Fact]
    public async Task Nothing_of_what_is_staged_can_be_seen_until_it_is_kept()
    {
        using var staged = await Store.Staging.StageAsync(new MemoryStream([1, 2, 3]), 3, default);

        Assert.Empty(await KeysAsync("photos"));
    }

    [Fact]
    public async Task Writers_and_deleters_of_one_folder_do_not_trip_over_each_other()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), async (number, _) =>
        {
            var key = ObjectKey.Parse($"photos/7/same/{number}.jpg");
            await Store.PutAsync(key, [(byte)number], default);
            await Store.DeleteAsync(key, default);
        });

        Assert.Empty(await KeysAsync("photos/7"));
    }

    private async Task KeepAsync(ObjectKey key, byte[] bytes)
    {
        using var staged = await Store.Staging.StageAsync(new MemoryStream(bytes), bytes.Length, default);
        await Store.KeepAsync(staged!, key, default);
    }

    private async Task<byte[]> ReadAsync(ObjectKey key)
    {
        await using var opened = await Store.OpenReadAsync(key, null, default);
        return await AllAsync(opened!.Content);
    }

    private async Task<List<ObjectKey>> KeysAsync(string prefix) => [.. await Store.ListAsync(prefix, default).Select(found => found.Key).ToListAsync()];

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}

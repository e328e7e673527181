using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Dialects;

/// <summary>One SQL text means the same on both: parameters, lists, types, nulls.</summary>
public sealed class StatementSpecs
{
    private static readonly Shard Home = new(Cluster.Content, 0);

    private sealed record Row
    {
        public MediaId Id { get; init; }
        public AccountId? AccountId { get; init; }
        public MediaState State { get; init; }
        public bool Sensitive { get; init; }
        public double? Latitude { get; init; }
        public DateTimeOffset? TakenAt { get; init; }
        public IReadOnlyList<AccountId> Tagged { get; init; } = [];
        public Place? Place { get; init; }
        public byte[] Hash { get; init; } = [];
        public string? Text { get; init; }
    }

    private static readonly Row Full = new()
    {
        Id = new(long.MaxValue), AccountId = new(7), State = MediaState.Failed, Sensitive = true, Latitude = -33.25, TakenAt = DateTimeOffset.FromUnixTimeMilliseconds(-5),
        Tagged = [new(1), new(2)], Place = new("Zürich", "CH", 47.4, 8.5), Hash = [0, 255, 7], Text = "it's 🐈 'quoted' $money @name",
    };

    private static readonly Row Empty = new() { Id = new(1) };

    private static async Task<Store> OpenAsync(Backend on)
    {
        var store = await Store.OpenAsync(on);
        await store.Router.WriteAsync(Home, session => session.ExecuteAsync(
            """
            CREATE TABLE $rows (id bigint NOT NULL PRIMARY KEY, account_id bigint, state bigint NOT NULL, sensitive bigint NOT NULL, latitude double precision,
              taken_at bigint, tagged text NOT NULL, place text, hash bytea NOT NULL, text text)
            """));
        return store;
    }

    private const string Insert =
        """
        INSERT INTO $rows (id, account_id, state, sensitive, latitude, taken_at, tagged, place, hash, text)
        VALUES (@Id, @AccountId, @State, @Sensitive, @Latitude, @TakenAt, @Tagged, @Place, @Hash, @Text)
        """;

    [Theory, Backends]
    public async Task Every_kind_of_column_comes_back_as_it_went(Backend on)
    {
        await using var store = await OpenAsync(on);

        await store.Router.WriteAsync(Home, async session =>
        {
            await session.ExecuteAsync(Insert, Full);
            await session.ExecuteAsync(Insert, Empty);
        });

        var rows = await store.Router.ReadAsync(Home, session => session.QueryAsync<Row>("SELECT * FROM $rows ORDER BY id"));
        Assert.Equivalent(new[] { Empty, Full }, rows, strict: true);
    }

    [Theory, Backends]
    public async Task A_list_of_arguments_runs_the_statement_for_each(Backend on)
    {
        await using var store = await OpenAsync(on);

        var affected = await store.Router.WriteAsync(Home, session =>
            session.ExecuteAsync(Insert, Enumerable.Range(1, 1_200).Select(n => Empty with { Id = new(n) })));

        Assert.Equal(1_200, affected);
        Assert.Equal(1_200, await store.Router.ReadAsync(Home, session => session.ScalarAsync<long>("SELECT count(*) FROM $rows")));
    }

    [Theory, Backends]
    public async Task A_list_behind_IN_finds_what_is_in_it_whatever_its_type_and_length(Backend on)
    {
        await using var store = await OpenAsync(on);
        await store.Router.WriteAsync(Home, session => session.ExecuteAsync(Insert, Enumerable.Range(1, 9).Select(n => Empty with { Id = new(n), Text = $"t{n}" })));

        Task<IReadOnlyList<long>> Ids(string condition, object args) =>
            store.Router.ReadAsync(Home, session => session.QueryAsync<long>($"SELECT id FROM $rows WHERE {condition} ORDER BY id", args));

        IReadOnlyList<AccountId> accounts = [new(2), new(99)];
        Assert.Equal([2], await Ids("id IN @accounts", new { accounts }));
        Assert.Equal([1, 3], await Ids("id IN @photos", new { photos = new HashSet<MediaId> { new(3), new(1) } }));
        Assert.Equal([4], await Ids("text IN @texts", new { texts = new[] { "t4", "it's" } }));
        Assert.Equal([], await Ids("text IN @texts", new { texts = Array.Empty<string>() }));
        Assert.Equal([], await Ids("id IN @none", new { none = Array.Empty<MediaId>() }));
        Assert.Equal([8, 9], await Ids("id NOT IN @some AND id > 0", new { some = Enumerable.Range(1, 7).Select(n => (long)n) }));
        Assert.Equal(9, (await Ids("id IN @many", new { many = Enumerable.Range(1, 50_000).Select(n => new MediaId(n)).ToArray() })).Count);
    }

    [Theory, Backends]
    public async Task Single_values_come_as_their_type_and_nothing_as_null(Backend on)
    {
        await using var store = await OpenAsync(on);
        await store.Router.WriteAsync(Home, session => session.ExecuteAsync(Insert, Full));

        await store.Router.ReadAsync(Home, async session =>
        {
            Assert.Equal(Full.Id, await session.ScalarAsync<MediaId>("SELECT id FROM $rows"));
            Assert.Equal(Full.AccountId, await session.FirstOrDefaultAsync<AccountId?>("SELECT account_id FROM $rows"));
            Assert.Null(await session.FirstOrDefaultAsync<AccountId?>("SELECT account_id FROM $rows WHERE id = 0"));
            Assert.Null(await session.ScalarAsync<long?>("SELECT max(id) FROM $rows WHERE id = 0"));
            Assert.Equal(1, await session.ScalarAsync<int>("SELECT 1"));
            Assert.Equal((7L, "CH"), await session.FirstOrDefaultAsync<(long, string)>("SELECT account_id, @country FROM $rows", new { country = "CH" }));
            Assert.Equal(Full.TakenAt, await session.ScalarAsync<DateTimeOffset>("SELECT taken_at FROM $rows"));
            Assert.Equal(MediaState.Failed, await session.ScalarAsync<MediaState>("SELECT state FROM $rows"));
            Assert.Equal(Full.Hash, await session.ScalarAsync<byte[]>("SELECT hash FROM $rows"));
            return true;
        });
    }

    [Theory, Backends]
    public async Task A_parameter_may_be_null_and_stand_anywhere(Backend on)
    {
        await using var store = await OpenAsync(on);
        await store.Router.WriteAsync(Home, session => session.ExecuteAsync(Insert, Full));

        var found = await store.Router.ReadAsync(Home, session => session.QueryAsync<long>(
            "SELECT id FROM $rows WHERE (@below IS NULL OR id < @below) AND (@text IS NULL OR text = @text)", new { below = (MediaId?)null, text = (string?)null }));

        Assert.Equal([long.MaxValue], found);
    }

    [Theory, Backends]
    public async Task A_parameter_that_nobody_gave_is_named(Backend on)
    {
        await using var store = await OpenAsync(on);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.Router.ReadAsync(Home, session =>
            session.QueryAsync<long>("SELECT id FROM $rows WHERE id = @missing", new { id = 1 })));

        Assert.Contains("@missing", error.Message, StringComparison.Ordinal);
    }
}

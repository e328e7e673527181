using System.Net;
using System.Net.Http.Headers;
using Tintype.Servers;
using Tintype.Specs.Upload;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Proxies;

/// <summary>What every caching proxy must do with our answers: keep what may be kept, once however many ask, and nothing else.</summary>
public abstract class CachingProxyContract
{
    /// <summary>In the frame of pages of somebody signed in.</summary>
    private const string MineAlone = "href=\"/activity\"";

    private static int number;

    private readonly ProxiedWorld at;

    protected CachingProxyContract(ProxiedWorld at)
    {
        this.at = at;
        at.Live(fresh: 15, stale: 45);
    }

    protected ProxiedWorld At => at;

    protected World World => at.World;

    /// <summary>s-maxage means proxy-revalidate too; not every proxy takes that literally.</summary>
    protected abstract bool ShowsPicturesPastSharedAge { get; }

    [Fact]
    public async Task What_one_stranger_saw_the_next_one_gets_without_asking_us()
    {
        var page = (await PhotoAsync()).Page;

        var (first, second) = (await ReadAsync(page), await ReadAsync(page));

        Assert.Equal(first, second);
        Assert.Equal(1, at.Origin.Count(page));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_hundred_at_once_for_what_is_not_kept_yet_are_one_request(bool ofPicture)
    {
        var (page, picture, _) = await PhotoAsync();
        var address = ofPicture ? picture : page;
        var connected = 0;
        using var crowd = at.Client(connected: () => Interlocked.Increment(ref connected));
        var hold = at.Origin.Hold(address);

        var asking = Enumerable.Range(0, 200).Select(_ => crowd.GetByteArrayAsync(address)).ToList();
        await World.Until(() => Task.FromResult(at.Origin.Count(address) > 0 && Volatile.Read(ref connected) == 200), "all of them ask");
        await AfterAsync(seconds: 1); // An answer that takes long makes nobody else ask either.
        hold.Dispose();
        var answers = await Task.WhenAll(asking);

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(1, at.Origin.Count(address));
    }

    [Fact]
    public async Task Nothing_of_somebody_signed_in_is_kept()
    {
        var alice = await World.Alice;
        using var app = at.AppOf(alice);
        using var browser = await at.BrowserOfAsync(alice);

        foreach (var (who, address) in new[] { (app, "/api/v1/timelines/home"), (app, "/api/v1/accounts/verify_credentials"), (browser, "/?of=alice"), (browser, "/explore?of=alice"), (browser, "/settings") })
        {
            await ReadAsync(address, who);
            await ReadAsync(address, who);
            Assert.True(at.Origin.Count(address) == 2, address);
        }
        Assert.DoesNotContain(MineAlone, await ReadAsync("/?of=alice"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_signed_in_who_has_the_answer_already_is_told_so_without_it()
    {
        using var app = at.AppOf(await World.PersonAsync("polite"));
        using var first = await app.GetAsync("/api/v1/timelines/home?has=before");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/timelines/home?has=before") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };

        using var again = await app.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal("200 304", string.Join(' ', await at.Origin.StatusesAsync("/api/v1/timelines/home?has=before")));
    }

    [Fact]
    public async Task What_strangers_see_is_not_shown_to_somebody_signed_in()
    {
        using var browser = await at.BrowserOfAsync(await World.Alice);
        using var app = at.AppOf(await World.Alice);
        var stranger = await ReadAsync("/?seen=before");

        var (hers, apps) = (await ReadAsync("/?seen=before", browser), await ReadAsync("/?seen=before", app));

        Assert.Contains(MineAlone, hers, StringComparison.Ordinal);
        Assert.Contains(MineAlone, apps, StringComparison.Ordinal);
        Assert.DoesNotContain(MineAlone, stranger, StringComparison.Ordinal);
        Assert.Equal(stranger, await ReadAsync("/?seen=before"));
    }

    [Fact]
    public async Task Nothing_about_a_private_account_is_kept_nor_are_its_photos()
    {
        var eve = await World.PersonAsync("eve", isPrivate: true);
        var status = await eve.UploadAndPostAsync(bytes: Samples.Jpeg(400, 300));
        var signed = new Uri(status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!).PathAndQuery;

        foreach (var address in new[] { "/@eve", $"/api/v1/accounts/{eve.Id}", signed })
        {
            await ReadAsync(address);
            await ReadAsync(address);
            Assert.True(at.Origin.Count(address) == 2, address);
        }
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(signed.Split('?')[0]));
    }

    [Fact]
    public async Task What_sets_a_cookie_is_not_kept_whatever_it_says_of_itself()
    {
        using var first = await at.Stranger.GetAsync(OriginTap.Careless);
        using var second = await at.Stranger.GetAsync(OriginTap.Careless);

        Assert.Equal(2, at.Origin.Count(OriginTap.Careless));
        Assert.NotEqual(first.Headers.GetValues("Set-Cookie").Single(), second.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task What_does_not_say_who_may_keep_it_is_not_kept()
    {
        await ReadAsync(OriginTap.Silent);
        await ReadAsync(OriginTap.Silent);

        Assert.Equal(2, at.Origin.Count(OriginTap.Silent));
    }

    [Theory]
    [InlineData("/@nobody_is_called_so", HttpStatusCode.NotFound)]
    [InlineData("/login", HttpStatusCode.OK)]
    [InlineData("/activity", HttpStatusCode.Found)]
    public async Task Errors_forms_and_ways_elsewhere_are_not_kept(string address, HttpStatusCode status)
    {
        Assert.Equal(status, await StatusAsync(address));
        Assert.Equal(status, await StatusAsync(address));
        Assert.Equal(2, at.Origin.Count(address));
    }

    [Fact]
    public async Task A_fragment_a_compressed_page_and_a_page_are_kept_side_by_side()
    {
        var page = (await PhotoAsync()).Page;
        for (var round = 0; round < 2; round++)
        {
            var (plain, fragment, compressed) = (await ReadAsync(page), await ReadAsync(page, "X-Fragment", "1"), await BytesAsync(page, "Accept-Encoding", "gzip"));
            Assert.Contains("<html", plain, StringComparison.Ordinal);
            Assert.DoesNotContain("<html", fragment, StringComparison.Ordinal);
            Assert.Equal([0x1f, 0x8b], compressed[..2]);
        }
        Assert.InRange(at.Origin.Count(page), 2, 3);
    }

    [Fact]
    public async Task One_copy_of_a_photo_serves_all_and_no_cookie_goes_along()
    {
        var picture = (await PhotoAsync()).Picture;
        using var browser = await at.BrowserOfAsync(await World.Alice);
        using var app = at.AppOf(await World.Alice);

        foreach (var who in new[] { browser, app, at.Stranger })
        {
            Assert.Equal(["red", "green", "white", "blue"], Samples.Read(await who.GetByteArrayAsync(picture)));
        }
        Assert.Equal([null], at.Origin.CookiesOf(picture));
    }

    [Fact]
    public async Task A_part_of_a_photo_can_be_asked_for_kept_or_not()
    {
        var picture = (await PhotoAsync()).Picture;
        var whole = await World.Stranger.GetByteArrayAsync(picture);

        var cold = await PartAsync(picture, 10, 19);
        await at.Stranger.GetByteArrayAsync(picture);
        var before = at.Origin.Count(picture);
        var kept = await PartAsync(picture, 100, 199);

        Assert.Equal(whole[10..20], cold);
        Assert.Equal(whole[100..200], kept);
        Assert.Equal(before, at.Origin.Count(picture));
    }

    [Fact]
    public async Task What_people_do_goes_through()
    {
        var alice = await World.Alice;
        using var app = at.AppOf(alice);
        var through = alice with { Http = app };

        var status = await through.UploadAndPostAsync(bytes: Samples.Jpeg(400, 300));
        using var deleted = await app.DeleteAsync($"/api/v1/statuses/{status.Id()}");

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/api/v1/statuses/{status.Id()}"));
    }

    [Fact]
    public async Task Where_one_of_two_does_not_answer_the_other_does()
    {
        await using var proxy = await CachingProxy.StartAsync(at.Name, new Uri($"http://127.0.0.1:{LoopbackPort.Take()}"), new Uri(World.Url));
        using var http = new HttpClient { BaseAddress = new Uri(proxy.Url) };

        for (var i = 0; i < 20; i++)
        {
            await ReadAsync($"/explore?of=two&number={i}", http);
        }
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(1, at.Origin.Count($"/explore?of=two&number={i}")));
    }

    [Fact]
    public async Task A_changed_photo_page_is_the_new_one_after_its_lifetime()
    {
        at.Live(fresh: 1, stale: 1);
        var (page, _, id) = await PhotoAsync();
        Assert.DoesNotContain("quite another", await ReadAsync(page), StringComparison.Ordinal);

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("status", "quite another")]);
        using var edited = await (await World.Alice).Http.PutAsync($"/api/v1/statuses/{id}", form);
        await AfterAsync(seconds: 2);

        Assert.Equal(HttpStatusCode.OK, edited.StatusCode);
        Assert.Contains("quite another", await ReadAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_photo_is_gone_after_its_lifetime()
    {
        at.Live(fresh: 1, stale: 1, picture: 1);
        var (page, picture, id) = await PhotoAsync();
        await ReadAsync(page);
        await at.Stranger.GetByteArrayAsync(picture);

        using var deleted = await (await World.Alice).Http.DeleteAsync($"/api/v1/statuses/{id}");
        await AfterAsync(seconds: 2);

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(page));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(picture));
    }

    [Fact]
    public async Task Whether_a_photo_is_still_there_is_asked_without_its_bytes()
    {
        at.Live(fresh: 1, stale: 0, picture: 1);
        var picture = (await PhotoAsync()).Picture;
        var first = await at.Stranger.GetByteArrayAsync(picture);
        await AfterAsync(seconds: 1);

        Assert.Equal(first, await at.Stranger.GetByteArrayAsync(picture));
        Assert.Equal("200 304", string.Join(' ', await at.Origin.StatusesAsync(picture)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_kept_is_shown_past_its_time_while_we_are_down_or_broken(bool down)
    {
        at.Live(fresh: 1, stale: 1, picture: 1);
        var (page, picture, _) = await PhotoAsync();
        var before = await ReadAsync(page);
        await at.Stranger.GetByteArrayAsync(picture);
        if (down)
        {
            await World.StopAsync();
        }
        at.Origin.IsBroken = !down;
        await AfterAsync(seconds: 2);
        try
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(before, await ReadAsync(page));
            }
            Assert.Equal(ShowsPicturesPastSharedAge, await StatusAsync(picture) == HttpStatusCode.OK);
        }
        finally
        {
            at.Origin.IsBroken = false;
            if (down)
            {
                await World.StartAgainAsync();
            }
        }
        await World.Until(async () => await StatusAsync("/healthz/live") == HttpStatusCode.OK && await StatusAsync($"/explore?after={page}") == HttpStatusCode.OK, "the proxy sees that we are back");
    }

    /// <summary>A photo that nobody has asked for yet: its page, the address of its picture, its id.</summary>
    protected async Task<(string Page, string Picture, string Id)> PhotoAsync()
    {
        var alice = await World.Alice;
        var status = await alice.UploadAndPostAsync($"photo {Interlocked.Increment(ref number)}", Samples.Jpeg(1200, 900));
        return ($"/@alice/{status.Id()}", new Uri(status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!).PathAndQuery, status.Id());
    }

    protected async Task<string> ReadAsync(string address, HttpClient? who = null)
    {
        using var response = await (who ?? at.Stranger).GetAsync(address);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"GET {address}: {(int)response.StatusCode} {body}");
        return body;
    }

    /// <summary>Waits until what was answered before is older than a lifetime; proxies count whole seconds, so one more.</summary>
    protected static Task AfterAsync(int seconds)
    {
        var over = TimeProvider.System.GetUtcNow().AddSeconds(seconds + 1);
        return World.Until(() => Task.FromResult(TimeProvider.System.GetUtcNow() > over), "time passes");
    }

    private async Task<string> ReadAsync(string address, string header, string value) => System.Text.Encoding.UTF8.GetString(await BytesAsync(address, header, value));

    private async Task<byte[]> BytesAsync(string address, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { header, value } } };
        using var response = await at.Stranger.SendAsync(request);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<byte[]> PartAsync(string address, long first, long last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(first, last) } };
        using var response = await at.Stranger.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var response = await at.Stranger.GetAsync(address);
        return response.StatusCode;
    }
}

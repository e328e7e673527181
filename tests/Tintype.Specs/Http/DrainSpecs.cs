using System.Net;
using System.Net.Http.Headers;
using Tintype.Specs.Upload;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Http;

/// <summary>What a process does that is told to stop: the real binary, and SIGTERM.</summary>
public sealed class DrainSpecs : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("tintype-drain-").FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task It_is_not_ready_serves_on_and_finishes_an_upload_that_had_begun()
    {
        var alice = await AliceAsync();
        await using var server = await ServerProcess.StartAsync(data, "--Tintype:DrainSeconds=2");
        using var http = Client(server, alice);
        var told = new TaskCompletionSource();
        using var form = new MultipartFormDataContent { { new Interrupted(Samples.Jpeg(1600, 1200), told.Task), "file", "photo.jpg" } };
        var upload = http.PostAsync("/api/v2/media", form);

        await server.TellToStopAsync();
        await World.Until(async () => await StatusAsync(http, "/healthz/ready") == HttpStatusCode.ServiceUnavailable, "it is not ready");
        Assert.Equal("not ready: told to stop\n", await (await http.GetAsync("/healthz/ready")).Content.ReadAsStringAsync());
        using var served = await http.GetAsync("/api/v1/timelines/home");
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.True(served.Headers.ConnectionClose, "the connection is not to be kept");
        await World.Until(async () => !await ListensAsync(http), "its doors are closed");
        told.SetResult();

        using var uploaded = await upload;
        Assert.True(uploaded.IsSuccessStatusCode, $"{uploaded.StatusCode}");
        Assert.Equal(0, await server.EndAsync());
    }

    [Fact]
    public async Task The_jobs_it_held_are_taken_up_at_once_by_the_next_worker()
    {
        const int photos = 12;
        var alice = await AliceAsync();
        var ids = new List<string>();
        // A lease that was not given back would outlast this spec.
        await using (var first = await ServerProcess.StartAsync(data, "--Tintype:DrainSeconds=0.2", "--Tintype:Jobs:LeaseSeconds=3600"))
        {
            using var http = Client(first, alice);
            for (var n = 0; n < photos; n++)
            {
                var (status, photo) = await (alice with { Http = http }).SendAsync(Samples.Jpeg(3000, 2000), "/api/v2/media");
                Assert.True(status is HttpStatusCode.Accepted or HttpStatusCode.OK, photo.ToString());
                ids.Add(photo.Id());
            }
            await first.TellToStopAsync();
            Assert.Equal(0, await first.EndAsync());
        }

        await using var second = await ServerProcess.StartAsync(data, "--Tintype:Jobs:LeaseSeconds=3600");
        using var again = Client(second, alice);
        foreach (var id in ids)
        {
            await World.Until(async () => await StatusAsync(again, $"/api/v1/media/{id}") == HttpStatusCode.OK, $"photo {id} is made", 90);
        }
    }

    private async Task<PersonInWorld> AliceAsync()
    {
        await using var world = new World { Adjust = settings => settings.Data = data };
        await world.InitializeAsync();
        return await world.Alice;
    }

    private static HttpClient Client(ServerProcess server, PersonInWorld person) =>
        new() { BaseAddress = new Uri(server.Url), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", person.Bearer) } };

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }

    private static async Task<bool> ListensAsync(HttpClient http)
    {
        try
        {
            await StatusAsync(http, "/healthz/live");
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A photo whose second half is sent when it is time.</summary>
    private sealed class Interrupted : HttpContent
    {
        private readonly byte[] bytes;
        private readonly Task time;

        public Interrupted(byte[] bytes, Task time)
        {
            (this.bytes, this.time) = (bytes, time);
            Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            await time.WaitAsync(TimeSpan.FromSeconds(30));
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}

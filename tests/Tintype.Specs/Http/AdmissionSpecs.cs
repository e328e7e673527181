using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Http;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class AdmissionSpecs
{
    private const string SomePath = "/api/v1/preferences";
    private const double Long = 300, Short = 0.2;

    [Fact]
    public async Task Who_came_first_is_let_in_first()
    {
        using var admission = Of(newcomers: 1, line: 10, Long);
        var order = new List<string>();
        var inside = await admission.EnterAsync(CancellationToken.None);
        async Task ComeAsync(string name)
        {
            using var place = await admission.EnterAsync(CancellationToken.None);
            Assert.NotNull(place);
            order.Add(name);
        }
        var all = Task.WhenAll(ComeAsync("first"), ComeAsync("second"), ComeAsync("third"));

        inside!.Dispose();
        await all;

        Assert.Equal(["first", "second", "third"], order);
    }

    [Fact]
    public async Task Where_the_line_is_full_nobody_waits()
    {
        using var admission = Of(newcomers: 1, line: 2, Long);
        var inside = await admission.EnterAsync(CancellationToken.None);
        var waiting = Enumerable.Range(0, 3).Select(_ => admission.EnterAsync(CancellationToken.None).AsTask()).ToList();

        Assert.Null(await waiting[2]);
        inside!.Dispose();
        (await waiting[0])!.Dispose();
        (await waiting[1])!.Dispose();
    }

    [Fact]
    public async Task Who_waits_for_longer_than_is_bearable_is_told_so_and_who_leaves_is_not_waited_for()
    {
        using var admission = Of(newcomers: 1, line: 10, Short);
        using var leaving = new CancellationTokenSource();
        var inside = await admission.EnterAsync(CancellationToken.None);
        var gone = admission.EnterAsync(leaving.Token).AsTask();
        await leaving.CancelAsync();

        Assert.Null(await gone);
        Assert.Null(await admission.EnterAsync(CancellationToken.None));
        inside!.Dispose();
        inside.Dispose(); // Twice is once: the place is not given away twice.
        using var only = await admission.EnterAsync(CancellationToken.None);
        Assert.NotNull(only);
        Assert.Null(await admission.EnterAsync(CancellationToken.None));
    }

    [Fact]
    public async Task While_no_newcomer_is_let_in_those_who_are_known_are_answered_and_so_is_who_shows_no_token()
    {
        await using var world = await World.StartAsync(settings => settings.Admission = new() { Newcomers = 1, PatienceSeconds = Short });
        var (alice, bob) = (await world.Alice, await world.Bob);
        await alice.GetAsync(SomePath);
        using (await world.Get<Admission>().EnterAsync(CancellationToken.None))
        {
            using var refused = await bob.Http.GetAsync(SomePath);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Equal(HttpStatusCode.OK, await alice.StatusOfGetAsync(SomePath));
            using var stranger = await world.Stranger.GetAsync("/api/v2/instance");
            Assert.Equal(HttpStatusCode.OK, stranger.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, await bob.StatusOfGetAsync(SomePath));
    }

    [Fact]
    public async Task Who_takes_long_to_send_something_keeps_nobody_out()
    {
        await using var world = await World.StartAsync(settings => settings.Admission = new() { Newcomers = 1, PatienceSeconds = Long });
        var (alice, bob) = (await world.Alice, await world.Bob);
        var rest = new TaskCompletionSource();
        using var slow = new SlowContent(rest.Task);
        var sending = alice.Http.PostAsync("/api/v1/statuses", slow);
        await slow.Begun;

        Assert.Equal(HttpStatusCode.OK, await bob.StatusOfGetAsync(SomePath));

        rest.SetResult();
        using var answer = await sending;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task Who_takes_long_to_read_keeps_nobody_out()
    {
        var read = new TaskCompletionSource();
        await using var world = new World
        {
            Adjust = settings => settings.Admission = new() { Newcomers = 1, PatienceSeconds = Long },
            Replace = services => services.AddSingleton<IStartupFilter>(new SlowReader("/api/v1/bookmarks", read.Task)),
        };
        await world.InitializeAsync();
        var (alice, bob) = (await world.Alice, await world.Bob);
        using var reading = await alice.Http.GetAsync("/api/v1/bookmarks", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, await bob.StatusOfGetAsync(SomePath));

        read.SetResult();
        Assert.Equal("[]", await reading.Content.ReadAsStringAsync());
    }

    private static Admission Of(int newcomers, int line, double patienceSeconds) =>
        new(new Settings { Admission = new() { Newcomers = newcomers, Line = line, PatienceSeconds = patienceSeconds } }, NullLogger<Admission>.Instance);

    /// <summary>Half a form, and the rest when it may.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly TaskCompletionSource begun = new();
        private readonly Task rest;

        public SlowContent(Task rest)
        {
            this.rest = rest;
            Headers.ContentType = new("application/json");
        }

        public Task Begun => begun.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{ \"status\":"u8.ToArray());
            await stream.FlushAsync();
            begun.SetResult();
            await rest;
            await stream.WriteAsync(" \"\" }"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Answers on a path go out, and their end when it was read.</summary>
    private sealed class SlowReader(string path, Task read) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                if (context.Request.Path == path)
                {
                    context.Response.Body = new SlowBody(context.Response.Body, read);
                }
                await rest(context);
            });
            next(app);
        };
    }

    private sealed class SlowBody(Stream body, Task read) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await body.WriteAsync(buffer[..1], cancellationToken);
            await body.FlushAsync(cancellationToken);
            await read;
            await body.WriteAsync(buffer[1..], cancellationToken);
        }

        public override void Flush() => body.Flush();
        public override Task FlushAsync(CancellationToken cancellationToken) => body.FlushAsync(cancellationToken);
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
